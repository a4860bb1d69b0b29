//! One run of the suite, with each test's dependencies taken into account.

use super::suite::{Kind, Outcome, Test};
use std::collections::BTreeMap;

/// A suite that stands on no RFC: a W3C note of 2001.
const NOTE: &str = "surrogate-control";

/// All tests of one run, with their outcomes worked out.
#[derive(Debug)]
pub(crate) struct Run {
    tests: Vec<Judged>,
}

/// A test and what came of it.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) test: Test,
    pub(crate) outcome: Outcome,
    /// Why it has not passed.
    pub(crate) message: String,
}

/// Which of the suites to count.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Of<'a> {
    Suite(&'a str),
    /// Those that stand on RFCs.
    Rfcs,
    All,
}

impl Run {
    pub(crate) fn new(tests: Vec<Test>) -> Self {
        let by_id: BTreeMap<&str, &Test> =
            tests.iter().map(|test| (test.id.as_str(), test)).collect();
        let judged: Vec<(Outcome, String)> = tests.iter().map(|test| judge(test, &by_id)).collect();
        let tests = tests.into_iter().zip(judged);
        Self {
            tests: tests
                .map(|(test, (outcome, message))| Judged {
                    test,
                    outcome,
                    message,
                })
                .collect(),
        }
    }

    /// With the tests for private caches as `private`, a run through one, has
    /// them.
    pub(crate) fn with_private(mut self, private: Self) -> Self {
        let mut run: BTreeMap<String, Judged> = private
            .tests
            .into_iter()
            .map(|judged| (judged.test.id.clone(), judged))
            .collect();
        for judged in &mut self.tests {
            if judged.outcome == Outcome::Private
                && let Some(other) = run.remove(&judged.test.id)
            {
                *judged = other;
            }
        }
        self
    }

    /// The tests that were asked for, in the suite's order.
    pub(crate) fn selected(&self) -> impl Iterator<Item = &Judged> {
        self.tests.iter().filter(|judged| judged.test.selected)
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Judged> {
        self.tests.iter().find(|judged| judged.test.id == id)
    }

    /// How many of the selected tests of `kind` passed, and how many there are.
    pub(crate) fn count(&self, kind: Kind, of: Of<'_>) -> (usize, usize) {
        let of_kind = || {
            self.selected().filter(move |judged| {
                judged.test.kind == kind
                    && judged.outcome != Outcome::Private
                    && of.includes(&judged.test.suite)
            })
        };
        let passed = of_kind().filter(|judged| judged.outcome == Outcome::Passes);
        (passed.count(), of_kind().count())
    }

    /// The selected tests that only a private cache can be held to; they were
    /// not run, and count neither as passed nor as failed.
    pub(crate) fn private(&self) -> usize {
        let private = |judged: &&Judged| judged.outcome == Outcome::Private;
        self.selected().filter(private).count()
    }

    /// The suites that have a selected test, in order.
    pub(crate) fn suites(&self) -> Vec<&str> {
        let mut suites: Vec<&str> = Vec::new();
        for judged in self.selected() {
            if !suites.contains(&judged.test.suite.as_str()) {
                suites.push(&judged.test.suite);
            }
        }
        suites
    }
}

impl Of<'_> {
    fn includes(self, suite: &str) -> bool {
        match self {
            Self::Suite(one) => one == suite,
            Self::Rfcs => suite != NOTE,
            Self::All => true,
        }
    }
}

fn judge(test: &Test, by_id: &BTreeMap<&str, &Test>) -> (Outcome, String) {
    let outcome = test.outcome();
    if outcome == Outcome::Private {
        return (outcome, String::new());
    }
    let missing: Vec<&str> = test
        .needs()
        .iter()
        .filter(|id| !proven(id, by_id, by_id.len()))
        .map(String::as_str)
        .collect();
    if missing.is_empty() {
        (outcome, test.message())
    } else {
        let message = format!("{} does not pass", missing.join(", "));
        (Outcome::Untested, message)
    }
}

/// Whether a test passed, and all that it needs. `depth` ends what would go
/// round for ever if the suite had a circle.
fn proven(id: &str, by_id: &BTreeMap<&str, &Test>, depth: usize) -> bool {
    depth > 0
        && by_id.get(id).is_some_and(|test| {
            test.outcome() == Outcome::Passes
                && test.needs().iter().all(|id| proven(id, by_id, depth - 1))
        })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use serde_json::json;

    /// A run of tests given as id, kind, needs and result.
    pub(crate) fn run(tests: &[(&str, &str, &[&str], serde_json::Value)]) -> Run {
        let tests = tests.iter().map(|(id, kind, needs, result)| {
            let test = json!({"id": id, "name": id, "suite": "s", "kind": kind, "needs": needs,
                "selected": true, "private": id.starts_with("private"), "result": result});
            serde_json::from_value(test).expect("the driver's form")
        });
        Run::new(tests.collect())
    }

    fn outcome(run: &Run, id: &str) -> Outcome {
        run.find(id).expect("a test of the run").outcome
    }

    #[test]
    fn a_test_proves_nothing_if_a_dependency_of_a_dependency_fails() {
        let run = run(&[
            ("a", "check", &[], json!(["Assertion", "no"])),
            ("b", "optimal", &["a"], json!(true)),
            ("c", "required", &["b"], json!(true)),
            ("d", "required", &["absent"], json!(true)),
            ("e", "required", &[], json!(true)),
        ]);
        assert_eq!(outcome(&run, "a"), Outcome::Fails);
        assert_eq!(outcome(&run, "b"), Outcome::Untested);
        assert_eq!(outcome(&run, "c"), Outcome::Untested);
        assert_eq!(outcome(&run, "d"), Outcome::Untested);
        assert_eq!(
            run.find("c").expect("it is there").message,
            "b does not pass"
        );
        assert_eq!(run.count(Kind::Required, Of::All), (1, 3));
    }

    #[test]
    fn a_circle_proves_nothing() {
        let run = run(&[
            ("a", "required", &["b"], json!(true)),
            ("b", "required", &["a"], json!(true)),
        ]);
        assert_eq!(outcome(&run, "a"), Outcome::Untested);
    }

    #[test]
    fn what_is_for_private_caches_is_neither_passed_nor_failed() {
        let run = run(&[
            ("private-a", "required", &[], json!(null)),
            ("b", "required", &[], json!(null)),
        ]);
        assert_eq!(outcome(&run, "private-a"), Outcome::Private);
        assert_eq!(run.count(Kind::Required, Of::All), (0, 1));
        assert_eq!(run.private(), 1);
    }

    #[test]
    fn a_private_cache_adds_only_what_is_for_one() {
        let shared = [
            ("private-a", "required", &[][..], json!(null)),
            ("b", "required", &[], json!(["Assertion", "from cache"])),
        ];
        let private = [
            ("private-a", "required", &[][..], json!(true)),
            ("b", "required", &[], json!(true)),
        ];
        let both = run(&shared).with_private(run(&private));
        assert_eq!(outcome(&both, "private-a"), Outcome::Passes);
        assert_eq!(outcome(&both, "b"), Outcome::Fails);
        assert_eq!(
            (both.private(), both.count(Kind::Required, Of::All)),
            (0, (1, 2))
        );
    }
}
