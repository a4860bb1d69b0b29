//! RFC 9111 §3.2 and §4.3.4: updating what is stored by a 304.

use hedgerow::cache::{
    Action, Freshened, Merged, NotFreshened, NotStored, Request, Response, Settings,
};
use hedgerow::types::Reason;

use crate::support::{Exchange, Fields, at, exchanged, fields, lines};

const STORED: &str = "Cache-Control: max-age=10 | ETag: \"a\" | Date: {0} | X-Old: 1 | X-Both: 1";

fn freshen(stored: &Exchange, new: &str) -> Result<Freshened, NotFreshened> {
    let new = fields(new);
    stored.stored().freshen(
        &stored.settings,
        &Request::new("GET", &stored.asked),
        &stored.fields,
        &Response::new(304, &new),
        exchanged(100),
    )
}

/// What is stored after a 304 with `new`.
fn updated(stored: &Exchange, new: &str) -> Vec<String> {
    let policy = freshen(stored, new).expect("updated").policy;
    let new = fields(new);
    let merged = Merged::new(&stored.fields, &new);
    policy
        .stored_lines(&merged)
        .map(|(name, value)| {
            let name = String::from_utf8_lossy(name).to_ascii_lowercase();
            format!("{name}: {}", String::from_utf8_lossy(&value))
        })
        .collect()
}

#[test]
fn it_is_fresh_again() {
    let stored = Exchange::new(STORED);
    let new = "ETag: \"a\" | Date: {100}";
    let policy = freshen(&stored, new).expect("updated").policy;
    let none = Fields::new();
    let request = Request::new("GET", &none);
    for (secs, served) in [(100, true), (109, true), (110, false)] {
        let decision = policy.decide(&stored.settings, &request, at(secs));
        assert_eq!(decision.is_served(), served, "{secs}");
    }
    assert_eq!(policy.age(at(100)), 0);
}

#[test]
fn new_fields_take_the_place_of_old_ones() {
    let lines = updated(
        &Exchange::new(STORED),
        "X-Both: 2 | x-both: 3 | X-New: 4 | Cache-Control: max-age=60 | Date: {100}",
    );
    for expected in [
        "x-old: 1",
        "x-both: 2",
        "x-both: 3",
        "x-new: 4",
        "etag: \"a\"",
    ] {
        assert!(lines.contains(&expected.to_owned()), "{expected}");
    }
    assert!(!lines.contains(&"x-both: 1".to_owned()));
    let directives: Vec<_> = lines
        .iter()
        .filter(|line| line.starts_with("cache-control"))
        .collect();
    assert_eq!(directives, ["cache-control: max-age=60"]);
}

#[test]
fn what_describes_the_stored_content_stays() {
    let content = "Content-Length: 5 | Content-Encoding: br | Content-Range: x | Content-MD5: y";
    let lines = updated(
        &Exchange::new(&format!("{STORED} | {content} | Content-Type: a/b")),
        "Content-Length: 0 | Content-Encoding: gzip | Content-Range: z | Content-MD5: w | \
         Content-Type: c/d",
    );
    for expected in [
        "content-length: 5",
        "content-encoding: br",
        "content-range: x",
        "content-md5: y",
        "content-type: c/d",
    ] {
        assert!(lines.contains(&expected.to_owned()), "{expected}");
    }
    assert_eq!(
        lines
            .iter()
            .filter(|line| line.starts_with("content-"))
            .count(),
        5
    );
}

#[test]
fn connection_fields_of_a_304_update_nothing() {
    let lines = updated(
        &Exchange::new(STORED),
        "Connection: x-both, close | X-Both: 2 | Keep-Alive: 5",
    );
    assert!(lines.contains(&"x-both: 1".to_owned()));
    assert!(!lines.iter().any(|line| line.starts_with("keep-alive")));
}

#[test]
fn age_and_date_are_the_new_ones_or_none() {
    let stored = Exchange::new(&format!("{STORED} | Age: 7"));
    let without = freshen(&stored, "ETag: \"a\"").expect("updated").policy;
    assert_eq!(without.age(at(100)), 0);
    assert!(
        updated(&stored, "ETag: \"a\"").contains(&"date: Fri, 15 Jan 2027 08:01:40 GMT".to_owned())
    );
    let with = freshen(&stored, "Age: 3 | Date: {100}")
        .expect("updated")
        .policy;
    assert_eq!(with.age(at(100)), 3);
}

#[test]
fn another_tag_in_the_304() {
    let stored = Exchange::new(STORED);
    let lenient = Settings::shared().with_foreign_304(true);
    let kept = updated(&stored.clone().with_settings(lenient), "ETag: \"b\"");
    assert!(kept.contains(&"etag: \"a\"".to_owned()));
    let date = "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT";
    for (new, accepted) in [
        ("ETag: \"a\"", true),
        ("ETag: \"b\"", false),
        ("ETag: W/\"a\"", true),
        ("ETag: W/\"b\"", false),
        ("X: y", true),
        (date, false),
    ] {
        let found = freshen(&stored, new)
            .map(|_| ())
            .map_err(NotFreshened::reason);
        let expected = if accepted {
            Ok(())
        } else {
            Err(Reason::Foreign304)
        };
        assert_eq!(found, expected, "{new}");
    }
}

#[test]
fn a_304_may_end_the_storing() {
    let stored = Exchange::new(STORED);
    for (new, reason) in [
        ("Cache-Control: no-store", Reason::NoStore),
        ("Cache-Control: private", Reason::PrivateResponse),
    ] {
        let found = freshen(&stored, new).expect("updated").kept;
        assert_eq!(found.map_err(NotStored::reason), Err(reason));
    }
    assert!(freshen(&stored, "Vary: *").is_err());
}

#[test]
fn a_request_that_may_leave_no_trace_empties_nobodys_cache() {
    let new = fields("ETag: \"a\"");
    for (request, response, reason) in [
        ("Cache-Control: no-store", STORED, Reason::RequestNoStore),
        ("Authorization: Basic YTpi", STORED, Reason::Authorized),
    ] {
        let stored = Exchange::new(response);
        let asked = fields(request);
        let fresh = stored
            .stored()
            .freshen(
                &stored.settings,
                &Request::new("GET", &asked),
                &stored.fields,
                &Response::new(304, &new),
                exchanged(100),
            )
            .expect("updated");
        assert_eq!(fresh.kept.map_err(NotStored::reason), Err(reason));
        assert!(!fresh.ends_storing());
    }
    let stored = Exchange::new(STORED);
    let ended = freshen(&stored, "Cache-Control: no-store").expect("updated");
    assert!(ended.ends_storing());
    assert!(
        !freshen(&stored, "ETag: \"a\"")
            .expect("updated")
            .ends_storing()
    );
}

#[test]
fn the_variant_stays_what_it_was() {
    let stored = Exchange::new(
        "Cache-Control: max-age=10 | ETag: \"a\" | Vary: Accept-Language | Content-Language: de",
    )
    .asking("Accept-Language: en, de");
    let asked = fields("Accept-Language: de, fr;q=0.5");
    let new = fields("ETag: \"a\"");
    let fresh = stored
        .stored()
        .freshen(
            &stored.settings,
            &Request::new("GET", &asked),
            &stored.fields,
            &Response::new(304, &new),
            exchanged(100),
        )
        .expect("updated");
    assert!(fresh.policy.is_same_variant(&stored.stored()));
    let first = Request::new("GET", &stored.asked);
    assert!(
        fresh
            .policy
            .decide(&stored.settings, &first, at(101))
            .is_served()
    );
}

#[test]
fn a_cookie_is_for_who_asked() {
    let stored = Exchange::new("Cache-Control: max-age=10 | ETag: \"a\" | Set-Cookie: a=old");
    let same = updated(&stored, "ETag: \"a\"");
    assert!(!same.iter().any(|line| line.starts_with("set-cookie")));
    // The stored lifetime was given before this cookie was.
    let new = "Set-Cookie: sid=b";
    assert!(
        !updated(&stored, new)
            .iter()
            .any(|line| line.starts_with("set-cookie"))
    );
    let policy = freshen(&stored, new).expect("updated").policy;
    let (new, lines) = (fields(new), [(&b"Set-Cookie"[..], &b"sid=b"[..])]);
    assert!(policy.unshared_lines(&new).eq(lines));
    // With a lifetime of its own the rule is that of every response.
    let new = "Set-Cookie: a=new | Cache-Control: max-age=5";
    assert!(updated(&stored, new).contains(&"set-cookie: a=new".to_owned()));
    let policy = freshen(&stored, new).expect("updated").policy;
    assert_eq!(policy.unshared_lines(&fields(new)).count(), 0);
    let none = "Set-Cookie: a=new | Cache-Control: max-age=0";
    assert!(
        !updated(&stored, none)
            .iter()
            .any(|line| line.starts_with("set-cookie"))
    );
}

#[test]
fn what_was_validated_just_now_is_served_with_all_its_fields() {
    let stored = Exchange::new("Cache-Control: no-cache=\"x\", max-age=0 | ETag: \"a\" | X: 1");
    let fresh = freshen(&stored, "ETag: \"a\"").expect("updated");
    let none = Fields::new();
    let request = Request::new("GET", &none);
    let validated = fresh.policy.validated(at(100));
    assert_eq!(
        (validated.action, validated.reason),
        (Action::Serve, Reason::Validated)
    );
    assert!(!validated.is_stale());
    let answer = fresh.policy.answer(&request, &validated, None);
    assert!(lines(&answer, &stored.fields).contains(&"x: 1".to_owned()));
}

#[test]
fn the_same_304_twice_changes_nothing_more() {
    let stored = Exchange::new(&format!("{STORED} | Vary: accept")).asking("accept: a");
    let new = "X-Both: 2 | X-New: 3 | Cache-Control: max-age=60 | Date: {100}";
    let once = freshen(&stored, new).expect("updated");
    let mut again = stored.clone();
    again.fields = updated(&stored, new)
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()))
        .collect();
    let twice = freshen(&again, new).expect("updated");
    assert_eq!(once, twice);
    assert_eq!(updated(&stored, new), updated(&again, new));
}
