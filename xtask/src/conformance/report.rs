//! The run in figures and names.

use super::ledger::Ledger;
use super::run::{Judged, Of, Run};
use super::suite::{Kind, Outcome};
use crate::ui;

/// A run, and whose it is.
#[derive(Debug)]
pub(crate) struct Scored {
    pub(crate) name: String,
    pub(crate) run: Run,
}

/// Passed and all tests, by suite; the proxies side by side.
pub(crate) fn table(runs: &[Scored]) {
    let Some(first) = runs.first() else {
        return;
    };
    let mut header = vec!["suite".to_owned()];
    for (at, scored) in runs.iter().enumerate() {
        for kind in Kind::ALL {
            header.push(match at {
                0 => kind.to_string(),
                _ => format!("{}: {kind}", scored.name),
            });
        }
    }
    let line = |label: &str, of: Of<'_>| {
        let mut row = vec![label.to_owned()];
        for scored in runs {
            row.extend(Kind::ALL.map(|kind| share(scored.run.count(kind, of))));
        }
        row
    };
    let suites = first.run.suites().into_iter();
    let mut rows: Vec<Vec<String>> = suites.map(|suite| line(suite, Of::Suite(suite))).collect();
    if rows.len() > 1 {
        rows.push(line("the RFCs' suites", Of::Rfcs));
        rows.push(line("all", Of::All));
    }
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    ui::table(&header, &rows);
}

fn share((passed, all): (usize, usize)) -> String {
    match all {
        0 => String::new(),
        _ => format!("{passed}/{all}"),
    }
}

/// Every selected test that has not passed, the required ones first; checks
/// only if they are asked for.
pub(crate) fn failures(scored: &Scored, ledger: &Ledger, checks: bool) {
    let listed = |judged: &&Judged| {
        let kind = checks || judged.test.kind != Kind::Check;
        kind && !matches!(judged.outcome, Outcome::Passes | Outcome::Private)
    };
    let mut failures: Vec<&Judged> = scored.run.selected().filter(listed).collect();
    if failures.is_empty() {
        return;
    }
    failures.sort_by_key(|judged| judged.test.kind);
    ui::heading(&format!("Not passed by {}", scored.name));
    for Judged {
        test,
        outcome,
        message,
    } in failures
    {
        let known = if ledger.expects(&test.id, *outcome) {
            " (in the ledger)"
        } else {
            ""
        };
        println!("  {} {} {outcome}{known}", test.kind, test.id);
        println!("      {}", test.name);
        println!("      {message}");
    }
}

/// What a reader must know about the figures.
pub(crate) fn notes(run: &Run) {
    let private = run.private();
    if private > 0 {
        ui::note(&format!(
            "{private} tests are for private caches, and were not run"
        ));
    }
}
