//! `hedgerow explain`.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

fn explain(head: &str, arguments: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_hedgerow"))
        .arg("explain")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(head.as_bytes()).unwrap();
    drop(input);
    child.wait_with_output().unwrap()
}

fn told(head: &str) -> (String, String) {
    let output = explain(head, &[]);
    let text = String::from_utf8(output.stdout).unwrap();
    let (shared, browser) = text.split_once("A browser\n").unwrap();
    (shared.to_owned(), browser.to_owned())
}

#[test]
fn a_head_is_told_as_a_story() {
    let (shared, browser) = told(
        "HTTP/2 200\r\nCache-Control: public, max-age=86400, must-revalidate\r\nETag: \"b1\"\r\n\r\n",
    );
    for story in [shared, browser] {
        assert!(story.contains("serves it for 24 hours"), "{story}");
        assert!(
            story.contains("asks whether it is still current"),
            "{story}"
        );
    }
}

#[test]
fn bodies_are_passed_over() {
    let (shared, _) = told(
        "HTTP/1.1 302 Found\r\nLocation: /b.js\r\n\r\nIt is: elsewhere\r\n\
         HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n\r\n\
         Cache-Control: no-store\n{\n}\n",
    );
    assert!(shared.contains("serves it for 60 seconds"), "{shared}");
}

#[test]
fn what_is_no_field_is_told_in_letters_alone() {
    let output = explain("HTTP/1.1 200 OK\r\n\x1b[31m\r\n", &[]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(r"`\x1b[31m` is no field"), "{said}");
}

#[test]
fn the_two_caches_may_differ() {
    let (shared, browser) = told("HTTP/1.1 200 OK\nCache-Control: private, max-age=60\n");
    assert!(shared.contains("does not store it"), "{shared}");
    assert!(browser.contains("serves it for 60 seconds"), "{browser}");
    assert!(
        browser.contains("neither ETag nor Last-Modified"),
        "{browser}"
    );
}

#[test]
fn the_last_head_counts() {
    let (shared, _) = told(
        "HTTP/1.1 301 Moved\r\nLocation: /b\r\n\r\nHTTP/1.1 200 OK\r\ncache-control: no-store\r\n\r\n",
    );
    assert!(
        shared.contains("does not store it: The response forbids storing."),
        "{shared}"
    );
}

#[test]
fn json_has_the_reasons() {
    let head = "HTTP/2 200\ncache-control: no-store\ncdn-cache-control: max-age=600\n";
    let output = explain(head, &["--json", "--target", "cdn-cache-control"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["shared"]["outcome"], "served");
    assert_eq!(document["shared"]["lifetimeSeconds"], 600);
    assert_eq!(document["private"]["outcome"], "not_stored");
    assert_eq!(document["private"]["reason"], "no_store");
}

#[test]
fn what_is_no_head_is_refused() {
    for text in ["", "<html>\n", "HTTP/1.1 what\n"] {
        let output = explain(text, &[]);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(!output.stderr.is_empty());
    }
}
