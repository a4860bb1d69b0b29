//! What test runners say at their end.

use super::failures::{self, Failure};

/// Tests counted, and the lines that said so.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) closing: Vec<String>,
    /// Those that failed, where the runner's output tells.
    pub(crate) failures: Vec<Failure>,
}

/// `cargo test`: one closing line per test binary.
pub(crate) fn cargo(output: &str) -> Counts {
    let mut counts = Counts {
        failures: failures::cargo(output),
        ..Counts::default()
    };
    let mut binary = "";
    // Programs that fail, and those of them that say of which tests: others were
    // ended by something else than a test.
    let (mut fail, mut say) = (0, 0);
    for line in output.lines().map(str::trim) {
        if line.starts_with("error: ") && line.ends_with(" failed:") {
            fail = before(line, " target");
        }
        if line.starts_with("Running ") || line.starts_with("Doc-tests ") {
            binary = line;
        }
        let Some(result) = line.strip_prefix("test result:") else {
            continue;
        };
        let (passed, failed) = (before(result, " passed"), before(result, " failed"));
        counts.passed += passed;
        counts.failed += failed;
        say += u64::from(failed > 0);
        if passed + failed > 0 {
            counts
                .closing
                .push(binary.split(" (").next().unwrap_or_default().to_owned());
            counts.closing.push(line.to_owned());
        }
    }
    counts.failed += fail.saturating_sub(say);
    counts
}

/// `node --test` with the spec reporter.
pub(crate) fn node(output: &str) -> Counts {
    let mut counts = Counts::default();
    for line in output.lines() {
        let Some(line) = line.strip_prefix("ℹ ") else {
            continue;
        };
        match line.split_once(' ') {
            Some(("pass", number)) => counts.passed += number.parse().unwrap_or(0),
            Some(("fail" | "cancelled", number)) => counts.failed += number.parse().unwrap_or(0),
            Some(("tests", _)) => {}
            _ => continue,
        }
        counts.closing.push(line.to_owned());
    }
    counts
}

/// Python's `unittest`. What it skips was to be run here, so it counts as failed.
pub(crate) fn unittest(output: &str) -> Counts {
    let mut counts = Counts::default();
    for line in output.lines().map(str::trim) {
        let run = line.starts_with("Ran ") && line.contains(" test");
        if run {
            counts.passed += before(line, " test");
        } else if let Some(told) = line.strip_prefix("FAILED (").or(line.strip_prefix("OK (")) {
            counts.failed += told
                .trim_end_matches(')')
                .split(", ")
                .filter_map(|part| part.split_once('=')?.1.parse::<u64>().ok())
                .sum::<u64>();
        } else if line != "OK" {
            continue;
        }
        counts.closing.push(line.to_owned());
    }
    counts.passed = counts.passed.saturating_sub(counts.failed);
    counts
}

/// `go test -v`: a line for each test, subtests indented below theirs.
pub(crate) fn go(output: &str) -> Counts {
    let starts = |what: &str| output.lines().filter(|line| line.starts_with(what)).count() as u64;
    let last = output.lines().rev().find(|line| line.starts_with("ok "));
    Counts {
        passed: starts("--- PASS: "),
        failed: starts("--- FAIL: ") + starts("--- SKIP: "),
        closing: last.map(str::to_owned).into_iter().collect(),
        ..Counts::default()
    }
}

/// Our own: the last line that reads `N passed, N failed`.
pub(crate) fn plain(output: &str) -> Counts {
    let closing = output
        .lines()
        .rev()
        .map(str::trim)
        .find(|line| line.ends_with(" failed") && line.contains(" passed, "));
    let Some(line) = closing else {
        return Counts::default();
    };
    Counts {
        passed: before(line, " passed"),
        failed: before(line, " failed"),
        closing: vec![line.to_owned()],
        ..Counts::default()
    }
}

/// The number that stands before `word`.
fn before(line: &str, word: &str) -> u64 {
    let digits = line.find(word).map_or("", |at| {
        let head = &line[..at];
        &head[head
            .rfind(|c: char| !c.is_ascii_digit())
            .map_or(0, |at| at + 1)..]
    });
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_counts_add_up() {
        let output = "     Running unittests src/lib.rs (target/debug/deps/a-1)\n\
            test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\
            \x20    Running tests/none.rs (target/debug/deps/b-1)\n\
            test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n\
               Doc-tests hedgerow\n\
            test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n";
        let counts = cargo(output);
        assert_eq!((counts.passed, counts.failed), (15, 2));
        assert_eq!(counts.closing[0], "Running unittests src/lib.rs");
        assert_eq!(counts.closing.len(), 4);
    }

    #[test]
    fn a_program_that_crashes_has_failed_beside_one_whose_test_fails() {
        let output = "     Running tests/one.rs (target/debug/deps/one-1)\n\
            test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n\
            \x20    Running tests/two.rs (target/debug/deps/two-2)\n\
            error: test failed, to rerun pass `-p two --test two`\n\n\
            error: 2 targets failed:\n    `-p one --test one`\n    `-p two --test two`\n";
        assert_eq!(cargo(output).failed, 2);
        let output = output.replace("2 targets", "1 target");
        assert_eq!(cargo(&output).failed, 1);
    }

    #[test]
    fn node_counts_cancelled_as_failed() {
        let counts = node("ℹ tests 9\nℹ suites 0\nℹ pass 7\nℹ fail 1\nℹ cancelled 1\n");
        assert_eq!((counts.passed, counts.failed), (7, 2));
    }

    #[test]
    fn what_unittest_skips_has_failed() {
        let counts = unittest("test_a ... ok\nRan 14 tests in 36.6s\n\nOK\n");
        assert_eq!((counts.passed, counts.failed), (14, 0));
        let counts = unittest("Ran 9 tests in 1s\n\nFAILED (failures=2, errors=1, skipped=1)\n");
        assert_eq!((counts.passed, counts.failed), (5, 4));
        assert_eq!(unittest("Ran 1 test in 0s\n\nOK (skipped=1)").failed, 1);
        assert_eq!(unittest("cc: error").passed, 0);
    }

    #[test]
    fn go_tests_are_counted_without_their_parts() {
        let output = "=== RUN   TestA\n--- PASS: TestA (0.01s)\n    --- PASS: TestA/x (0.00s)\n\
            --- FAIL: TestB (0.00s)\n--- SKIP: TestC (0.00s)\nok  \thedgerow\t1.2s\n";
        let counts = go(output);
        assert_eq!((counts.passed, counts.failed), (1, 2));
        assert_eq!(counts.closing, ["ok  \thedgerow\t1.2s"]);
    }

    #[test]
    fn the_last_closing_line_counts() {
        let counts = plain("1 passed, 0 failed\nmore\n264 passed, 3 failed\n");
        assert_eq!((counts.passed, counts.failed), (264, 3));
        assert_eq!(plain("nothing"), Counts::default());
    }
}
