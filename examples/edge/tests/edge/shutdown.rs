//! SIGTERM: what runs may end, what is new is not begun, and after the deadline
//! it is over.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::Semaphore;

use crate::support::{Client, Edge, Origin, Step, one_route, run, stall, until};

#[tokio::test]
async fn a_request_under_way_is_answered() {
    let gate = Arc::new(Semaphore::new(0));
    let wait = Arc::clone(&gate);
    let origin = Origin::new(move |_| {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc";
        vec![
            Step::Send(head.into()),
            Step::Gate(Arc::clone(&wait)),
            Step::Send(b"def".to_vec()),
        ]
    })
    .await;
    let mut edge = Edge::start(&one_route(&[&origin]));
    let mut idle = Client::connect(edge.address).await;
    let mut under_way = Client::connect(edge.address).await;
    under_way.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n").await;
    origin.wait_for(1).await;
    edge.signal("-TERM");
    edge.logged("draining");
    assert!(idle.is_ended().await, "an idle connection is ended at once");
    until("the listener to close", async || {
        tokio::net::TcpStream::connect(edge.address).await.is_err()
    })
    .await;
    assert!(edge.is_running());
    gate.add_permits(1);
    let response = under_way.response(false).await.unwrap();
    assert_eq!((response.text(), response.whole), ("abcdef", true));
    assert!(under_way.is_ended().await);
    assert_eq!(edge.ended(), Some(0));
}

#[tokio::test]
async fn the_deadline_ends_what_hangs() {
    let origin = Origin::new(|_| stall()).await;
    let mut document = one_route(&[&origin]);
    document["edge"]["timeouts"] = json!({"drainMs": 300});
    let mut edge = Edge::start(&document);
    let mut client = Client::connect(edge.address).await;
    client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n").await;
    origin.wait_for(1).await;
    edge.signal("-INT");
    edge.logged("cut after the drain deadline");
    assert!(client.response(false).await.is_none());
    assert_eq!(edge.ended(), Some(0));
}

#[tokio::test]
async fn a_bad_document_never_begins() {
    let file = std::env::temp_dir().join(format!("hedgerow-edge-bad-{}.json", std::process::id()));
    let begin = |text: &str, check: bool| {
        std::fs::write(&file, text).unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_hedgerow-edge"));
        command.arg("--config").arg(&file);
        if check {
            command.arg("--check-config");
        }
        run(&mut command)
    };
    let bad = r#"{"edge": {"listen": ["here"], "upstreams": [], "routes": []}}"#;
    let checked = begin(bad, true);
    let said = String::from_utf8(checked.stdout).unwrap();
    assert_eq!(checked.status.code(), Some(1));
    for field in ["edge.listen[0]", "edge.upstreams", "edge.routes"] {
        assert!(said.contains(field), "{said}");
    }
    assert_eq!(begin(bad, false).status.code(), Some(1));
    let good = r#"{"edge": {"listen": ["127.0.0.1:0"], "routes": [{"upstream": "o"}],
        "upstreams": [{"id": "o", "endpoints": [{"id": "a", "url": "http://127.0.0.1:1"},
            {"id": "b", "url": "https://localhost:1"}]}]}}"#;
    let checked = begin(good, true);
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn the_example_document_can_be_used() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/edge.json");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_hedgerow-edge"));
    let checked = run(command.args(["--check-config", "--config", file]));
    let said = String::from_utf8(checked.stdout).unwrap();
    assert_eq!(checked.status.code(), Some(0), "{said}");
    assert!(!said.contains("warning"), "{said}");
}

#[test]
fn the_schema_is_written_for_editors() {
    let begin = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_hedgerow-edge"));
        run(command.args(arguments))
    };
    let written = begin(&["--schema"]);
    assert_eq!(written.status.code(), Some(0), "{written:?}");
    let schema: serde_json::Value = serde_json::from_slice(&written.stdout).unwrap();
    assert!(schema["properties"]["edge"].is_object());
    assert_eq!(begin(&[]).status.code(), Some(2), "it needs a document");
}

/// So that no proxy outlives the tests, however they end.
#[tokio::test]
async fn the_end_of_standard_input_is_an_end_too() {
    let origin = Origin::new(|_| stall()).await;
    let mut edge = Edge::start(&one_route(&[&origin]));
    edge.leave();
    assert_eq!(edge.ended(), Some(0));
}
