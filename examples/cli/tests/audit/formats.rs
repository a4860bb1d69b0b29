//! How findings are written, and what the exit code says.

use crate::command::{audit, hedgerow, urls};
use crate::server::Row;
use crate::world::{ENTRY, answer};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Output;

/// An entry point without CORS at both endpoints, and without HTTP/3.
fn run(more: &[&str]) -> Output {
    let row = Row::healthy();
    row.answer(|ask| {
        let mut reply = answer(ask);
        reply.remove("access-control-allow-origin");
        reply.remove("alt-svc");
        reply
    });
    let urls = urls(&[ENTRY]);
    let mut arguments: Vec<&str> = urls.iter().map(String::as_str).collect();
    arguments.extend(more);
    audit(&row, &arguments)
}

#[test]
fn the_exit_code_follows_the_severity() {
    for (arguments, code) in [
        (&[][..], 1),
        (&["--fail-on", "warning"][..], 1),
        (&["--fail-on", "never"][..], 0),
    ] {
        assert_eq!(run(arguments).status.code(), Some(code), "{arguments:?}");
    }
}

#[test]
fn what_cannot_run_says_why() {
    for (arguments, text) in [
        (&["ftp://cdn1.example.com/a.js"][..], "only https and http"),
        (&["https://cdn1.example.com"][..], "no asset"),
        (
            &["https://a.example/a.js", "--ca", "/nowhere.pem"][..],
            "/nowhere.pem",
        ),
        (&["--config", "/nowhere.json"][..], "/nowhere.json"),
        (
            &["https://a.example/a.js", "--class", "/*=nothing"][..],
            "no class",
        ),
        (
            &["https://a.example/a.js", "--origin", "data:x"][..],
            "--origin",
        ),
        (
            &["https://a.example/a.js", "--timeout", "0"][..],
            "number of seconds",
        ),
    ] {
        let output = hedgerow(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(text), "{arguments:?}: {said}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn people_get_what_where_why_and_what_to_do() {
    let output = run(&[]);
    let text = String::from_utf8(output.stdout).unwrap();
    for part in [
        "cors_missing",
        "https://cdn1.example.com/webmessaging/loader.js",
        "no Access-Control-Allow-Origin to `Origin: https://www.example.org`",
        "Let the CDN keep or add the field",
        "2 errors, 0 warnings, 2 notes",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(!text.contains('\x1b'), "no colours in a pipe");
    let coloured = run(&["--color", "always"]).stdout;
    assert!(coloured.contains(&0x1b));
}

#[test]
fn sarif_has_its_rules_and_results() {
    let sarif: Value = serde_json::from_slice(&run(&["--sarif"]).stdout).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 4);
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert_eq!(rule["defaultConfiguration"]["level"], result["level"]);
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        let base = place["uriBaseId"].as_str().unwrap();
        let base = run["originalUriBaseIds"][base]["uri"].as_str().unwrap();
        assert!(base.starts_with("https://cdn") && base.ends_with(".example.com/"));
        // Code scanning refuses what leads out of a checkout.
        let uri = place["uri"].as_str().unwrap();
        assert!(["./", &format!(".{ENTRY}")].contains(&uri), "{uri}");
        assert!(result["message"]["text"].as_str().unwrap().len() > 40);
        assert!(result["partialFingerprints"].is_object());
    }
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    // Each id once, or viewers take one rule for another.
    let ids: BTreeSet<_> = rules.iter().map(|rule| rule["id"].as_str()).collect();
    assert_eq!(ids.len(), rules.len());
    for rule in rules {
        let level = rule["defaultConfiguration"]["level"].as_str().unwrap();
        assert!(["error", "warning", "note"].contains(&level), "{rule}");
        for text in ["shortDescription", "help"] {
            assert!(!rule[text]["text"].as_str().unwrap().is_empty(), "{rule}");
        }
    }
}

#[test]
fn a_path_that_starts_with_two_slashes_is_still_a_path() {
    let row = Row::healthy();
    let url = "https://cdn1.example.com//elsewhere.example:x/a.js";
    let output = audit(&row, &[url, "--sarif"]);
    let sarif: Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let places: BTreeSet<_> = results
        .iter()
        .map(|result| &result["locations"][0]["physicalLocation"]["artifactLocation"])
        .map(|place| (place["uri"].as_str(), place["uriBaseId"].as_str()))
        .collect();
    let base = Some("https_cdn1.example.com");
    let asset = Some(".//elsewhere.example:x/a.js");
    assert_eq!(places, [(asset, base)].into());
}

#[test]
fn the_worst_comes_first() {
    let row = Row::healthy();
    row.answer(|ask| {
        let mut reply = answer(ask);
        reply.remove("alt-svc");
        if ask.endpoint == 1 {
            reply.remove("access-control-allow-origin");
        }
        reply
    });
    let urls = urls(&[ENTRY]);
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let text = String::from_utf8(audit(&row, &urls).stdout).unwrap();
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part}: {text}"));
    assert!(
        at("cdn2.example.com  https") < at("cdn1.example.com  https"),
        "{text}"
    );
    assert!(at("cors_missing") < at("http3_not_announced"), "{text}");
}

#[test]
fn junit_has_a_case_for_each_url() {
    let text = String::from_utf8(run(&["--junit"]).stdout).unwrap();
    assert_eq!(text.matches("<testsuite ").count(), 2);
    assert_eq!(text.matches("<testcase ").count(), 4);
    assert_eq!(text.matches("<failure type=\"cors_missing\"").count(), 2);
    assert!(text.contains("tests=\"2\" failures=\"1\""), "{text}");
}

#[test]
fn junit_leaves_no_finding_out() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 16_384]);
            let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        }
    });
    let url = format!("http://{address}/{}.js", "a".repeat(9_000));
    let text = String::from_utf8(hedgerow(&[&url, "--junit"]).stdout).unwrap();
    assert!(text.contains("<failure type=\"status_error\""), "{text}");
}
