//! A proxy's configuration, and what is made of it.

use core::ffi::c_char;

use hedgerow::cdn::EndpointState;
use hedgerow::cdn::pool::Pool;
use hedgerow::config::Hedge;
use hedgerow::config::edge::{Edge, Upstream};
use hedgerow::failover::Candidate;
use hedgerow::types::{Duration, EndpointId};

use crate::affinity::hedgerow_affinity;
use crate::boundary::{
    Outcome, call, exclusive, free, new_handle, object, out, read, shared, text,
};
use crate::check::hedgerow_check;
use crate::error::{Detail, hedgerow_error, told};
use crate::lines::hedgerow_lines;
use crate::monitor::hedgerow_monitor_settings;
use crate::observation::hedgerow_latency;
use crate::pool::hedgerow_pool;
use crate::problems::refused;
use crate::race_settings::{hedgerow_candidate, hedgerow_race_settings};
use crate::settings::fill;
use crate::status::hedgerow_status::{self, *};
use crate::text::hedgerow_str;
use crate::values::region;

/// The configuration of a proxy. Immutable once made; any number of threads may
/// read it.
pub struct hedgerow_edge(());
object!(hedgerow_edge, Edge, b"EDGE");

/// What the configuration says of an upstream as a whole. Its texts live as
/// long as the configuration. The struct never grows.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct hedgerow_upstream {
    /// Its name.
    pub id: hedgerow_str,
    /// How many endpoints it has.
    pub endpoint_count: usize,
    /// How long opening a connection may take, in microseconds.
    pub connect_timeout_us: u64,
    /// How long one attempt may take to its response head.
    pub timeout_us: u64,
    /// How long all attempts together may take.
    pub total_timeout_us: u64,
    /// How long a body may stand still.
    pub body_timeout_us: u64,
    /// 0.
    pub reserved: [u64; 4],
}

/// What the configuration says of one endpoint. Its texts live as long as the
/// configuration. The struct never grows.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct hedgerow_upstream_endpoint {
    /// Its name.
    pub id: hedgerow_str,
    /// Where requests' paths go: http or https, with a path of its own if need
    /// be.
    pub url: hedgerow_str,
    /// The `Host` that it is asked for, if that is not its URL's; else empty.
    pub host: hedgerow_str,
    /// The name that its certificate must have, if that is not its URL's; else
    /// empty.
    pub sni: hedgerow_str,
    /// What cookies and URLs call it.
    pub node: hedgerow_str,
    /// Lower is used first.
    pub priority: u16,
    /// Its share among endpoints of the same priority.
    pub weight: u16,
    /// A `hedgerow_endpoint_state`.
    pub state: u32,
    /// 0.
    pub reserved: [u64; 4],
}

fn upstream(edge: &Edge, position: usize) -> Outcome<&Upstream> {
    edge.upstreams.get(position).ok_or(HEDGEROW_UNKNOWN)
}

fn micros(milliseconds: u32) -> u64 {
    Duration::from_millis(milliseconds.into()).as_micros()
}

/// Reads the configuration of a proxy, JSON. Free it with `hedgerow_edge_free`.
///
/// `error` may be NULL; `hedgerow_config_check` tells more. HEDGEROW_INVALID_CONFIG:
/// the document is refused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_edge_new(
    json: *const c_char,
    json_len: usize,
    edge: *mut *mut hedgerow_edge,
    error: *mut hedgerow_error,
) -> hedgerow_status {
    told!(error, || {
        let json = text!(json, json_len)?;
        let edge = out!(edge)?;
        let parsed = Edge::from_json(json).map_err(|why| refused(&why))?;
        edge.put(new_handle(parsed.edge));
        Ok(())
    })
}

/// Frees a configuration; NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_edge_free(edge: *mut hedgerow_edge) -> hedgerow_status {
    free!(edge)
}

/// How many upstreams there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_edge_upstream_count(
    edge: *const hedgerow_edge,
    count: *mut usize,
) -> hedgerow_status {
    call(|| {
        let edge = shared!(edge)?;
        out!(count)?.put(edge.upstreams.len());
        Ok(())
    })
}

/// The position of the upstream with this name. HEDGEROW_UNKNOWN: there is
/// none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_edge_find_upstream(
    edge: *const hedgerow_edge,
    id: *const c_char,
    id_len: usize,
    position: *mut usize,
) -> hedgerow_status {
    call(|| {
        let edge = shared!(edge)?;
        let id = text!(id, id_len)?;
        let position = out!(position)?;
        let found = edge
            .upstreams
            .iter()
            .position(|upstream| upstream.id.as_str() == id);
        position.put(found.ok_or(HEDGEROW_UNKNOWN)?);
        Ok(())
    })
}

/// What the configuration says of an upstream. HEDGEROW_UNKNOWN: there are
/// fewer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_edge_upstream(
    edge: *const hedgerow_edge,
    position: usize,
    described: *mut hedgerow_upstream,
) -> hedgerow_status {
    call(|| {
        let edge = shared!(edge)?;
        let described = out!(described)?;
        let found = upstream(&edge, position)?;
        described.put(hedgerow_upstream {
            id: hedgerow_str::of(found.id.as_str().as_bytes()),
            endpoint_count: found.endpoints.len(),
            connect_timeout_us: micros(found.connect_timeout_ms),
            timeout_us: micros(found.timeout_ms),
            total_timeout_us: micros(found.total_timeout_ms),
            body_timeout_us: micros(found.body_timeout_ms),
            reserved: [0; 4],
        });
        Ok(())
    })
}

/// What the configuration says of an upstream's endpoint. HEDGEROW_UNKNOWN:
/// there are fewer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_edge_endpoint(
    edge: *const hedgerow_edge,
    position: usize,
    endpoint: u16,
    described: *mut hedgerow_upstream_endpoint,
) -> hedgerow_status {
    call(|| {
        let edge = shared!(edge)?;
        let described = out!(described)?;
        let endpoints = &upstream(&edge, position)?.endpoints;
        let found = endpoints
            .get(usize::from(endpoint))
            .ok_or(HEDGEROW_UNKNOWN)?;
        let text = |text: &str| hedgerow_str::of(text.as_bytes());
        described.put(hedgerow_upstream_endpoint {
            id: text(found.id.as_str()),
            url: text(found.url.as_str()),
            host: text(found.host.as_ref().map_or("", |name| name.as_str())),
            sni: text(found.sni.as_ref().map_or("", |name| name.as_str())),
            node: text(found.node.as_ref().unwrap_or(&found.id).as_str()),
            priority: found.priority,
            weight: found.weight,
            state: match EndpointState::from(found.state) {
                EndpointState::Active => 0,
                EndpointState::Draining => 1,
                _ => 2,
            },
            reserved: [0; 4],
        });
        Ok(())
    })
}

/// A pool of an upstream's endpoints, with its fences. Free it with
/// `hedgerow_pool_free`. `error` may be NULL. HEDGEROW_UNKNOWN: there is no such
/// upstream, here as with every function that takes its position.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_edge_pool(
    edge: *const hedgerow_edge,
    position: usize,
    pool: *mut *mut hedgerow_pool,
    error: *mut hedgerow_error,
) -> hedgerow_status {
    told!(error, || {
        let edge = shared!(edge)?;
        let pool = out!(pool)?;
        let found = upstream(&edge, position)?;
        let made = Pool::new(found.members(), found.pool_sites(), found.pool_settings());
        pool.put(new_handle(made.map_err(Detail::new)?));
        Ok(())
    })
}

/// How an upstream's endpoints are watched, in a struct of `size` bytes, which
/// is `sizeof *settings`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_edge_monitor_settings(
    edge: *const hedgerow_edge,
    position: usize,
    settings: *mut hedgerow_monitor_settings,
    size: usize,
) -> hedgerow_status {
    call(|| {
        let edge = shared!(edge)?;
        let found = upstream(&edge, position)?.monitor_settings();
        // SAFETY: the exported function's contract.
        unsafe { fill(settings, size, hedgerow_monitor_settings::of(&found)) }
    })
}

/// What an upstream's probes ask for. Free it with `hedgerow_check_free`.
///
/// HEDGEROW_UNKNOWN: its endpoints are not probed, or there is no such
/// upstream.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_edge_check(
    edge: *const hedgerow_edge,
    position: usize,
    check: *mut *mut hedgerow_check,
) -> hedgerow_status {
    call(|| {
        let edge = shared!(edge)?;
        let check = out!(check)?;
        let found = upstream(&edge, position)?
            .health
            .as_ref()
            .ok_or(HEDGEROW_UNKNOWN)?;
        check.put(new_handle(found.check.clone()));
        Ok(())
    })
}

/// Which request belongs to which of an upstream's endpoints. Free it with
/// `hedgerow_affinity_free`.
///
/// HEDGEROW_UNKNOWN: none does, or there is no such upstream.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_edge_affinity(
    edge: *const hedgerow_edge,
    position: usize,
    affinity: *mut *mut hedgerow_affinity,
) -> hedgerow_status {
    call(|| {
        let edge = shared!(edge)?;
        let affinity = out!(affinity)?;
        let found = upstream(&edge, position)?
            .stickiness()
            .ok_or(HEDGEROW_UNKNOWN)?;
        affinity.put(new_handle(found));
        Ok(())
    })
}

/// The settings of an upstream's races, in a struct of `size` bytes, which is
/// `sizeof *settings`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_edge_race_settings(
    edge: *const hedgerow_edge,
    position: usize,
    settings: *mut hedgerow_race_settings,
    size: usize,
) -> hedgerow_status {
    call(|| {
        let edge = shared!(edge)?;
        let found = upstream(&edge, position)?.race_settings();
        // SAFETY: the exported function's contract.
        unsafe { fill(settings, size, hedgerow_race_settings::of(&found)) }
    })
}

/// An upstream's endpoint as a candidate of a race: given up after the
/// upstream's timeout, and hedged as it says; where that is "auto", by how long
/// its requests take. `latency` may be NULL if that is not known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_edge_candidate(
    edge: *const hedgerow_edge,
    position: usize,
    endpoint: u16,
    latency: *const hedgerow_latency,
    candidate: *mut hedgerow_candidate,
) -> hedgerow_status {
    call(|| {
        let edge = shared!(edge)?;
        let candidate = out!(candidate)?;
        let found = upstream(&edge, position)?;
        found
            .endpoints
            .get(usize::from(endpoint))
            .ok_or(HEDGEROW_UNKNOWN)?;
        let delay = match found.hedge_ms {
            Hedge::Off => None,
            Hedge::AfterMs(delay) => Some(Duration::from_millis(delay.get().into())),
            _ if latency.is_null() => Some(Candidate::DEFAULT_HEDGE_DELAY),
            _ => Some(hedgerow::fetch::hedge_delay(read!(latency)?.plain())),
        };
        let plain = Candidate::new(EndpointId::new(endpoint))
            .with_attempt_timeout(Duration::from_millis(found.timeout_ms.into()))
            .with_hedge_delay(delay);
        candidate.put(hedgerow_candidate::of(plain));
        Ok(())
    })
}

/// The regions that may serve a visitor in `region_number`, as one name: the
/// `value` of the only line of `name`. A store of what the upstream sends must
/// keep the responses of different names apart.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_edge_zone(
    edge: *const hedgerow_edge,
    position: usize,
    region_number: u32,
    name: *mut hedgerow_lines,
) -> hedgerow_status {
    call(|| {
        let edge = shared!(edge)?;
        let zone = upstream(&edge, position)?.zone(region(region_number)?);
        exclusive!(name)?.fill(core::iter::once(("zone", zone)));
        Ok(())
    })
}

/// The number of the region with this name, as functions take it, in a document
/// that says where visitors are. HEDGEROW_UNKNOWN: it names no such region.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_edge_region(
    edge: *const hedgerow_edge,
    name: *const c_char,
    name_len: usize,
    number: *mut u32,
) -> hedgerow_status {
    call(|| {
        let edge = shared!(edge)?;
        let name = text!(name, name_len)?;
        let number = out!(number)?;
        let known = edge.visitors.iter().flat_map(|visitors| &visitors.known);
        let found = known
            .into_iter()
            .find(|region| region.name.as_str() == name);
        number.put(found.ok_or(HEDGEROW_UNKNOWN)?.id.get());
        Ok(())
    })
}
