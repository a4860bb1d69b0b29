//! Where all commands write to: a reader that leaves is no error, and what
//! can't be written is.

use std::fs::{self, OpenOptions};
use std::process::{Command, Stdio};

const COMMANDS: [&[&str]; 5] = [
    &["headers", "/a.js"],
    &["completions", "zsh"],
    &["classify"],
    &["explain"],
    &["audit", "--fail-on", "never", "http://127.0.0.1:1/a.js"],
];

/// The exit code, and what is said, of each command with this to write to.
fn run(test: &str, output: impl Fn() -> Stdio) -> Vec<(Option<i32>, String)> {
    let file = format!("hedgerow-output-{test}-{}.txt", std::process::id());
    let input = std::env::temp_dir().join(file);
    fs::write(&input, "Cache-Control: no-store\n").unwrap();
    let done = COMMANDS
        .iter()
        .map(|arguments| {
            let ended = Command::new(env!("CARGO_BIN_EXE_hedgerow"))
                .args(*arguments)
                .stdin(fs::File::open(&input).unwrap())
                .stdout(output())
                .stderr(Stdio::piped())
                .spawn()
                .and_then(std::process::Child::wait_with_output)
                .unwrap();
            let said = String::from_utf8_lossy(&ended.stderr).into_owned();
            (ended.status.code(), said)
        })
        .collect();
    fs::remove_file(&input).unwrap();
    done
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told() {
    let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
    for ((code, said), command) in run("full", || full().into()).into_iter().zip(COMMANDS) {
        assert_eq!(code, Some(2), "{command:?}: {said}");
        assert!(said.starts_with("hedgerow: cannot "), "{command:?}: {said}");
    }
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let left = || std::io::pipe().unwrap().1;
    for ((code, said), command) in run("left", || left().into()).into_iter().zip(COMMANDS) {
        assert_eq!((code, said.as_str()), (Some(0), ""), "{command:?}");
    }
}
