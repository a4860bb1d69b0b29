//! `hedgerow headers`.

use std::process::Command;

fn headers(arguments: &[&str]) -> (String, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_hedgerow"))
        .arg("headers")
        .args(arguments)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (String::from_utf8(text).unwrap(), output.status.code())
}

#[test]
fn a_class_has_its_fields() {
    let (text, code) = headers(&["/webmessaging/loader.js"]);
    assert_eq!(code, Some(0));
    for part in [
        "cache-control: public, max-age=86400, must-revalidate\n",
        "strict-transport-security: max-age=31536000; includeSubDomains\n",
        "x-content-type-options: nosniff\n",
        "\nentry_point: ",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn over_http_there_is_no_hsts() {
    let (text, _) = headers(&["http://cdn1.example.com/loader.js"]);
    assert!(!text.contains("strict-transport-security"), "{text}");
}

#[test]
fn the_configuration_and_the_origin_count() {
    let file = std::env::temp_dir().join(format!("hedgerow-headers-{}.json", std::process::id()));
    let document = r#"{
        "classes": {"rules": [{"match": "/boot/*", "class": "entry_point"}]},
        "delivery": {"cors": {"origins": ["https://www.example.com"]}}
    }"#;
    std::fs::write(&file, document).unwrap();
    let config = file.to_str().unwrap();
    let origin = "https://www.example.com";
    let (text, _) = headers(&["--config", config, "--origin", origin, "--json", "/boot/it"]);
    std::fs::remove_file(&file).unwrap();
    let document: serde_json::Value =
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"));
    assert_eq!(document["class"], "entry_point");
    assert_eq!(document["fields"]["access-control-allow-origin"], origin);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let (text, code) = headers(&["--config", "/nowhere.json", "/a.js"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("/nowhere.json"), "{text}");
}
