//! What the checker itself remembers from view to view, and what it demands
//! of the memory that a load writes.

use hedgerow::cdn::{Endpoint, Residency, exclusion};
use hedgerow::load::{HedgeMode, LoadSettings, Memory, Tier};
use hedgerow::types::{Duration, EndpointId};

use crate::invariants::{Invariant, Violation};
use crate::remote::Remote;

/// The stored words, and what is known of how they came to be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Store {
    pub(crate) words: Option<Vec<u32>>,
    /// The remote configuration that was taken over.
    pub(crate) remote: Option<Remote>,
    /// The words were damaged once; what they say is anybody's guess.
    pub(crate) damaged: bool,
}

/// A view's configuration as it counts, worked out from the page's own and the
/// remote one.
#[derive(Clone, Debug)]
pub(crate) struct Effective {
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) residency: Residency,
    pub(crate) surge: Tier,
    pub(crate) attempt_timeout: Duration,
    pub(crate) total_timeout: Duration,
    pub(crate) hedge: HedgeMode,
}

impl Effective {
    pub(crate) fn new(settings: &LoadSettings, remote: Option<&Remote>) -> Effective {
        let mut effective = Effective {
            endpoints: settings.endpoints.clone(),
            residency: settings.residency,
            surge: settings.surge,
            attempt_timeout: settings.attempt_timeout,
            total_timeout: settings.total_timeout,
            hedge: settings.hedge,
        };
        let Some(remote) = remote else {
            return effective;
        };
        for change in &remote.endpoints {
            let endpoint = &mut effective.endpoints[change.endpoint.index()];
            let page = &settings.endpoints[change.endpoint.index()];
            endpoint.priority = change.priority.unwrap_or(page.priority);
            endpoint.weight = change.weight.unwrap_or(page.weight);
            endpoint.state = change.state.unwrap_or(page.state);
        }
        if let Some(allowed) = remote.allowed {
            let page = settings.residency.allowed();
            let narrow = page.map_or(allowed, |page| page.intersection(allowed));
            effective.residency = effective.residency.with_allowed(narrow);
        }
        let millis = |ms: u32| Duration::from_millis(ms.into());
        effective.surge = remote.surge.unwrap_or(effective.surge);
        effective.hedge = remote.hedge.unwrap_or(effective.hedge);
        if let Some(ms) = remote.attempt_timeout_ms {
            effective.attempt_timeout = millis(ms);
        }
        if let Some(ms) = remote.total_timeout_ms {
            effective.total_timeout = millis(ms);
        }
        effective
    }

    pub(crate) fn permits(&self, endpoint: EndpointId) -> bool {
        exclusion(&self.endpoints[endpoint.index()], &self.residency).is_none()
    }
}

/// What a view did, as far as the memory is concerned.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lesson {
    /// Whether the widget runs; `None` if the load was suppressed.
    pub(crate) loaded: Option<bool>,
    /// Endpoints that failed through their own fault.
    pub(crate) blamed: Vec<EndpointId>,
    /// Endpoints that were silent, which counts unless the page was hidden or
    /// offline at some time of the view.
    pub(crate) silent: Vec<EndpointId>,
    pub(crate) hedges: u32,
}

/// Checks the words that a view wrote right after its end, before any probe or
/// remote configuration came in.
pub(crate) fn learned(
    words: &[u32],
    before: Option<&Memory>,
    effective: &Effective,
    settings: &LoadSettings,
    wall: u64,
    lesson: &Lesson,
) -> Result<(), Violation> {
    let learns = Invariant::MemoryLearns;
    let memory = Memory::from_words(words, settings);
    learns.holds(memory.is_ok(), || "words that can't be read".into())?;
    let memory = memory.unwrap_or_else(|_| Memory::new(settings));
    let endpoints = memory.endpoints();
    let demoted = |id: EndpointId| {
        let endpoint = endpoints.get(id.index());
        endpoint.is_some_and(|endpoint| endpoint.demoted.is_some())
    };
    let missed = lesson.blamed.iter().find(|id| !demoted(**id));
    learns.holds(missed.is_none(), || {
        format!("{missed:?} failed and is not demoted")
    })?;
    let latest = wall + u64::from(settings.memory_ttl_secs) + 60;
    let longest = endpoints.iter().filter_map(|endpoint| endpoint.demoted);
    let longest = longest.map(|(until, _)| until.as_secs()).max();
    learns.holds(longest.is_none_or(|until| until <= latest), || {
        format!("demoted until {longest:?}, {wall} now")
    })?;
    let first_demoted = memory.order().iter().position(|id| demoted(*id));
    let last_good = memory.order().iter().rposition(|id| !demoted(*id));
    let sorted = first_demoted.is_none_or(|first| last_good.is_none_or(|last| last < first));
    learns.holds(sorted, || {
        format!("demoted ones come last, not {:?}", memory.order())
    })?;
    let mut listed = memory.order();
    listed.sort();
    let permitted = effective.endpoints.iter().map(|endpoint| endpoint.id);
    let permitted: Vec<EndpointId> = permitted.filter(|id| effective.permits(*id)).collect();
    learns.holds(listed == permitted, || {
        format!("order {listed:?} of {permitted:?}")
    })?;
    let milli = before.map_or(10_000, |memory| memory.hedge_milli().min(10_000));
    let left = milli.saturating_sub(1_000 * lesson.hedges);
    Invariant::Budget.holds(memory.hedge_milli() == (left + 50).min(10_000), || {
        format!(
            "{milli} less {} hedges gives {}",
            lesson.hedges,
            memory.hedge_milli()
        )
    })
}

/// Checks that a view in which nothing was loaded taught nothing.
pub(crate) fn kept(
    before: Option<&Memory>,
    words: &[u32],
    settings: &LoadSettings,
) -> Result<(), Violation> {
    let Ok(after) = Memory::from_words(words, settings) else {
        return Err(Violation::new(
            Invariant::MemoryKept,
            "words that can't be read".into(),
        ));
    };
    for (index, endpoint) in after.endpoints().iter().enumerate() {
        let before = before.and_then(|memory| memory.endpoints().get(index).cloned());
        let known = before.is_some_and(|endpoint| endpoint.demoted.is_some());
        Invariant::MemoryKept.holds(endpoint.demoted.is_none() || known, || {
            format!("endpoint {index} was demoted by a view that loaded nothing")
        })?;
    }
    Ok(())
}
