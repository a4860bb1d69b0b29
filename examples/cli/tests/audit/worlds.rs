//! Every fault that a server's replies can show, over real sockets.

use crate::command::found;
use crate::server::Row;
use crate::world::{ASSETS, Kind, ODD, SCENARIOS};

#[test]
fn a_healthy_row_gives_nothing() {
    let row = Row::healthy();
    let (ids, told) = found(&row, ASSETS, &[]);
    assert!(ids.is_empty(), "{told}");
}

#[test]
fn what_is_odd_and_right_gives_nothing() {
    let row = Row::healthy();
    let mut wrong = Vec::new();
    for odd in ODD {
        row.answer(|ask| odd.answer(ask));
        let (ids, told) = found(&row, ASSETS, &[]);
        if !ids.is_empty() {
            wrong.push(format!("{}:\n{told}", odd.what));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn each_fault_gives_its_finding_alone() {
    let row = Row::healthy();
    let mut wrong = Vec::new();
    for scenario in SCENARIOS {
        let count = if scenario.kind == Kind::Everywhere {
            2
        } else {
            1
        };
        row.answer(move |ask| scenario.answer(ask, ask.endpoint < count));
        let (ids, told) = found(&row, scenario.assets, &[]);
        if ids != [scenario.finds.as_str()] {
            wrong.push(format!("{}:\n{told}", scenario.finds));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
