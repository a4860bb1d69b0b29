//! Servers that want to harm whoever looks, and what must not be told.

use crate::command::hedgerow;
use crate::connections::{found, found_within, listen, read_request};
use std::io::Write as _;
use std::time::Duration;

#[test]
fn a_flood_of_interim_responses_holds_nobody_up() {
    let flooding = listen(|mut stream| {
        read_request(&mut stream);
        let flood = b"HTTP/1.1 100 Continue\r\n\r\n".repeat(40_000);
        while stream.write_all(&flood).is_ok() {}
    });
    let other = listen(|mut stream| {
        read_request(&mut stream);
        // The client sends nothing more, so this waits while the other floods.
        let _ = stream.set_read_timeout(Some(Duration::from_millis(300)));
        read_request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    });
    let more = format!("http://{other}/app.js");
    // Long enough for the other, whatever else the machine has to do.
    let ids = found_within("5", flooding, &[&more]);
    assert_eq!(ids, ["timed_out", "status_error"]);
}

#[test]
fn a_head_without_end() {
    let address = listen(|mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nX-Long: ");
        while stream.write_all(&[b'x'; 4096]).is_ok() {}
    });
    assert_eq!(found(address, &[]), ["protocol_error"]);
}

#[test]
fn a_little_that_stands_for_a_lot() {
    let address = listen(|mut stream| {
        let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        bomb.write_all(&[b' '; 300_000]).unwrap();
        let bomb = bomb.finish().unwrap();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
            bomb.len()
        );
        read_request(&mut stream);
        let _ = stream.write_all(&[head.as_bytes(), &bomb].concat());
    });
    let ids = found(address, &["--max-body", "100000"]);
    assert!(ids.contains(&"body_too_long".to_owned()), "{ids:?}");
    assert!(!ids.contains(&"encoding_broken".to_owned()), "{ids:?}");
}

#[test]
fn the_end_of_the_audit_is_the_end_of_a_handshake() {
    let address = listen(|mut stream| {
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    });
    let url = format!("https://{address}/a.js");
    // A day would not pass unnoticed.
    let arguments = ["--timeout", "86400", "--max-time", "0.2", "--json"];
    let output = hedgerow(&[&[url.as_str()], &arguments[..]].concat());
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["findings"].as_array().unwrap().len(), 0, "{report}");
    assert_eq!(report["unfinished"], 1);
    assert_eq!(output.status.code(), Some(2));
    let sarif = hedgerow(&[&[url.as_str()], &arguments[..4], &["--sarif"]].concat());
    let sarif: serde_json::Value = serde_json::from_slice(&sarif.stdout).unwrap();
    assert_eq!(
        sarif["runs"][0]["invocations"][0]["executionSuccessful"],
        false
    );
}

#[test]
fn what_the_audit_has_no_time_for_is_no_fault_of_the_endpoint() {
    let address = listen(|mut stream| {
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    });
    let urls = [1, 2].map(|at| format!("http://{address}/{at}.js"));
    let arguments = [
        urls[0].as_str(),
        urls[1].as_str(),
        "--json",
        "--max-time",
        "0.2",
        "--fail-on",
        "never",
    ];
    let output = hedgerow(&arguments);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["findings"].as_array().unwrap().len(), 1);
    assert_eq!(report["findings"][0]["id"], "endpoint_not_https");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        told.contains("2 assets") && told.contains("--max-time"),
        "{told}"
    );
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn passwords_are_not_told() {
    let address = listen(|mut stream| {
        read_request(&mut stream);
        let port = stream.local_addr().unwrap().port();
        let _ = stream.write_all(
            format!(
                "HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\n\
                 Set-Cookie: session=hunter2\r\n\
                 Location: http://bob:hunter2@127.0.0.1:{port}/next.js\r\n\r\n"
            )
            .as_bytes(),
        );
    });
    let own = format!("http://bob:hunter2@{address}/a.js");
    for url in [
        own.as_str(),
        "https://bob:hunter2@ho st/a.js",
        "ftp://bob:hunter2@cdn.example.com/a.js",
    ] {
        for arguments in [vec![url], vec![url, "--json"], vec![url, "--sarif"]] {
            let output = hedgerow(&arguments);
            let told = [output.stdout, output.stderr].concat();
            let told = String::from_utf8_lossy(&told);
            assert!(!told.is_empty() && !told.contains("hunter2"), "{told}");
        }
    }
}
