//! Endpoints that can't be asked, or do not stop: a finding, and an end.

use crate::command::hedgerow;
use crate::server::Row;
use crate::world::VERSIONED;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::thread;

/// What is found at one endpoint, over plain http.
pub(crate) fn found(address: SocketAddr, more: &[&str]) -> Vec<String> {
    found_within("1", address, more)
}

/// The same where a response may take so many seconds.
pub(crate) fn found_within(timeout: &str, address: SocketAddr, more: &[&str]) -> Vec<String> {
    let url = format!("http://{address}/app.js");
    let mut arguments = vec![url.as_str(), "--json", "--timeout", timeout];
    arguments.extend(more);
    let output = hedgerow(&arguments);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["id"].as_str().unwrap().to_owned())
        // It is none of these tests' that the endpoint has no TLS.
        .filter(|id| id != "endpoint_not_https")
        .collect()
}

/// Does this with each connection, on a thread that ends with the process.
pub(crate) fn listen(serve: fn(TcpStream)) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || serve(stream));
        }
    });
    address
}

pub(crate) fn read_request(stream: &mut TcpStream) {
    let _ = stream.read(&mut [0; 4096]);
}

#[test]
fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    assert_eq!(found(address, &[]), ["connection_failed"]);
}

#[test]
fn the_name_does_not_resolve() {
    let arguments = ["https://nobody.invalid/app.js", "--json", "--timeout", "5"];
    let output = hedgerow(&arguments);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["findings"][0]["id"], "name_not_resolved");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_silent_server() {
    let address = listen(|mut stream| {
        // It ends when the client has had enough.
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    });
    assert_eq!(found(address, &[]), ["timed_out"]);
}

#[test]
fn no_http() {
    let address = listen(|mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.9\r\n");
    });
    assert_eq!(found(address, &[]), ["protocol_error"]);
}

#[test]
fn a_body_without_end() {
    let address = listen(|mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\n\r\n");
        while stream.write_all(&[b' '; 4096]).is_ok() {}
    });
    let ids = found(address, &["--max-body", "100000"]);
    assert!(ids.contains(&"body_too_long".to_owned()), "{ids:?}");
}

#[test]
fn a_body_that_stops() {
    let address = listen(|mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nboot");
        read_request(&mut stream);
    });
    let ids = found(address, &[]);
    assert!(ids.contains(&"timed_out".to_owned()), "{ids:?}");
}

#[test]
fn no_tls() {
    let address = listen(|mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let url = format!("https://{address}/app.js");
    let output = hedgerow(&[&url, "--json", "--timeout", "5"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["findings"][0]["id"], "tls_handshake_failed");
}

#[test]
fn the_integrity_and_the_row_come_from_the_configuration() {
    let row = Row::healthy();
    let file = std::env::temp_dir().join(format!("hedgerow-audit-{}.json", std::process::id()));
    let document = serde_json::json!({
        "asset": VERSIONED,
        "integrity": "sha384-oIOkjEEWQLlTNA2rVv3O4WDhY63Yr23/bSdfIhiosNLokTZmxNqySc6XaPMsah0z",
        "endpoints": [{ "id": "cdn1", "url": "https://cdn1.example.com" }],
    });
    std::fs::write(&file, document.to_string()).unwrap();
    let output = crate::command::audit(&row, &["--config", file.to_str().unwrap(), "--json"]);
    std::fs::remove_file(&file).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let ids: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["single_endpoint", "integrity_mismatch"]);
}

#[test]
fn a_response_is_fetched_to_be_explained() {
    let row = Row::healthy();
    let mut arguments = vec![
        "explain",
        "--url",
        "https://cdn1.example.com/health-check.json",
        "--json",
    ];
    for resolve in &row.resolve {
        arguments.extend(["--resolve", resolve]);
    }
    let output = Command::new(env!("CARGO_BIN_EXE_hedgerow"))
        .args(&arguments)
        .output()
        .unwrap();
    let story: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(story["shared"]["reason"], "no_store");
    let refused = [
        "explain",
        "--url",
        "https://a.example/",
        "--resolve",
        "a.example:443=127.0.0.1:1",
    ];
    let output = Command::new(env!("CARGO_BIN_EXE_hedgerow"))
        .args(refused)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("https://a.example/"));
}
