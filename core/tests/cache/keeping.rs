//! What a store needs of the engine to hold whole responses, and a proxy to
//! pass them on.

use hedgerow::cache::{
    NotStored, Policy, Request, Response, SetCookieRule, Settings, Times, invalidation, put,
    remove_hop_by_hop,
};
use hedgerow::types::Reason;
use http::HeaderMap;

use crate::support::at;

const NOBODY: [(&str, &str); 1] = [("host", "a")];

fn store(status: u16, fields: &[(&str, &str)], length: u64) -> Result<Policy, Reason> {
    let (request, response) = (Request::new("GET", &NOBODY), Response::new(status, fields));
    let times = Times::new(at(1000), at(1000));
    Policy::store_whole(&Settings::shared(), &request, &response, times, length)
        .map_err(NotStored::reason)
}

#[test]
fn a_body_is_what_its_head_says() {
    let fields = [("cache-control", "max-age=60"), ("content-length", "5")];
    assert!(store(200, &fields, 5).is_ok());
    assert_eq!(store(200, &fields, 4).err(), Some(Reason::PartInvalid));
    assert_eq!(store(200, &fields[..1], 4).unwrap().body_length(), Some(4));
}

#[test]
fn a_part_does_not_take_the_place_of_a_fresh_whole() {
    let whole = [("cache-control", "max-age=60"), ("etag", "\"1\"")];
    let part = [whole[0], whole[1], ("content-range", "bytes 0-1/5")];
    let mut stored = Vec::new();
    let mut put = |policy, now| put(&mut stored, policy, |policy| policy, at(now));
    assert!(put(store(200, &whole, 5).unwrap(), 1000));
    assert!(!put(store(206, &part, 2).unwrap(), 1001));
    assert!(
        put(store(206, &part, 2).unwrap(), 1061),
        "it is stale by then"
    );
    assert_eq!(stored.len(), 1);
}

/// Where cookies are refused, whoever revalidates gets one and empties nothing.
#[test]
fn the_cookie_of_an_update_ends_no_storing() {
    let settings = Settings::shared().with_set_cookie(SetCookieRule::Refuse);
    let stored = [("cache-control", "max-age=60"), ("etag", "\"1\"")];
    let cookie = ("set-cookie", "sid=B");
    let request = Request::new("GET", &NOBODY);
    let times = Times::new(at(1000), at(1000));
    let policy = Policy::store(&settings, &request, &Response::new(200, &stored), times).unwrap();
    let new = [stored[0], stored[1], cookie];
    let refused = Policy::store(&settings, &request, &Response::new(200, &new), times);
    assert_eq!(refused.err().unwrap().reason(), Reason::SetCookie);
    let times = Times::new(at(1100), at(1100));
    let fresh = policy.freshen(
        &settings,
        &request,
        &stored,
        &Response::new(304, &new),
        times,
    );
    let fresh = fresh.unwrap();
    assert!(fresh.kept.is_ok() && fresh.policy.is_fresh(at(1150)));
    let lines = fresh.policy.stored_lines(&new);
    assert!(!lines.into_iter().any(|(name, _)| name == b"set-cookie"));
}

#[test]
fn other_variants_stay() {
    let fields = [("cache-control", "max-age=60"), ("vary", "accept")];
    let mut stored = Vec::new();
    for accept in ["a", "b", "a"] {
        let asked = [("accept", accept)];
        let (request, response) = (Request::new("GET", &asked), Response::new(200, &fields));
        let times = Times::new(at(1000), at(1000));
        let policy = Policy::store(&Settings::shared(), &request, &response, times).unwrap();
        assert!(put(&mut stored, (accept, policy), |it| &it.1, at(1000)));
    }
    let left: Vec<&str> = stored.iter().map(|(accept, _)| *accept).collect();
    assert_eq!(left, ["b", "a"]);
}

#[test]
fn all_uris_that_are_invalid() {
    let created = [("location", "/c")];
    let request = Request::new("PUT", &NOBODY).with_target("https://example.com/a");
    let stale = invalidation(&request, &Response::new(201, &created));
    let uris: Vec<&str> = stale.uris("https://example.com/a").collect();
    assert_eq!(uris, ["https://example.com/c", "https://example.com/a"]);
    let stale = invalidation(&Request::new("GET", &NOBODY), &Response::new(200, &created));
    assert_eq!(stale.uris("https://example.com/a").count(), 0);
}

#[test]
fn what_is_for_one_connection_goes() {
    let mut fields = HeaderMap::new();
    for (name, value) in [
        ("connection", "X-Hop,, keep-alive"),
        ("connection", " x-other "),
        ("x-hop", "1"),
        ("x-hop", "2"),
        ("x-other", "1"),
        ("keep-alive", "1"),
        ("transfer-encoding", "chunked"),
        ("te", "trailers"),
        ("upgrade", "h2c"),
        ("proxy-authorization", "x"),
        ("trailer", "x-sum"),
        ("accept", "a"),
        ("accept", "b"),
    ] {
        fields.append(name, value.parse().unwrap());
    }
    remove_hop_by_hop(&mut fields);
    let left: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
    assert!(fields.contains_key("trailer"));
    assert_eq!(fields.get_all("accept").iter().count(), 2);
}
