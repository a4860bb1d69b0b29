//! The failures that are expected, each with its argument.

use super::run::{Judged, Run};
use super::suite::{Kind, Outcome};
use crate::paths;
use crate::problem::Problem;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;

/// Where the ledger stands.
const FILE: &str = "xtask/conformance/ledger.toml";

/// Tests that are expected not to pass.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    expected: BTreeMap<String, (Kind, Outcome)>,
}

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    expected: Vec<Entry>,
}

/// Tests that share one argument.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// The section that the argument stands on.
    rfc: String,
    why: String,
    #[serde(default)]
    required: BTreeMap<String, Outcome>,
    #[serde(default)]
    optimal: BTreeMap<String, Outcome>,
    #[serde(default)]
    check: BTreeMap<String, Outcome>,
}

impl Ledger {
    pub(crate) fn read() -> Result<Self> {
        let path = paths::root().join(FILE);
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {FILE}"))?;
        Self::parse(&text).map_err(|cause| {
            let problem = Problem::new(format!("the ledger is not in order: {cause:#}"));
            problem.at(FILE).into()
        })
    }

    fn parse(text: &str) -> Result<Self> {
        let document: Document = toml::from_str(text)?;
        let mut expected = BTreeMap::new();
        for entry in document.expected {
            ensure!(
                entry.rfc.starts_with("RFC ") && entry.rfc.contains('§'),
                "`rfc` names a section, as in \"RFC 9111 §4.2.2\", not \"{}\"",
                entry.rfc
            );
            ensure!(
                !entry.why.trim().is_empty(),
                "`why` is empty for {}",
                entry.rfc
            );
            let groups = [
                (Kind::Required, entry.required),
                (Kind::Optimal, entry.optimal),
                (Kind::Check, entry.check),
            ];
            for (kind, tests) in groups {
                for (id, outcome) in tests {
                    ensure!(
                        expected_to_fail(kind, outcome),
                        "{id}: a {kind} test that {outcome} is nothing to be excused"
                    );
                    let twice = expected.insert(id.clone(), (kind, outcome));
                    ensure!(twice.is_none(), "{id} is listed twice");
                }
            }
        }
        Ok(Self { expected })
    }

    /// Whether the test is listed with just this outcome.
    pub(crate) fn expects(&self, id: &str, outcome: Outcome) -> bool {
        self.expected
            .get(id)
            .is_some_and(|(_, expected)| *expected == outcome)
    }

    /// How many of the selected tests came out as they are listed.
    pub(crate) fn expected_of(&self, run: &Run) -> usize {
        let as_listed = |judged: &&Judged| self.expects(&judged.test.id, judged.outcome);
        run.selected().filter(as_listed).count()
    }

    /// What `run` and the ledger disagree about, one line each.
    pub(crate) fn disagreements(&self, run: &Run) -> Vec<String> {
        let mut wrong = Vec::new();
        for judged in run.selected() {
            let (id, kind, outcome) = (&judged.test.id, judged.test.kind, judged.outcome);
            match self.expected.get(id) {
                Some((expected, _)) if *expected != kind => {
                    wrong.push(format!("{id} is {kind}; the ledger has it as {expected}"));
                }
                Some((_, expected)) if *expected != outcome => {
                    wrong.push(format!("{id} {outcome}; the ledger has \"{expected}\""));
                }
                None if expected_to_fail(kind, outcome) => {
                    wrong.push(format!("{id} ({kind}) {outcome}: {}", judged.message));
                }
                _ => {}
            }
        }
        for id in self.expected.keys() {
            if run.find(id).is_none() {
                wrong.push(format!("{id} is in the ledger, and not in the suite"));
            }
        }
        wrong
    }
}

/// Whether the outcome must be in the ledger. A check has no wrong answer, and
/// the answer "no" leaves others untested; but it must have been answered.
fn expected_to_fail(kind: Kind, outcome: Outcome) -> bool {
    match outcome {
        Outcome::Passes | Outcome::Private => false,
        Outcome::Fails | Outcome::Untested => kind != Kind::Check,
        Outcome::Setup | Outcome::Retried => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::run::tests::run;
    use super::*;
    use serde_json::json;

    const ONE: &str = r#"
        [[expected]]
        rfc = "RFC 9111 §4.2.2"
        why = "a heuristic is allowed, not asked for"
        [expected.optimal]
        "a=2" = "fails"
        [expected.required]
        b = "untested"
    "#;

    fn refused(change: &dyn Fn(&str) -> String) -> String {
        let text = change(ONE);
        assert_ne!(text, ONE, "the change changes nothing");
        Ledger::parse(&text)
            .expect_err("it is not in order")
            .to_string()
    }

    #[test]
    fn what_is_expected_is_no_disagreement() {
        let ledger = Ledger::parse(ONE).expect("it is in order");
        let run = run(&[
            ("a=2", "optimal", &[], json!(["Assertion", "no"])),
            ("b", "required", &["a=2"], json!(true)),
            ("c", "check", &[], json!(["Assertion", "no"])),
            ("d", "check", &["c"], json!(true)),
            ("e", "required", &[], json!(true)),
            ("private-f", "required", &[], json!(null)),
        ]);
        assert_eq!(ledger.disagreements(&run), Vec::<String>::new());
        assert_eq!(ledger.expected_of(&run), 2);
        assert!(ledger.expects("a=2", Outcome::Fails));
        assert!(!ledger.expects("a=2", Outcome::Setup));
    }

    #[test]
    fn an_expected_failure_that_passes_is_one() {
        let ledger = Ledger::parse(ONE).expect("it is in order");
        let run = run(&[
            ("a=2", "optimal", &[], json!(true)),
            ("b", "required", &["a=2"], json!(true)),
        ]);
        let wrong = ledger.disagreements(&run);
        assert_eq!(wrong.len(), 2, "{wrong:?}");
        assert_eq!(wrong[0], "a=2 passes; the ledger has \"fails\"");
    }

    #[test]
    fn a_failure_that_is_not_expected_is_one() {
        let failure = json!(["Assertion", "from cache"]);
        let run = run(&[
            ("a", "required", &[], failure.clone()),
            ("b", "optimal", &[], failure),
            ("c", "check", &[], json!(["Setup", "status is 500"])),
            ("d", "check", &[], json!(["Setup", "retry"])),
        ]);
        let wrong = Ledger::default().disagreements(&run);
        assert_eq!(wrong.len(), 4, "{wrong:?}");
        assert_eq!(wrong[0], "a (required) fails: from cache");
    }

    #[test]
    fn another_kind_and_an_unknown_test_are_one_each() {
        let ledger = Ledger::parse(ONE).expect("it is in order");
        let run = run(&[("b", "optimal", &["a"], json!(true))]);
        let wrong = ledger.disagreements(&run);
        assert_eq!(wrong[0], "b is optimal; the ledger has it as required");
        assert_eq!(wrong[1], "a=2 is in the ledger, and not in the suite");
    }

    #[test]
    fn an_entry_without_an_argument_is_refused() {
        let told = refused(&|text| text.replace("RFC 9111 §4.2.2", "RFC 9111"));
        assert!(told.contains("names a section"), "{told}");
        let told = refused(&|text| text.replace("a heuristic is allowed, not asked for", " "));
        assert!(told.contains("is empty"), "{told}");
        let told = refused(&|text| text.replace("\"untested\"", "\"passes\""));
        assert!(told.contains("nothing to be excused"), "{told}");
        let told = refused(&|text| text.replace("b = ", "\"a=2\" = "));
        assert!(told.contains("listed twice"), "{told}");
        refused(&|text| text.replace("why", "because"));
    }
}
