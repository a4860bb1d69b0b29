//! Carries a change out, and writes down who wanted what until when.

use std::net::SocketAddr;
use std::sync::Arc;

use hedgerow::types::{Duration, EndpointId, Instant};
use http::StatusCode;
use http::header::{HeaderMap, IF_MATCH};
use serde_json::{Value, json};
use tracing::info;

use super::fields::{Fields, missing};
use super::problem::Problem;
use super::state;
use crate::app::App;
use crate::clock::Clock;
use crate::site::Site;
use crate::upstream::{Change, Fault, Mode, Note, Refused, State, Swap, Upstream};

/// Nothing is set for longer than a month: whoever set it has forgotten.
const LONGEST: u64 = 30 * 86_400;
const LONGEST_DRILL: u64 = 3_600;
const MOST_REASON: usize = 200;
const MOST_BY: usize = 64;

/// What is to be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    Service(&'a str),
    Weight(&'a str),
    Swap,
    Drill,
}

/// A change as the request line says it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask<'a> {
    pub(super) upstream: &'a str,
    pub(super) kind: Kind<'a>,
    /// Whether what was set is to be undone.
    pub(super) undoes: bool,
}

/// The upstream of this name.
pub(super) fn find<'a>(site: &'a Site, name: &str) -> Result<&'a Arc<Upstream>, Problem> {
    site.named(name).ok_or_else(|| {
        let known = site.upstreams.iter();
        let known: Vec<&str> = known
            .map(|upstream| upstream.settings.id.as_str())
            .collect();
        Problem::not_found(format!("no such upstream; these are: {}", known.join(", ")))
    })
}

fn find_endpoint(upstream: &Upstream, name: &str) -> Result<EndpointId, Problem> {
    let found = upstream.named(name).map(|(id, _)| id);
    found.ok_or_else(|| {
        let known = upstream.endpoints.iter();
        let known: Vec<&str> = known.map(|endpoint| &*endpoint.id).collect();
        Problem::not_found(format!("no such endpoint; these are: {}", known.join(", ")))
    })
}

/// Carries it out. Gives what is then.
pub(super) fn run(
    app: &App,
    peer: SocketAddr,
    headers: &HeaderMap,
    ask: Ask<'_>,
    body: &[u8],
) -> Result<Value, Problem> {
    let mut fields = Fields::read(body)?;
    // Until it is done nobody else changes anything, and no other configuration
    // takes over.
    let mut last = app.changes.lock();
    let site = app.site.load_full();
    is_current(headers, &app.changes.epoch(&site))?;
    let upstream = find(&site, ask.upstream)?;
    let now = app.clock.now();
    let longest = match ask.kind {
        Kind::Drill => LONGEST_DRILL,
        _ => LONGEST,
    };
    let until = read_until(&mut fields, now, longest)?;
    let change = read(&mut fields, upstream, ask, until)?;
    let reason = fields.text("reason", MOST_REASON)?;
    let by = fields.text("by", MOST_BY)?;
    fields.finish()?;
    let number = *last + 1;
    let note = Note {
        change: app.changes.name(number),
        by: by.unwrap_or_else(|| peer.ip().to_string()),
        reason,
        at: Clock::wall(),
    };
    upstream
        .change(now, change, until, note.clone())
        .map_err(refusal)?;
    *last = number;
    let until = until.map(|until| app.clock.rfc3339(until));
    let (what, endpoint, value) = described(upstream, change);
    info!(
        target: "audit",
        change = note.change,
        upstream = ask.upstream,
        endpoint,
        what,
        value,
        until,
        by = note.by,
        peer = %peer,
        reason = note.reason,
        "changed"
    );
    Ok(json!({
        "change": note.change,
        "until": until,
        "upstream": state::upstream(app, upstream),
    }))
}

/// What a change is of, where, and what it sets; nothing, if it undoes that.
fn described(upstream: &Upstream, change: Change) -> (&'static str, Option<&str>, Option<String>) {
    let name = |id: EndpointId| upstream.endpoint(id).map(|endpoint| &*endpoint.id);
    match change {
        Change::State {
            endpoint, state, ..
        } => {
            let state = state.map(|state| state.as_str().to_owned());
            ("service", name(endpoint), state)
        }
        Change::Weight { endpoint, weight } => {
            let weight = weight.map(|weight| weight.to_string());
            ("weight", name(endpoint), weight)
        }
        Change::Swap(swap) => {
            let pair = swap.map(|swap| match swap {
                Swap::Endpoints(a, b) => [a, b].map(|id| name(id).unwrap_or_default()).join(" "),
                Swap::Groups(a, b) => format!("{a} {b}"),
            });
            ("swap", None, pair)
        }
        Change::Drill { endpoint, mode, .. } => {
            ("drill", name(endpoint), Some(mode.as_str().to_owned()))
        }
        Change::EndDrill => ("drill", None, None),
    }
}

/// RFC 9110 §13.1.1: an operator who says what the change is based on must
/// have seen the last one.
fn is_current(headers: &HeaderMap, epoch: &str) -> Result<(), Problem> {
    let mut asked = headers.get_all(IF_MATCH).iter().peekable();
    if asked.peek().is_none() {
        return Ok(());
    }
    let fits = asked
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.trim_matches('"') == epoch);
    if fits {
        return Ok(());
    }
    let detail = format!(
        "something was changed meanwhile, and the state's tag is now \"{epoch}\": look at /state \
         and decide again"
    );
    Err(Problem::new(
        StatusCode::PRECONDITION_FAILED,
        "changed_meanwhile",
        detail,
    ))
}

fn read_until(fields: &mut Fields, now: Instant, longest: u64) -> Result<Option<Instant>, Problem> {
    let wall = Clock::wall().as_secs();
    let span = fields.number("forSeconds", 1..=longest)?;
    let until = fields.number("untilSeconds", wall + 1..=wall + longest)?;
    let seconds = match (span, until) {
        (Some(_), Some(_)) => {
            return Err(Problem::invalid(
                "write `forSeconds` or `untilSeconds`, not both",
            ));
        }
        (Some(span), None) => span,
        (None, Some(until)) => until - wall,
        (None, None) => return Ok(None),
    };
    Ok(Some(now + Duration::from_secs(seconds)))
}

fn read(
    fields: &mut Fields,
    upstream: &Upstream,
    ask: Ask<'_>,
    until: Option<Instant>,
) -> Result<Change, Problem> {
    Ok(match (ask.kind, ask.undoes) {
        (Kind::Service(name), undoes) => {
            let endpoint = find_endpoint(upstream, name)?;
            let states = [
                State::Active,
                State::Draining,
                State::Maintenance,
                State::Down,
            ];
            let states = states.map(|state| (state.as_str(), state));
            let state =
                match undoes {
                    true => None,
                    false => Some(fields.choice("state", &states)?.ok_or_else(|| {
                        missing("state", "active, draining, maintenance or down")
                    })?),
                };
            let force = fields.boolean("force")?;
            Change::State {
                endpoint,
                state,
                force,
            }
        }
        (Kind::Weight(name), undoes) => {
            let endpoint = find_endpoint(upstream, name)?;
            let weight = match undoes {
                true => None,
                false => {
                    let weight = fields.number("weight", 0..=u16::MAX.into())?;
                    let weight = weight.ok_or_else(|| missing("weight", "0 to 65535"))?;
                    Some(weight as u16)
                }
            };
            Change::Weight { endpoint, weight }
        }
        (Kind::Swap, true) => Change::Swap(None),
        (Kind::Swap, false) => Change::Swap(Some(read_swap(fields, upstream)?)),
        (Kind::Drill, true) => Change::EndDrill,
        (Kind::Drill, false) => {
            let want = "the id of the endpoint that is to fail";
            let name = fields.text("endpoint", 64)?;
            let name = name.ok_or_else(|| missing("endpoint", want))?;
            let endpoint = find_endpoint(upstream, &name)?;
            let until = until.ok_or_else(|| missing("forSeconds", "1 to 3600"))?;
            let modes = [
                Mode::Down,
                Mode::Fault(Fault::Refuse),
                Mode::Fault(Fault::Hang),
            ];
            let modes = modes.map(|mode| (mode.as_str(), mode));
            Change::Drill {
                endpoint,
                mode: fields.choice("mode", &modes)?.unwrap_or(Mode::Down),
                force: fields.boolean("force")?,
                until,
            }
        }
    })
}

fn read_swap(fields: &mut Fields, upstream: &Upstream) -> Result<Swap, Problem> {
    let endpoints = fields.pair("endpoints", |name| {
        upstream.named(name.as_str()?).map(|(id, _)| id)
    })?;
    let priorities = || {
        upstream
            .settings
            .endpoints
            .iter()
            .map(|plain| plain.priority)
    };
    let groups = fields.pair("groups", |group| {
        let group = u16::try_from(group.as_u64()?).ok()?;
        priorities()
            .any(|priority| priority == group)
            .then_some(group)
    })?;
    let role = |id: EndpointId| {
        let plain = &upstream.settings.endpoints[id.index()];
        (plain.priority, plain.weight)
    };
    let nothing = || Problem::invalid("both have the same role, so nothing would change");
    match (endpoints, groups) {
        (Some((a, b)), None) => {
            let differ = role(a) != role(b);
            differ.then_some(Swap::Endpoints(a, b)).ok_or_else(nothing)
        }
        (None, Some((a, b))) => (a != b).then_some(Swap::Groups(a, b)).ok_or_else(nothing),
        _ => Err(Problem::invalid(
            "write `endpoints`, the ids of two endpoints, or `groups`, two priorities",
        )),
    }
}

fn refusal(refused: Refused) -> Problem {
    let (status, code, detail) = match refused {
        Refused::NobodyInService => (
            StatusCode::CONFLICT,
            "nobody_in_service",
            "no endpoint would be left in service; say \"force\": true if that is meant",
        ),
        Refused::NobodyElse => (
            StatusCode::CONFLICT,
            "nobody_else",
            "no other endpoint is well and in service; say \"force\": true if that is meant",
        ),
        Refused::Swapped => (
            StatusCode::CONFLICT,
            "swapped",
            "two have changed places already: DELETE that first",
        ),
        Refused::Drilling => (
            StatusCode::CONFLICT,
            "drilling",
            "a drill is under way: wait for its end, or DELETE it",
        ),
        Refused::NothingSet => (
            StatusCode::NOT_FOUND,
            "nothing_set",
            "there is nothing to undo",
        ),
    };
    Problem::new(status, code, detail)
}
