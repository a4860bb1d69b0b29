//! The audit: every check, once over everything.

use super::collect::Collector;
use super::view::View;
use super::{Observations, Report, Settings, checks, compare};
use crate::asset::classify;

/// Finds what is wrong with what was seen.
///
/// The same observations always give the same report. One cause is told once:
/// what follows from a finding is left out, and so is a difference between
/// endpoints that a finding of one of them explains.
///
/// # Example
///
/// ```
/// use hedgerow::audit::{
///     Body, Endpoint, Exchange, FindingId, Observations, Outcome, Probe, Response, Settings,
///     Visit, audit,
/// };
/// use hedgerow::types::Timestamp;
///
/// let fields = [("cache-control", "max-age=31536000, immutable"), ("content-type", "text/javascript")];
/// let fields = fields.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()));
/// let mut response = Response::new(200, fields.to_vec());
/// response.body = Body::whole(b"boot();", [7; 32]);
///
/// let mut visit = Visit::new("/bootstrap.js", "https://cdn1.example.com/bootstrap.js");
/// visit.exchanges.push(Exchange::new(Probe::Get, Outcome::Response(response)));
/// let mut endpoint = Endpoint::new("cdn1", "https://cdn1.example.com");
/// endpoint.visits.push(visit);
/// let mut seen = Observations::new(Timestamp::from_secs(1_800_000_000));
/// seen.endpoints.push(endpoint);
///
/// let report = audit(&Settings::new(), &seen);
/// let finding = report.findings.iter().find(|f| f.id == FindingId::ImmutableButChanging);
/// assert_eq!(finding.expect("found").evidence, "Cache-Control: max-age=31536000, immutable");
/// ```
#[must_use]
pub fn audit(settings: &Settings, seen: &Observations) -> Report {
    let mut out = Collector::default();
    let views: Vec<Vec<View<'_>>> = seen
        .endpoints
        .iter()
        .enumerate()
        .map(|(at, endpoint)| {
            let view = |visit| View {
                settings,
                seen,
                at,
                endpoint,
                visit,
                class: classify(&visit.path, &settings.rules).class,
            };
            endpoint.visits.iter().map(view).collect()
        })
        .collect();
    for (at, (endpoint, views)) in seen.endpoints.iter().zip(&views).enumerate() {
        checks::endpoint(settings, seen.now, at, endpoint, &mut out);
        let has_one_lifetime = checks::one_lifetime(views, &mut out);
        for view in views {
            checks::visit(view, has_one_lifetime, &mut out);
        }
    }
    compare::endpoints(seen, &mut out);
    compare::assets(seen, &views, &mut out);
    out.into_report()
}
