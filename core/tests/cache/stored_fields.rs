//! RFC 9111 §3.1 and §7.3: which fields enter the store.

use hedgerow::cache::{SetCookieRule, Settings, is_hop_by_hop};

use crate::support::Exchange;

fn kept(exchange: &Exchange) -> Vec<String> {
    let policy = exchange.stored();
    policy
        .stored_lines(&exchange.fields)
        .map(|(name, value)| {
            let name = String::from_utf8_lossy(name).to_ascii_lowercase();
            format!("{name}: {}", String::from_utf8_lossy(&value))
        })
        .collect()
}

fn has(lines: &[String], name: &str) -> bool {
    lines
        .iter()
        .any(|line| line.starts_with(&format!("{name}:")))
}

#[test]
fn what_belongs_to_the_connection_does_not() {
    let hops = [
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authentication-info",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    for name in hops {
        assert!(is_hop_by_hop(name.to_uppercase().as_bytes()));
        let lines = kept(&Exchange::new(&format!(
            "Cache-Control: max-age=60 | {name}: x"
        )));
        assert!(!has(&lines, name), "{name}");
    }
}

#[test]
fn neither_does_what_connection_names() {
    let lines = kept(&Exchange::new(
        "Cache-Control: max-age=60 | Connection: A, close | connection: b | a: 1 | B: 2 | c: 3 | a: 4",
    ));
    assert!(!has(&lines, "a") && !has(&lines, "b"));
    assert!(has(&lines, "c"));
}

#[test]
fn what_is_no_name_hides_no_name() {
    for connection in ["\"x", "a\"b, close", "\"", "x y", "\"x, a"] {
        let lines = kept(&Exchange::new(&format!(
            "Connection: {connection} | Connection: a | Cache-Control: max-age=60, private=\"b\" | \
             A: 1 | B: 2"
        )));
        assert!(!has(&lines, "a") && !has(&lines, "b"), "{connection}");
    }
}

#[test]
fn everything_else_does_in_order() {
    let response = "Cache-Control: max-age=60 | Date: {0} | x-a: 1 | Content-Foo: 2 | x-a: 3 | \
                    Content-Range: bytes | Clear-Site-Data: x | Content-MD5: y";
    let exchange = Exchange::new(response);
    let expected: Vec<String> = exchange
        .fields
        .iter()
        .map(|(name, value)| {
            format!(
                "{}: {}",
                name.to_lowercase(),
                String::from_utf8_lossy(value)
            )
        })
        .collect();
    assert_eq!(kept(&exchange), expected);
}

#[test]
fn private_fields_stay_out_of_a_shared_cache() {
    let exchange =
        Exchange::new("Cache-Control: max-age=60, private=\"a, B\" | A: 1 | b: 2 | c: 3");
    let lines = kept(&exchange);
    assert!(!has(&lines, "a") && !has(&lines, "b") && has(&lines, "c"));
    let own = kept(&exchange.with_settings(Settings::private()));
    assert!(has(&own, "a") && has(&own, "b"));
}

#[test]
fn what_is_not_shared_is_for_who_asked() {
    let exchange = Exchange::new(
        "Cache-Control: private=\"x, x-hop\" | ETag: \"a\" | X: 1 | Set-Cookie: a=1 | X-Hop: 1 | \
         Connection: x-hop | Y: 2",
    );
    let policy = exchange.stored();
    let lines: Vec<_> = policy.unshared_lines(&exchange.fields).collect();
    assert_eq!(
        lines,
        [(&b"X"[..], &b"1"[..]), (&b"Set-Cookie"[..], &b"a=1"[..])]
    );
}

#[test]
fn a_missing_date_is_added() {
    let added = "date: Fri, 15 Jan 2027 08:00:00 GMT".to_owned();
    for response in [
        "Cache-Control: max-age=60",
        "Cache-Control: max-age=60 | Date: today",
    ] {
        let lines = kept(&Exchange::new(response));
        let dates: Vec<_> = lines
            .iter()
            .filter(|line| line.starts_with("date:"))
            .collect();
        assert_eq!(dates, [&added]);
    }
    let lines = kept(&Exchange::new("Cache-Control: max-age=60 | Date: {-5}"));
    assert!(lines.contains(&"date: Fri, 15 Jan 2027 07:59:55 GMT".to_owned()));
}

#[test]
fn cookies_by_rule() {
    let cookies = |directives: &str, rule: SetCookieRule| {
        let exchange = Exchange::new(&format!(
            "{directives} | Set-Cookie: a=b | Set-Cookie2: c | ETag: \"a\" | \
             Last-Modified: {{-999}} | Date: {{0}}"
        ))
        .with_settings(Settings::shared().with_set_cookie(rule));
        let lines = kept(&exchange);
        assert_eq!(has(&lines, "set-cookie"), has(&lines, "set-cookie2"));
        has(&lines, "set-cookie")
    };
    use SetCookieRule::{Explicit, Keep, Strip};
    assert!(cookies("Cache-Control: max-age=60", Explicit));
    assert!(cookies("Cache-Control: s-maxage=60", Explicit));
    assert!(cookies("Expires: {60}", Explicit));
    // Nobody said that it may be shared.
    assert!(!cookies("X: y", Explicit));
    assert!(!cookies("Cache-Control: public", Explicit));
    assert!(!cookies("Cache-Control: no-cache", Explicit));
    assert!(!cookies("Cache-Control: max-age=0", Explicit));
    assert!(!cookies("Cache-Control: max-age=60, no-cache", Explicit));
    assert!(!cookies("Cache-Control: max-age=60", Strip));
    assert!(cookies("X: y", Keep));
}

#[test]
fn a_private_cache_keeps_its_users_cookies() {
    let exchange =
        Exchange::new("ETag: \"a\" | Set-Cookie: a=b").with_settings(Settings::private());
    assert!(has(&kept(&exchange), "set-cookie"));
}
