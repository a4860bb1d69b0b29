//! `check(what comes, what goes out)`.

use hedgerow::asset;
use hedgerow::delivery::{Cors, Delivery, Edits, Exchange, Profile, Settings};
use hedgerow::types::Headers;

/// One URL of each class that is told without rules.
pub(crate) const HASHED: &str = "/assets/app-4f8a1c9e2b7d.js";
pub(crate) const ENTRY: &str = "/bootstrap.js";
pub(crate) const PAGE: &str = "/index.html";
pub(crate) const OTHER: &str = "/img/logo.png";

pub(crate) type Lines = Vec<(String, String)>;

pub(crate) fn delivery(profile: Profile) -> Delivery {
    compiled(&Settings::new(profile))
}

pub(crate) fn compiled(settings: &Settings) -> Delivery {
    Delivery::new(settings, asset::Rules::default()).unwrap_or_else(|error| panic!("{error}"))
}

pub(crate) fn with_cors(origins: &[&str], credentials: bool) -> Profile {
    let mut cors = Cors::new(origins.iter().map(|text| text.parse().unwrap()).collect());
    cors.credentials = credentials;
    let mut profile = Profile::default();
    profile.cors = Some(cors);
    profile
}

/// The lines after the edits, names in lower case.
pub(crate) fn applied<R: Headers + ?Sized>(response: &R, edits: &Edits<'_>) -> Lines {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut lines: Lines = response
        .field_lines()
        .map(|(name, value)| (text(name).to_ascii_lowercase(), text(value)))
        .filter(|(name, _)| !edits.iter().any(|edit| edit.name == *name))
        .collect();
    lines.extend(
        edits
            .lines()
            .map(|(name, value)| (name.to_owned(), text(value))),
    );
    lines
}

/// The one value of a field; panics where it has two.
pub(crate) fn value<'l>(lines: &'l [(String, String)], name: &str) -> Option<&'l str> {
    let mut values = lines.iter().filter(|(line, _)| line == name);
    let first = values.next();
    assert!(values.next().is_none(), "{name} twice: {lines:?}");
    first.map(|(_, value)| value.as_str())
}

/// A GET without fields of its own, answered: what is sent.
pub(crate) fn got(delivery: &Delivery, url: &str, status: u16, response: &[(&str, &str)]) -> Lines {
    asked(delivery, url, &[], status, response)
}

pub(crate) fn asked(
    delivery: &Delivery,
    url: &str,
    request: &[(&str, &str)],
    status: u16,
    response: &[(&str, &str)],
) -> Lines {
    let exchange = Exchange::new("GET", request, status, response);
    let plan = delivery.plan(url);
    applied(response, &plan.fields(&exchange).edits)
}
