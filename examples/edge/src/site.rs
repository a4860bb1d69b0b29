//! A configuration, ready to be served by.

use std::net::IpAddr;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use hedgerow::cache::{
    AgeRule, Completion, HeuristicRule, PartRule, SetCookieRule, Settings, VaryRule,
};
use hedgerow::cdn::visitors::Visitors;
use hedgerow::config::edge::{self, Caching, Cookies, Edge, Limits, Store, Timeouts};
use hedgerow::delivery::Delivery;
use hedgerow::failover::RaceSettings;
use hedgerow::types::{Duration, Instant, RegionId};
use http::{HeaderMap, HeaderValue, Version};

use crate::clock::Clock;
use crate::upstream::Upstream;

/// Fields by which an origin speaks to caches like this one, the more precise
/// first (RFC 9213 §2.2), the last from before that RFC.
const TARGETS: [&str; 3] = [
    "hedgerow-cache-control",
    "cdn-cache-control",
    "surrogate-control",
];

/// A configuration with its upstreams.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) name: String,
    pub(crate) via: Via,
    pub(crate) store: Store,
    pub(crate) timeouts: Timeouts,
    pub(crate) limits: Limits,
    pub(crate) upstreams: Vec<Arc<Upstream>>,
    routes: Vec<Arc<Route>>,
    /// How visitors' regions are told.
    visitors: Option<Visitors>,
}

/// What `Via` says of a message that came by each version of HTTP (RFC 9110
/// §7.6.3).
#[derive(Debug)]
pub(crate) struct Via {
    http_10: HeaderValue,
    http_11: HeaderValue,
    http_2: HeaderValue,
}

impl Via {
    fn new(name: &str) -> Result<Via> {
        let of = |version| HeaderValue::try_from(format!("{version} {name}"));
        Ok(Via {
            http_10: of("1.0")?,
            http_11: of("1.1")?,
            http_2: of("2.0")?,
        })
    }

    pub(crate) fn of(&self, version: Version) -> &HeaderValue {
        match version {
            Version::HTTP_2 => &self.http_2,
            Version::HTTP_10 => &self.http_10,
            _ => &self.http_11,
        }
    }
}

/// A route with its upstream.
#[derive(Debug)]
pub(crate) struct Route {
    plain: edge::Route,
    pub(crate) caching: Caching,
    pub(crate) hedge: bool,
    pub(crate) settings: Settings,
    pub(crate) upstream: Arc<Upstream>,
    /// What responses say, if that is not the upstream's affair alone.
    pub(crate) delivery: Option<Arc<Delivery>>,
}

impl Route {
    /// Whether requests may upgrade their connection to this protocol.
    pub(crate) fn takes_upgrade(&self, protocol: &str) -> bool {
        let mut taken = self.plain.upgrades.iter();
        taken.any(|name| name.eq_ignore_ascii_case(protocol))
    }

    /// What its paths begin with.
    pub(crate) fn prefix(&self) -> &str {
        self.plain.path.as_str()
    }

    /// How a request is raced over the endpoints.
    pub(crate) fn race(&self) -> RaceSettings {
        let race = self.upstream.race.clone();
        match self.plain.deadline_ms {
            Some(ms) => {
                let total = race.total_timeout.min(Duration::from_millis(ms.into()));
                race.with_total_timeout(total)
            }
            None => race,
        }
    }
}

impl Site {
    /// Makes what the section says. An upstream that `before` has just so is
    /// taken over, with its connections and what is known of its health.
    pub(crate) fn new<'a>(
        plain: &Edge,
        before: Option<&'a Site>,
        now: Instant,
        seed: u32,
    ) -> Result<Site> {
        let same_limits = |site: &&'a Site| site.limits == plain.limits;
        let upstream = |settings: &edge::Upstream| {
            let of = |site: &'a Site| site.named(settings.id.as_str());
            let known = before.filter(same_limits).and_then(of);
            match known {
                // Its authorities may have changed in the file.
                Some(known) if known.settings == *settings && settings.ca.is_none() => {
                    Ok(Arc::clone(known))
                }
                _ => {
                    let old = before.and_then(of).map(|old| &**old);
                    Upstream::new(settings, &plain.limits, old, now, seed).map(Arc::new)
                }
            }
        };
        let upstreams: Result<Vec<_>> = plain.upstreams.iter().map(upstream).collect();
        let upstreams = upstreams?;
        let delivery = plain.delivery.compile().map_err(|error| anyhow!(error))?;
        let delivery = Arc::new(delivery);
        let route = |route: &edge::Route| {
            let upstream = upstreams
                .iter()
                .find(|upstream| upstream.settings.id == route.upstream)?;
            Some(Arc::new(Route {
                caching: route.cache,
                hedge: route.hedge,
                settings: settings(route.cache, &plain.store),
                upstream: Arc::clone(upstream),
                delivery: route.delivery.then(|| Arc::clone(&delivery)),
                plain: route.clone(),
            }))
        };
        Ok(Site {
            name: plain.name.as_str().to_owned(),
            via: Via::new(plain.name.as_str())?,
            store: plain.store,
            timeouts: plain.timeouts,
            limits: plain.limits,
            // That each names an upstream was checked with the document.
            routes: plain.routes.iter().filter_map(route).collect(),
            upstreams,
            visitors: plain.visitors.as_ref().map(edge::Visitors::compile),
        })
    }

    /// Takes over what `before` knows of upstreams that have changed, and what
    /// operators said of them. To be called just before it takes over itself,
    /// so that nothing is missed.
    pub(crate) fn inherit(&self, before: &Site, now: Instant) {
        for upstream in &self.upstreams {
            if let Some(old) = before.named(upstream.settings.id.as_str())
                && !Arc::ptr_eq(old, upstream)
            {
                upstream.inherit(old, now);
            }
        }
        for old in &before.upstreams {
            if !self.upstreams.iter().any(|new| Arc::ptr_eq(old, new)) {
                old.retire(self.named(old.settings.id.as_str()));
            }
        }
    }

    /// The upstream of this name.
    pub(crate) fn named(&self, name: &str) -> Option<&Arc<Upstream>> {
        let mut upstreams = self.upstreams.iter();
        upstreams.find(|upstream| upstream.settings.id.as_str() == name)
    }

    /// Begins to watch the endpoints of all upstreams.
    pub(crate) fn watch(&self, clock: Clock) {
        for upstream in &self.upstreams {
            upstream.watch(clock);
        }
    }

    /// Where a visitor is, if that can be told. The field in which a proxy says
    /// so is taken off where nobody who may has written it: upstreams would
    /// believe it.
    pub(crate) fn region(&self, peer: IpAddr, fields: &mut HeaderMap) -> Option<RegionId> {
        let visitors = self.visitors.as_ref()?;
        if let Some(field) = visitors.field()
            && !visitors.is_trusted(peer)
        {
            fields.remove(field);
        }
        visitors.region(peer, fields)
    }

    /// The first route that takes a request.
    pub(crate) fn route(&self, host: &str, path: &str) -> Option<&Arc<Route>> {
        self.routes
            .iter()
            .find(|route| route.plain.fits(host, path))
    }
}

fn settings(caching: Caching, store: &Store) -> Settings {
    let settings = match caching {
        Caching::Private => Settings::private(),
        _ => Settings::shared()
            .with_targets(TARGETS)
            .with_set_cookie(match store.cookies {
                Cookies::Strip => SetCookieRule::Strip,
                Cookies::Explicit => SetCookieRule::Explicit,
                _ => SetCookieRule::Refuse,
            }),
    };
    let age = if store.distrust_age {
        AgeRule::Suspicious
    } else {
        AgeRule::FirstMember
    };
    let settings = settings
        .with_age_rule(age)
        .with_completion(Completion::Always)
        .with_default_stale_if_error(store.stale_if_error_seconds);
    let settings = if store.lenient {
        settings
            .with_part_rule(PartRule::AsSent)
            .with_foreign_304(true)
            .with_vary(VaryRule::default().with_unknown_lists(true))
    } else {
        settings
    };
    match caching {
        Caching::Explicit => settings.with_heuristic(HeuristicRule::new(0, 0)),
        _ => settings,
    }
}
