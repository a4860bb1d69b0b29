//! Each fault of a server gives its finding, and no other.

use hedgerow::audit::{Settings, audit};

use crate::pure::{found, observe};
use crate::world::{ASSETS, Kind, ODD, SCENARIOS, answer};

#[test]
fn a_healthy_row_gives_nothing() {
    let report = audit(&Settings::new(), &observe(ASSETS, &answer));
    assert_eq!(report.findings, []);
}

#[test]
fn what_is_odd_and_right_gives_nothing() {
    let mut wrong = Vec::new();
    for odd in ODD {
        let seen = observe(ASSETS, &|ask| odd.answer(ask));
        for finding in audit(&Settings::new(), &seen).findings {
            wrong.push(format!(
                "{}: {}: {}",
                odd.what, finding.id, finding.evidence
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn each_fault_gives_its_finding_alone() {
    let mut wrong = Vec::new();
    for scenario in SCENARIOS {
        let places: &[usize] = match scenario.kind {
            Kind::Single => &[1, 2],
            Kind::Everywhere => &[2],
            Kind::Difference => &[1],
        };
        for &count in places {
            let seen = observe(scenario.assets, &|ask| {
                scenario.answer(ask, ask.endpoint < count)
            });
            if found(&Settings::new(), &seen) != [scenario.finds] {
                let all = audit(&Settings::new(), &seen).findings;
                let all: Vec<_> = all
                    .iter()
                    .map(|finding| format!("    {}: {}", finding.id, finding.evidence))
                    .collect();
                wrong.push(format!(
                    "{} at {count} of 2:\n{}",
                    scenario.finds,
                    all.join("\n")
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_fault_names_its_endpoint_alone() {
    for scenario in SCENARIOS.iter().filter(|s| s.kind == Kind::Single) {
        let seen = observe(scenario.assets, &|ask| {
            scenario.answer(ask, ask.endpoint == 1)
        });
        for finding in audit(&Settings::new(), &seen).findings {
            let endpoints: Vec<_> = finding.endpoints.iter().map(|id| id.index()).collect();
            assert_eq!(endpoints, [1], "{}", finding.id);
        }
    }
}
