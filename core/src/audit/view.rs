//! What a check looks at.

use super::collect::Collector;
use super::{Endpoint, FindingId, Observations, Probe, Response, Settings, Visit};
use crate::asset::Class;
use crate::cache::{self, Directives, HeuristicRule, Policy, Times, date};
use crate::types::Timestamp;

/// One asset at one endpoint.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    pub(super) settings: &'a Settings,
    pub(super) seen: &'a Observations,
    /// The endpoint's position.
    pub(super) at: usize,
    pub(super) endpoint: &'a Endpoint,
    pub(super) visit: &'a Visit,
    pub(super) class: Class,
}

impl<'a> View<'a> {
    /// The response to a probe, if it was made and answered.
    pub(super) fn response(&self, probe: Probe) -> Option<&'a Response> {
        self.visit
            .exchanges
            .iter()
            .find(|exchange| exchange.probe == probe)
            .and_then(|exchange| exchange.response())
    }

    /// As [`View::response`], if it was a success.
    pub(super) fn success(&self, probe: Probe) -> Option<&'a Response> {
        self.response(probe)
            .filter(|response| response.status == 200)
    }

    /// The asset itself, if it is there.
    pub(super) fn asset(&self) -> Option<&'a Response> {
        self.success(Probe::Get)
    }

    pub(super) fn found(&self, out: &mut Collector, id: FindingId, evidence: impl AsRef<str>) {
        out.add(id, self.at, &self.visit.url, evidence);
    }

    /// As [`View::found`], with a remedy made for the case.
    pub(super) fn found_with(
        &self,
        out: &mut Collector,
        id: FindingId,
        evidence: impl AsRef<str>,
        remedy: &str,
    ) {
        out.add_with(id, &[self.at], &self.visit.url, evidence.as_ref(), remedy);
    }

    /// Found once for the endpoint, at whichever asset showed it first.
    pub(super) fn found_at_endpoint(
        &self,
        out: &mut Collector,
        id: FindingId,
        evidence: impl AsRef<str>,
    ) {
        out.add(id, self.at, &self.endpoint.url, evidence);
    }

    /// Whether its bytes never change under this URL.
    pub(super) fn is_versioned(&self) -> bool {
        matches!(self.class, Class::Fingerprinted | Class::Versioned)
    }

    /// Whether it is the same for every visitor, and a CDN should keep it.
    pub(super) fn is_static(&self) -> bool {
        !matches!(
            self.class,
            Class::Configuration | Class::Document | Class::HealthCheck
        )
    }

    /// Whether what may differ from answer to answer really does, as where it
    /// has the time in it: then no two answers can be held against each other.
    pub(super) fn is_changing(&self) -> bool {
        let may = matches!(
            self.class,
            Class::Configuration | Class::Document | Class::Other
        );
        let digest = |probe| self.success(probe)?.body.digest;
        let both = digest(Probe::Get).zip(digest(Probe::Again));
        may && both.is_some_and(|(one, other)| one != other)
    }

    /// The last part of the path after its last dot, without query.
    pub(super) fn extension(&self) -> &'a str {
        let path = self.visit.path.split(['?', '#']).next().unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or("", |(_, extension)| extension)
    }
}

/// `Name: value` as it was sent, or that it was not.
pub(super) fn line(response: &Response, name: &str) -> String {
    match response.shown(&name.to_ascii_lowercase()) {
        Some(value) => format!("{name}: {value}"),
        None => format!("no {name}"),
    }
}

/// What `Cache-Control` says; targeted fields are for the CDN alone.
pub(super) fn directives(response: &Response) -> Directives {
    let settings = cache::Settings::private();
    Policy::directives(&settings, &to_cache(response))
}

fn to_cache(response: &Response) -> cache::Response<'_, Vec<(String, Vec<u8>)>> {
    cache::Response::new(response.status, &response.fields)
}

/// For how many seconds the response may be used without asking, because it
/// says so: in a browser, or in a shared cache.
pub(super) fn lifetime(response: &Response, shared: bool, now: Timestamp) -> u64 {
    let settings = if shared {
        cache::Settings::shared()
    } else {
        cache::Settings::private()
    }
    .with_heuristic(HeuristicRule::new(0, 0));
    // How old it came is another question.
    let fields: Vec<(&str, &[u8])> = response
        .fields
        .iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("age"))
        .map(|(name, value)| (name.as_str(), value.as_slice()))
        .collect();
    let made = response
        .field("date")
        .and_then(|text| date::parse(text, now))
        .unwrap_or(now);
    let nothing: [(&str, &str); 0] = [];
    let request = cache::Request::new("GET", &nothing);
    let response = cache::Response::new(response.status, &fields);
    let stored = Policy::store(&settings, &request, &response, Times::new(made, made));
    match stored {
        Ok(policy) if !Policy::directives(&settings, &response).no_cache() => {
            policy.freshness_lifetime()
        }
        _ => 0,
    }
}
