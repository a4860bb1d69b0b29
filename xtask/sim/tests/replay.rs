//! What the command says of a broken promise is enough to see it again.

use std::process::{Command, Output};

fn sim<'a>(args: impl IntoIterator<Item = &'a str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hedgerow-sim"));
    command.args(args).output().expect("the simulator runs")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// From the line that names the promise to the end.
fn story(text: &str) -> &str {
    let at = text.find("BROKEN PROMISE").expect("a broken promise");
    &text[at..]
}

#[test]
fn a_failure_names_all_that_led_to_it_and_the_command_that_repeats_it() {
    let args = "--planted no-others --requests 90000 --seed 23 --threads 2";
    let first = sim(args.split(' '));
    assert_eq!(first.status.code(), Some(1));
    let first = text(&first);
    let told = story(&first);
    for part in [
        "Succeeds",
        "seed 23",
        "trace errors",
        "request #",
        "Starts",
        "Fails",
        "Lost",
    ] {
        assert!(told.contains(part), "{part} is missing in\n{told}");
    }
    let command = told.lines().last().expect("the command").trim();
    let again = command.strip_prefix("cargo xtask sim ").expect("a command");
    let again = sim(again.split(' '));
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(story(&text(&again)), told);
}

#[test]
fn without_a_bug_the_same_plan_breaks_nothing() {
    let args = "--policy hedgerow --trace errors --requests 90000 --seed 23 --threads 2";
    let output = sim(args.split(' '));
    assert!(output.status.success(), "{}", text(&output));
    assert!(text(&output).contains("every promise kept"));
}

#[test]
fn wrong_arguments_are_told() {
    for args in [
        ["--trace", "no-such"],
        ["--planted", "no-such"],
        ["--unit", "9999"],
    ] {
        let output = sim(args);
        assert!(
            !output.status.success() && !output.stderr.is_empty(),
            "{args:?}"
        );
    }
}
