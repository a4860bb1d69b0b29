//! A pool of endpoints, as its owner changes it.

use core::ffi::c_char;

use hedgerow::cdn::pool::{Health, Member, Pool, PoolSettings, Service, Sites};
use hedgerow::cdn::{Endpoint, EndpointState};
use hedgerow::types::EndpointId;

use crate::boundary::{
    Outcome, array, call, exclusive, free, new_handle, object, out, shared, text,
};
use crate::error::{Detail, hedgerow_error, told};
use crate::settings::{defaults, settings, settings_from};
use crate::sites::hedgerow_sites;
use crate::snapshot::{self, hedgerow_snapshot};
use crate::status::hedgerow_status::{self, *};
use crate::values::{
    HEDGEROW_NO_ENDPOINT, at, endpoint, flag, moment, narrow, optional_moment, region, span,
};

/// A pool of endpoints, as its owner changes it. One thread at a time; what
/// workers read is a `hedgerow_snapshot` of it.
pub struct hedgerow_pool(());
object!(hedgerow_pool, Pool, b"POOL");

/// What the operator says of an endpoint in a configuration.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_endpoint_state {
    /// In service.
    HEDGEROW_ENDPOINT_ACTIVE = 0,
    /// Gets no new requests; what is running may end.
    HEDGEROW_ENDPOINT_DRAINING = 1,
    /// Out of service.
    HEDGEROW_ENDPOINT_DOWN = 2,
}

/// An endpoint. Its id is its position in the array that it is given in.
///
/// Arrays can't grow their elements, so this struct never grows; what is
/// reserved must be 0.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct hedgerow_endpoint {
    /// Who it is for keyed picks: across restarts, machines and changes of the
    /// order keys follow names. NULL and 0: its position.
    pub name: *const c_char,
    /// The name's length in bytes.
    pub name_len: usize,
    /// Lower is used first.
    pub priority: u16,
    /// Its share among endpoints of the same priority; 100 is usual. 0 means
    /// only when the others of its priority have been tried.
    pub weight: u16,
    /// Its region, 1 to 32; 0 if that is unknown.
    pub region: u16,
    /// A `hedgerow_endpoint_state`.
    pub state: u16,
    /// 1 if its URL is http where https is needed, so that it can't be used.
    pub insecure: u32,
    /// 0.
    pub reserved: u32,
}

/// What the witnesses say of an endpoint: the requests that it serves, and the
/// probes that it answers.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_health {
    /// Nothing speaks against it.
    HEDGEROW_HEALTHY = 0,
    /// Requests failed, and it is ejected.
    HEDGEROW_EJECTED = 1,
    /// Probes fail.
    HEDGEROW_FAILING = 2,
    /// Requests and probes fail, or it failed again when it was tried.
    HEDGEROW_DEAD = 3,
}

/// What the operator says of an endpoint while the program runs.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_service {
    /// In service.
    HEDGEROW_SERVICE_ACTIVE = 0,
    /// No new users; those who stick to it stay until the deadline.
    HEDGEROW_SERVICE_DRAINING = 1,
    /// Nobody uses it; it comes back by itself at the deadline.
    HEDGEROW_SERVICE_MAINTENANCE = 2,
    /// As if it had failed; a drill ends by itself at the deadline.
    HEDGEROW_SERVICE_DOWN = 3,
}

/// The settings of a pool as a whole; `hedgerow_pool_settings_init` fills them
/// with the defaults.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct hedgerow_pool_settings {
    /// The size of this struct in bytes.
    pub size: u32,
    /// How much of a tier must be available, in percent of its weight, before
    /// the next joins in (50).
    pub enough_percent: u32,
    /// Over how long the share of an endpoint that has just come into service
    /// grows from a tenth to the whole, in microseconds (0).
    pub slow_start_us: u64,
}
settings!(hedgerow_pool_settings, 16);

impl Default for hedgerow_pool_settings {
    fn default() -> hedgerow_pool_settings {
        let settings = PoolSettings::default();
        hedgerow_pool_settings {
            size: size_of::<hedgerow_pool_settings>() as u32,
            enough_percent: settings.enough_percent.into(),
            slow_start_us: settings.slow_start.as_micros(),
        }
    }
}

impl hedgerow_pool_settings {
    fn plain(&self) -> Outcome<PoolSettings> {
        Ok(PoolSettings::default()
            .with_enough_percent(narrow(self.enough_percent)?)
            .with_slow_start(span(self.slow_start_us)))
    }
}

impl hedgerow_endpoint {
    /// The endpoint at a position, and its name if it has one.
    pub(crate) fn plain(&self, position: usize) -> Outcome<(Endpoint, Option<&str>)> {
        if self.reserved != 0 {
            return Err(HEDGEROW_INVALID_ARGUMENT);
        }
        let position = u16::try_from(position).unwrap_or(HEDGEROW_NO_ENDPOINT);
        if position == HEDGEROW_NO_ENDPOINT {
            return Err(HEDGEROW_INVALID_ARGUMENT);
        }
        let plain = Endpoint::new(EndpointId::new(position))
            .with_priority(self.priority)
            .with_weight(self.weight)
            .with_region(region(self.region.into())?)
            .with_state(match self.state {
                0 => EndpointState::Active,
                1 => EndpointState::Draining,
                2 => EndpointState::Down,
                _ => return Err(HEDGEROW_INVALID_ARGUMENT),
            })
            .with_insecure(flag(self.insecure)?);
        let name = text!(self.name, self.name_len)?;
        Ok((plain, (!name.is_empty()).then_some(name)))
    }
}

/// Endpoints of C's, in their order.
pub(crate) fn plain_endpoints(endpoints: &[hedgerow_endpoint]) -> Outcome<Vec<Endpoint>> {
    let plain = |(position, given): (usize, &hedgerow_endpoint)| Ok(given.plain(position)?.0);
    endpoints.iter().enumerate().map(plain).collect()
}

pub(crate) fn health_from(number: u32) -> Outcome<Health> {
    match number {
        0 => Ok(Health::Healthy),
        1 => Ok(Health::Ejected),
        2 => Ok(Health::Failing),
        3 => Ok(Health::Dead),
        _ => Err(HEDGEROW_INVALID_ARGUMENT),
    }
}

pub(crate) fn health_number(health: Health) -> Outcome<u32> {
    match health {
        Health::Healthy => Ok(0),
        Health::Ejected => Ok(1),
        Health::Failing => Ok(2),
        Health::Dead => Ok(3),
        // The engine knows one more than this face.
        _ => Err(HEDGEROW_UNKNOWN),
    }
}

fn service_from(number: u32, until: u64) -> Outcome<Service> {
    let until = optional_moment(until);
    match number {
        0 => Ok(Service::Active),
        1 => Ok(Service::Draining { until }),
        2 => Ok(Service::Maintenance { until }),
        3 => Ok(Service::Down { until }),
        _ => Err(HEDGEROW_INVALID_ARGUMENT),
    }
}

pub(crate) fn service_number(service: Service) -> Outcome<u32> {
    match service {
        Service::Active => Ok(0),
        Service::Draining { .. } => Ok(1),
        Service::Maintenance { .. } => Ok(2),
        Service::Down { .. } => Ok(3),
        _ => Err(HEDGEROW_UNKNOWN),
    }
}

/// Whether the engine knew the endpoint.
pub(crate) const fn known(known: bool) -> Outcome {
    if known { Ok(()) } else { Err(HEDGEROW_UNKNOWN) }
}

/// Fills settings of `size` bytes, which is `sizeof *settings`, with the
/// defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_pool_settings_init(
    settings: *mut hedgerow_pool_settings,
    size: usize,
) -> hedgerow_status {
    defaults!(settings, size, hedgerow_pool_settings::default())
}

/// A pool of these endpoints, all healthy. Free it with `hedgerow_pool_free`.
///
/// `sites` and `settings` may be NULL: visitors are then alike, and the
/// settings the defaults. `error` may be NULL. HEDGEROW_INVALID_CONFIG: more
/// endpoints than a pool can have.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_pool_new(
    endpoints: *const hedgerow_endpoint,
    count: usize,
    sites: *const hedgerow_sites,
    settings: *const hedgerow_pool_settings,
    pool: *mut *mut hedgerow_pool,
    error: *mut hedgerow_error,
) -> hedgerow_status {
    told!(error, || {
        let endpoints = array!(endpoints, count)?;
        let sites = if sites.is_null() {
            Sites::default()
        } else {
            shared!(sites)?.clone()
        };
        let settings = settings_from!(settings)?.plain()?;
        let pool = out!(pool)?;
        let member = |(position, given): (usize, &hedgerow_endpoint)| {
            let (plain, name) = given.plain(position)?;
            let member = Member::new(plain);
            Ok(match name {
                Some(name) => member.with_name(name),
                None => member,
            })
        };
        let members: Vec<Member> = endpoints
            .iter()
            .enumerate()
            .map(member)
            .collect::<Outcome<_>>()?;
        pool.put(new_handle(
            Pool::new(members, sites, settings).map_err(Detail::new)?,
        ));
        Ok(())
    })
}

/// Frees a pool; NULL is nothing to free. Its snapshots live on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_pool_free(pool: *mut hedgerow_pool) -> hedgerow_status {
    free!(pool)
}

/// How many endpoints the pool has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_pool_count(
    pool: *const hedgerow_pool,
    count: *mut usize,
) -> hedgerow_status {
    call(|| {
        let pool = shared!(pool)?;
        out!(count)?.put(pool.members().len());
        Ok(())
    })
}

/// The priority and the weight that an endpoint has now.
///
/// HEDGEROW_UNKNOWN: no such endpoint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_pool_role(
    pool: *const hedgerow_pool,
    endpoint: u16,
    priority: *mut u16,
    weight: *mut u16,
) -> hedgerow_status {
    call(|| {
        let pool = shared!(pool)?;
        let (priority, weight) = (out!(priority)?, out!(weight)?);
        let member = pool
            .members()
            .get(usize::from(endpoint))
            .ok_or(HEDGEROW_UNKNOWN)?;
        priority.put(member.endpoint.priority);
        weight.put(member.endpoint.weight);
        Ok(())
    })
}

/// What the witnesses say of an endpoint, a `hedgerow_health`.
///
/// HEDGEROW_UNKNOWN: no such endpoint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_pool_health(
    pool: *const hedgerow_pool,
    endpoint: u16,
    health: *mut u32,
) -> hedgerow_status {
    call(|| {
        let pool = shared!(pool)?;
        let health = out!(health)?;
        let found = pool
            .health(EndpointId::new(endpoint))
            .ok_or(HEDGEROW_UNKNOWN)?;
        health.put(health_number(found)?);
        Ok(())
    })
}

/// What the operator says of an endpoint, a `hedgerow_service`, and until when
/// that holds; HEDGEROW_NEVER if it does not end by itself.
///
/// HEDGEROW_UNKNOWN: no such endpoint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_pool_service(
    pool: *const hedgerow_pool,
    endpoint: u16,
    service: *mut u32,
    until: *mut u64,
) -> hedgerow_status {
    call(|| {
        let pool = shared!(pool)?;
        let (service, until) = (out!(service)?, out!(until)?);
        let found = pool
            .service(EndpointId::new(endpoint))
            .ok_or(HEDGEROW_UNKNOWN)?;
        service.put(service_number(found)?);
        until.put(moment(found.deadline()));
        Ok(())
    })
}

/// When the pool changes by itself, so that a new snapshot should be made;
/// HEDGEROW_NEVER if it does not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_pool_next_change(
    pool: *const hedgerow_pool,
    now: u64,
    moment_us: *mut u64,
) -> hedgerow_status {
    call(|| {
        let pool = shared!(pool)?;
        out!(moment_us)?.put(moment(pool.next_change(at(now))));
        Ok(())
    })
}

/// Takes in what a monitor says of an endpoint, a `hedgerow_health`.
///
/// HEDGEROW_UNKNOWN: no such endpoint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_pool_set_health(
    pool: *mut hedgerow_pool,
    now: u64,
    endpoint_id: u16,
    health: u32,
) -> hedgerow_status {
    call(|| {
        let mut pool = exclusive!(pool)?;
        known(pool.set_health(at(now), endpoint(endpoint_id), health_from(health)?))
    })
}

/// Takes in what the operator wants of an endpoint, a `hedgerow_service`, and
/// until when; HEDGEROW_NEVER for ever. Of HEDGEROW_SERVICE_ACTIVE the deadline
/// does not count.
///
/// HEDGEROW_UNKNOWN: no such endpoint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_pool_set_service(
    pool: *mut hedgerow_pool,
    now: u64,
    endpoint_id: u16,
    service: u32,
    until: u64,
) -> hedgerow_status {
    call(|| {
        let mut pool = exclusive!(pool)?;
        let service = service_from(service, until)?;
        known(pool.set_service(at(now), endpoint(endpoint_id), service))
    })
}

/// Changes an endpoint's share.
///
/// HEDGEROW_UNKNOWN: no such endpoint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_pool_set_weight(
    pool: *mut hedgerow_pool,
    endpoint_id: u16,
    weight: u16,
) -> hedgerow_status {
    call(|| known(exclusive!(pool)?.set_weight(endpoint(endpoint_id), weight)))
}

/// Changes an endpoint's priority.
///
/// HEDGEROW_UNKNOWN: no such endpoint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_pool_set_priority(
    pool: *mut hedgerow_pool,
    endpoint_id: u16,
    priority: u16,
) -> hedgerow_status {
    call(|| known(exclusive!(pool)?.set_priority(endpoint(endpoint_id), priority)))
}

/// Lets two endpoints change their priorities and weights.
///
/// HEDGEROW_UNKNOWN: one of them is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_pool_swap_roles(
    pool: *mut hedgerow_pool,
    a: u16,
    b: u16,
) -> hedgerow_status {
    call(|| known(exclusive!(pool)?.swap_roles(endpoint(a), endpoint(b))))
}

/// Lets all endpoints of two priorities change them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_pool_swap_groups(
    pool: *mut hedgerow_pool,
    a: u16,
    b: u16,
) -> hedgerow_status {
    call(|| {
        exclusive!(pool)?.swap_groups(a, b);
        Ok(())
    })
}

/// Takes over health and services from the pool of the configuration before,
/// for endpoints of the same names. `before` is another pool:
/// with the same one twice it is HEDGEROW_BUSY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_pool_inherit(
    pool: *mut hedgerow_pool,
    before: *const hedgerow_pool,
) -> hedgerow_status {
    call(|| {
        let mut pool = exclusive!(pool)?;
        pool.inherit(&*shared!(before)?);
        Ok(())
    })
}

/// What workers read: the pool as it is now. Make one after each change, and
/// when `hedgerow_pool_next_change` says so. Free it with
/// `hedgerow_snapshot_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_pool_snapshot(
    pool: *mut hedgerow_pool,
    now: u64,
    snapshot: *mut *const hedgerow_snapshot,
) -> hedgerow_status {
    call(|| {
        let mut pool = exclusive!(pool)?;
        let snapshot = out!(snapshot)?;
        snapshot.put(snapshot::publish(pool.snapshot(at(now))));
        Ok(())
    })
}
