//! Paths, lists of assets, and their hashes.

use serde_json::{Value, json};

use crate::{
    check::{base, check, check_message, config, with},
    fields::{refused, taken},
};

#[test]
fn paths() {
    taken(
        "asset",
        [
            json!("loader.js"),
            json!("/a/b.js?v=1&w=%2F"),
            json!("/@scope/x@1.2.3/(y)~z;p=1"),
            json!({"path": "/x.js", "bytes": 1}),
            json!("https://a.example/x.js"),
        ],
    );
    refused(
        "asset",
        "invalid_value",
        [
            json!(""),
            json!("/"),
            json!("?x"),
            json!("//evil.example/x.js"),
            json!("/\\evil.example/x.js"),
            json!("/\t/evil.example/x.js"),
            json!("/a/../b.js"),
            json!("/a/%2e%2E/b.js"),
            json!("./a.js"),
            json!("/a.js#x"),
            json!("/a b.js"),
            json!("/é.js"),
            json!("/50%.js"),
            json!("/x%2"),
            json!("javascript:alert(1)"),
            json!("https://elsewhere.example/x.js"),
            json!("https://a.example.evil.example/x.js"),
            json!("https://a.example/#x"),
            json!("ftp://a.example/x.js"),
        ],
    );
    check_message(
        &with(json!({"asset": "https://elsewhere.example/x.js"})),
        "asset: is at none of the endpoints: write a path such as \"/webmessaging/loader.js\", \
         and hosts as `endpoints`",
    );
    refused("asset", "wrong_type", [json!(1), json!(["/a.js"])]);
    check(&with(json!({"asset": {}})), &["missing_field asset.path"]);
    check(
        &with(json!({"asset": {"path": "/a", "url": "https://a.example/a"}})),
        &["conflict asset.url"],
    );
    check(
        &with(json!({"asset": {"path": "/a", "type": "classic", "bytes": 0, "async": true}})),
        &[
            "unknown_field asset.async",
            "invalid_value asset.type",
            "out_of_range asset.bytes",
        ],
    );
}

#[test]
fn lists_of_assets() {
    let list = |assets: Value| {
        let mut document = base();
        document.as_object_mut().unwrap().remove("asset");
        document["assets"] = assets;
        document
    };
    let numbered = |count: usize| json!((0..count).map(|n| format!("/{n}.js")).collect::<Vec<_>>());
    check(&list(numbered(16)), &[]);
    check(&list(numbered(17)), &["too_many assets"]);
    check(&list(json!([])), &["missing_field assets"]);
    check(&list(json!("/a.js")), &["wrong_type assets"]);
    check(&list(json!(["/a.js", "a.js"])), &["conflict assets[1]"]);
    check(&with(json!({"assets": ["/b.js"]})), &["conflict asset"]);
    let mut hashed = list(numbered(2));
    hashed["integrity"] = format!("sha256-{}=", "A".repeat(43)).into();
    check(&hashed, &["conflict integrity"]);
}

#[test]
fn integrity() {
    let [short, middle, long] = [
        format!("sha256-{}=", "A".repeat(43)),
        format!("sha384-{}", "+".repeat(64)),
        format!("sha512-{}==", "A".repeat(86)),
    ];
    taken("integrity", [json!(short), json!(middle), json!(long)]);
    let spaced = format!("\n {middle}\t{middle} ");
    let read = config(&with(json!({"integrity": spaced})));
    assert_eq!(
        read.assets[0].integrity.as_ref().unwrap().as_str(),
        format!("{middle} {middle}")
    );
    refused("integrity", "no_effect", [json!(format!("{short} {long}"))]);
    refused(
        "integrity",
        "too_many",
        [json!(vec![short.as_str(); 17].join(" "))],
    );
    refused(
        "integrity",
        "invalid_value",
        [
            json!(""),
            json!("  "),
            json!("sha384"),
            json!("sha384-"),
            json!("sha384-YWJj"),
            json!(format!("sha1-{}=", "A".repeat(27))),
            json!(format!("SHA256-{}=", "A".repeat(43))),
            json!(short.trim_end_matches('=')),
            json!(format!("{short}=")),
            json!(format!("sha256-{}B=", "A".repeat(42))),
            json!(format!("sha384-{}", "-".repeat(64))),
            json!(format!("sha384-{}", "é".repeat(64))),
            json!(format!("{middle} nonsense")),
        ],
    );
    check_message(
        &with(json!({"integrity": "sha384-YWJj"})),
        "integrity: \"sha384-YWJj\" holds 3 bytes where sha384 has 48: write \"sha384-\" and the \
         base64 of the hash, as `openssl dgst -sha384 -binary FILE | base64 -w0` prints it",
    );
}
