//! The operator's listener: who may listen where, and what proves an operator.

use std::path::Path;

use hedgerow::config::edge::{Admin, Edge, Token, TokenSource};
use serde_json::{Value, json};

use crate::check::codes;

fn document(admin: &Value) -> String {
    json!({"edge": {
        "listen": ["127.0.0.1:8080"],
        "admin": admin,
        "upstreams": [{"id": "origin", "endpoints": [
            {"id": "a", "url": "https://a.example"},
            {"id": "b", "url": "https://b.example"}
        ]}],
        "routes": [{"upstream": "origin"}]
    }})
    .to_string()
}

fn read(admin: &Value) -> Admin {
    let parsed = Edge::from_json(&document(admin));
    let edge = parsed.unwrap_or_else(|error| panic!("{error}")).edge;
    edge.admin.expect("there is one")
}

const SECRET: &str = "correct-horse-battery";

#[test]
fn an_address_alone_is_for_who_is_on_the_machine() {
    for address in ["127.0.0.1:9080", "127.8.8.8:1", "[::1]:9080"] {
        for admin in [json!(address), json!({"address": address})] {
            let admin = read(&admin);
            assert_eq!(admin.address, address.parse().unwrap());
            assert_eq!(admin.token, None);
        }
    }
}

#[test]
fn elsewhere_an_operator_needs_a_token() {
    for address in ["0.0.0.0:9080", "[::]:9080", "10.0.0.1:9080"] {
        for admin in [json!(address), json!({"address": address})] {
            let error = Edge::from_json(&document(&admin)).unwrap_err();
            assert_eq!(codes(error.problems()), ["missing_field edge.admin"]);
        }
        let given = read(&json!({"address": address, "token": SECRET}));
        assert_eq!(given.token, Token::new(SECRET).map(TokenSource::Given));
        let file = read(&json!({"address": address, "tokenFile": "admin.token"}));
        let path = Path::new("admin.token").to_owned();
        assert_eq!(file.token, Some(TokenSource::File(path)));
    }
}

#[test]
fn what_is_meant_to_be_guarded_is_never_left_open() {
    let address = "127.0.0.1:9080";
    let table = [
        (
            json!({"address": address, "token": "short"}),
            "invalid_value edge.admin.token",
        ),
        (
            json!({"address": address, "token": "with spaces in between"}),
            "invalid_value edge.admin.token",
        ),
        (
            json!({"address": address, "token": "x".repeat(257)}),
            "out_of_range edge.admin.token",
        ),
        (
            json!({"address": address, "token": ["x"]}),
            "wrong_type edge.admin.token",
        ),
        (
            json!({"address": address, "tokenFile": ""}),
            "invalid_value edge.admin.tokenFile",
        ),
        (
            json!({"address": address, "token": SECRET, "tokenFile": "f"}),
            "conflict edge.admin.token",
        ),
        (json!({"token": SECRET}), "missing_field edge.admin.address"),
        (json!(true), "wrong_type edge.admin"),
    ];
    for (admin, expected) in table {
        let error = Edge::from_json(&document(&admin)).unwrap_err();
        assert_eq!(codes(error.problems()), [expected], "{admin}");
    }
}

#[test]
fn no_word_of_the_token_is_shown() {
    let admin = read(&json!({"address": "127.0.0.1:1", "token": SECRET}));
    assert!(!format!("{admin:?}").contains("horse"));
    let wrong = json!({"address": "127.0.0.1:1", "token": "horse with a space"});
    let error = Edge::from_json(&document(&wrong)).unwrap_err();
    assert!(!error.to_string().contains("horse"), "{error}");
}
