//! The subcommand for operators.

use std::process::{Command, Output};

use serde_json::json;

use crate::support::{Edge, Origin, ok, one_route, run_beside};

/// Runs `hedgerow-edge admin` with these arguments.
#[track_caller]
fn admin(edge: &Edge, arguments: &[&str]) -> impl Future<Output = (bool, String)> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hedgerow-edge"));
    command.args(["admin", "--address", &edge.admin.to_string()]);
    command.args(arguments);
    said(command)
}

#[track_caller]
fn said(command: Command) -> impl Future<Output = (bool, String)> {
    let output = run_beside(command);
    async move {
        let Output {
            status,
            stdout,
            stderr,
        } = output.await;
        let text = [stdout, stderr].concat();
        (status.success(), String::from_utf8(text).unwrap())
    }
}

async fn two() -> (Edge, [Origin; 2]) {
    let a = Origin::new(|_| ok("", "a")).await;
    let b = Origin::new(|_| ok("", "b")).await;
    let mut document = one_route(&[&a, &b]);
    document["edge"]["routes"][0]["cache"] = json!("off");
    (Edge::start(&document), [a, b])
}

#[tokio::test]
async fn what_it_changes_it_shows() {
    let (edge, _origins) = two().await;
    let table: [(&[&str], &str, &str); 8] = [
        (
            &["drain", "origin", "a", "--reason", "new release"],
            "a: draining until it is undone",
            "b",
        ),
        (&["drain", "origin", "a", "--undo"], "undone", "a"),
        (
            &["service", "origin", "a", "down", "--for", "10m"],
            "a: down until 20",
            "b",
        ),
        (&["service", "origin", "a", "--undo"], "undone", "a"),
        (
            &["weight", "origin", "a", "7", "--by", "ann"],
            "a: weight 7 until it is undone, by ann",
            "a",
        ),
        (&["swap", "origin", "a", "b"], "swapped a and b", "b"),
        (&["swap", "origin", "--undo"], "undone", "a"),
        (
            &["drill", "origin", "a", "--for", "1h", "--no-wait"],
            "drill at a (down), until",
            "b",
        ),
    ];
    for (arguments, expected, answers) in table {
        let (well, text) = admin(&edge, arguments).await;
        assert!(well && text.contains(expected), "{arguments:?}\n{text}");
        assert_eq!(edge.get("/x").await.text(), answers, "{arguments:?}");
    }
    let (well, text) = admin(&edge, &["state"]).await;
    assert!(
        well && text.contains("ENDPOINT") && text.contains("drill at a"),
        "{text}"
    );
    let (well, text) = admin(&edge, &["state", "origin", "--json"]).await;
    let state: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(well && state["id"] == "origin", "{text}");
}

#[tokio::test]
async fn what_is_refused_it_says() {
    let (edge, _origins) = two().await;
    for (arguments, expected) in [
        (&["drain", "none", "a"][..], "no such upstream"),
        (&["drain", "origin", "z"], "no such endpoint"),
        (&["swap", "origin", "--undo"], "nothing to undo"),
        (&["drill", "origin", "a"], "--for 60s"),
        (&["drain", "origin", "a b"], "no id has"),
        (&["drain", "origin", "a", "--for", "soon"], "such as 10m"),
        (&["service", "origin", "a", "asleep"], "possible values"),
        (&["swap", "origin", "a"], "2 values"),
        (
            &["--if-epoch", "0-0-0", "drain", "origin", "a"],
            "changed meanwhile",
        ),
    ] {
        let (well, text) = admin(&edge, arguments).await;
        assert!(!well && text.contains(expected), "{arguments:?}\n{text}");
    }
    assert_eq!(edge.get("/x").await.text(), "a");
}

#[tokio::test]
async fn a_drill_s_report_is_waited_for() {
    let (edge, _origins) = two().await;
    let drilled = admin(&edge, &["drill", "origin", "a", "--for", "3"]);
    let asked = edge.wait_for_text("/x", "b");
    let ((well, text), ()) = tokio::join!(drilled, asked);
    assert!(well && text.contains("ended by time"), "{text}");
    assert!(text.contains("0 failed"), "{text}");
}

#[tokio::test]
async fn address_and_token_come_from_the_document() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let mut document = one_route(&[&origin, &origin]);
    let token = "correct-horse-battery";
    document["edge"]["admin"] = json!({"address": "127.0.0.1:0", "token": token});
    let edge = Edge::start(&document);
    let (well, text) = admin(&edge, &["state"]).await;
    assert!(!well && text.contains("401"), "{text}");
    document["edge"]["admin"]["address"] = json!(edge.admin.to_string());
    std::fs::write(&edge.file, document.to_string()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_hedgerow-edge"));
    command
        .args(["admin", "--config"])
        .arg(&edge.file)
        .arg("state");
    let (well, text) = said(command).await;
    assert!(well && text.contains("ENDPOINT"), "{text}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_hedgerow-edge"));
    command.env("HEDGEROW_ADMIN_TOKEN", token);
    command.args(["admin", "--address", &edge.admin.to_string(), "state"]);
    let (well, text) = said(command).await;
    assert!(well && !text.contains(token), "{text}");
}
