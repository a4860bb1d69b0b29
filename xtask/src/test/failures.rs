//! Which tests failed, and what they said of it.

/// How many lines a failed test gets on the screen; its log has them all.
const SHOWN_LINES: usize = 30;

/// A test that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The program it is in, as its runner tells it; empty if it doesn't.
    pub(crate) binary: String,
    pub(crate) name: String,
    /// What it said.
    pub(crate) said: String,
}

impl Failure {
    /// Its name with the program's.
    pub(crate) fn title(&self) -> String {
        if self.binary.is_empty() {
            self.name.clone()
        } else {
            format!("{}: {}", self.binary, self.name)
        }
    }
}

/// What `cargo test` tells of failures: `---- name stdout ----`, and then what
/// the test printed, after the tests of each program.
pub(crate) fn cargo(output: &str) -> Vec<Failure> {
    let mut failures: Vec<Failure> = Vec::new();
    let (mut binary, mut inside) = ("", false);
    for line in output.lines() {
        let text = line.trim();
        if text.starts_with("Running ") || text.starts_with("Doc-tests ") {
            binary = text.trim_start_matches("Running ");
            binary = binary.split(" (").next().unwrap_or(binary);
        } else if let Some(name) = header(line) {
            inside = true;
            failures.push(Failure {
                binary: binary.to_owned(),
                name: name.to_owned(),
                said: String::new(),
            });
        } else if line == "failures:" || line.starts_with("test result:") {
            inside = false;
        } else if let (true, Some(failure)) = (inside, failures.last_mut()) {
            failure.said.push_str(line);
            failure.said.push('\n');
        }
    }
    for failure in &mut failures {
        failure.said = brief(&failure.said);
    }
    failures
}

/// All of them, set apart from what is said about them; `None` if there is none.
pub(crate) fn told(failures: &[Failure]) -> Option<String> {
    let one = |failure: &Failure| {
        let said: String = failure
            .said
            .lines()
            .map(|line| format!("\n      {line}"))
            .collect();
        format!("    {}{said}", failure.title())
    };
    let all: Vec<String> = failures.iter().map(one).collect();
    (!all.is_empty()).then(|| all.join("\n\n"))
}

/// The name between `---- ` and ` stdout ----`.
fn header(line: &str) -> Option<&str> {
    let (name, stream) = line
        .strip_prefix("---- ")?
        .strip_suffix(" ----")?
        .rsplit_once(' ')?;
    (stream == "stdout").then_some(name)
}

/// The beginning, which has the reason, without the list of functions that led
/// to it.
fn brief(said: &str) -> String {
    let said = said.split("stack backtrace:").next().unwrap_or(said).trim();
    let mut lines: Vec<&str> = said.lines().collect();
    if lines.len() > SHOWN_LINES {
        lines.truncate(SHOWN_LINES);
        lines.push("…");
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
     Running unittests src/lib.rs (target/debug/deps/a-1)
running 1 test
test fine ... ok

test result: ok. 1 passed; 0 failed
     Running tests/edge/main.rs (target/debug/deps/edge-2)
running 3 tests
test regions::outside ... FAILED
test regions::inside ... ok
test two ... FAILED

failures:

---- regions::outside stdout ----

thread 'regions::outside' (17077) panicked at tests/edge/regions.rs:149:5:
assertion `left == right` failed: ejected
  left: 6
 right: 5
stack backtrace:
   0: __rustc::rust_begin_unwind

---- two stdout ----
Error: \"no\"


failures:
    regions::outside
    two

test result: FAILED. 1 passed; 2 failed
error: 1 target failed:
";

    #[test]
    fn each_failed_test_is_told_with_its_reason() {
        let failures = cargo(OUTPUT);
        let names: Vec<_> = failures
            .iter()
            .map(|failure| (failure.binary.as_str(), failure.name.as_str()))
            .collect();
        assert_eq!(
            names,
            [
                ("tests/edge/main.rs", "regions::outside"),
                ("tests/edge/main.rs", "two")
            ]
        );
        assert!(failures[0].said.ends_with(" right: 5"));
        assert_eq!(failures[1].said, "Error: \"no\"");
    }

    #[test]
    fn a_test_that_says_much_is_cut() {
        let output = format!("---- long stdout ----\n{}", "line\n".repeat(500));
        assert_eq!(cargo(&output)[0].said.lines().count(), SHOWN_LINES + 1);
    }

    #[test]
    fn where_nothing_failed_nothing_is_told() {
        assert_eq!(cargo("test result: ok. 1 passed; 0 failed\n"), []);
    }
}
