//! One race of the simulator: what is configured, and what will happen.

use hedgerow::types::Duration;

use hedgerow::cdn::{
    Endpoint, EndpointState, HealthSettings, HealthTable, Observation, Residency, order,
};
use hedgerow::failover::{Candidate, Phase, RaceSettings};
use hedgerow::types::{EndpointId, Instant, Reason, RegionId, RegionSet};

use crate::dice::Dice;
use crate::world::{Fault, Host, MS};

/// What befalls the race from outside.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Disturbance {
    /// Nothing runs for this many µs: a laptop lid, a frozen tab.
    Suspend(u64),
    Eject(EndpointId),
    Cancel(Reason),
}

#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) seed: u64,
    pub(crate) settings: RaceSettings,
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) residency: Residency,
    pub(crate) hosts: Vec<Host>,
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) health: HealthTable,
    /// Hedges and retries that the budgets still grant.
    pub(crate) tokens: [u32; 2],
    /// The first download was started this many µs before the race.
    pub(crate) early: Option<u64>,
    /// The transport tells of heads and bytes, not only of the end.
    pub(crate) sees_progress: bool,
    /// Cancelled downloads go on telling.
    pub(crate) echoes: bool,
    pub(crate) disturbances: Vec<(u64, Disturbance)>,
    /// The caller's timers fire up to this many µs late.
    pub(crate) slop: u64,
    /// Once in how many events the caller misuses the race; 0 is never.
    pub(crate) misuse: u64,
}

/// Where races start on the virtual clock; not 0, so that a saturated
/// subtraction shows.
pub(crate) const EPOCH: u64 = 1_000_000 * MS;

pub(crate) fn endpoint(dice: &mut Dice, index: usize) -> Endpoint {
    let state = match dice.below(10) {
        0 => EndpointState::Draining,
        1 => EndpointState::Down,
        _ => EndpointState::Active,
    };
    let region = if dice.once_in(3) {
        None
    } else {
        RegionId::new(dice.within(1..=3) as u32)
    };
    Endpoint::new(EndpointId::new(index as u16))
        .with_priority(dice.below(3) as u16)
        .with_weight(dice.pick(&[0, 1, 100]))
        .with_region(region)
        .with_state(state)
        .with_insecure(dice.once_in(12))
}

pub(crate) fn residency(dice: &mut Dice) -> Residency {
    let visitor = Residency::new(RegionId::new(dice.below(4) as u32));
    if dice.once_in(3) {
        visitor.with_allowed(RegionSet::from_bits(dice.below(8) as u32))
    } else {
        visitor
    }
}

fn candidate(dice: &mut Dice, endpoint: EndpointId) -> Candidate {
    let delay = match dice.below(6) {
        0 => None,
        1 => Some(dice.within(MS..=2_000 * MS)),
        _ => Some(250 * MS),
    };
    Candidate::new(endpoint)
        .with_hedge_delay(delay.map(Duration::from_micros))
        .with_attempt_timeout(Duration::from_millis(
            dice.pick(&[100, 1_000, 3_000, 3_000]),
        ))
}

fn disturbances(dice: &mut Dice, endpoints: usize) -> Vec<(u64, Disturbance)> {
    if !dice.once_in(4) {
        return Vec::new();
    }
    let mut list: Vec<_> = (0..dice.within(1..=3))
        .map(|_| {
            let at = EPOCH + dice.below(4_000 * MS);
            let what = match dice.below(6) {
                0 => Disturbance::Cancel(dice.pick(&[
                    Reason::NavigatedAway,
                    Reason::Offline,
                    Reason::Cancelled,
                ])),
                1..=3 => Disturbance::Suspend(dice.within(MS..=60_000 * MS)),
                _ => Disturbance::Eject(EndpointId::new(dice.below(endpoints as u64) as u16)),
            };
            (at, what)
        })
        .collect();
    list.sort_by_key(|(at, _)| *at);
    list
}

impl Case {
    pub(crate) fn draw(seed: u64) -> Case {
        let dice = &mut Dice::new(seed);
        let count = dice.pick(&[1, 2, 2, 2, 3, 4, 8]);
        let endpoints: Vec<Endpoint> = (0..count).map(|index| endpoint(dice, index)).collect();
        let residency = residency(dice);
        let hosts: Vec<Host> = (0..count).map(|_| Host::draw(dice)).collect();
        let mut health =
            HealthTable::new(count, HealthSettings::browser(Duration::from_secs(3600)), 1);
        if dice.once_in(3) {
            let failed = EndpointId::new(dice.below(count as u64) as u16);
            let what = Observation::Failure {
                reason: Reason::NetworkError,
            };
            health.observe(Instant::from_micros(EPOCH), failed, what);
        }
        let demoted = |id| health.is_ejected(Instant::from_micros(EPOCH), id);
        let plan = order(&endpoints, &residency, &demoted, dice.next() as u32);
        let candidates = plan.into_iter().map(|id| candidate(dice, id)).collect();
        let settings = if dice.once_in(3) {
            RaceSettings::proxy()
        } else {
            RaceSettings::browser()
        };
        let phase = dice.pick(&[Phase::Head, Phase::Complete, Phase::Complete]);
        let total = dice.pick(&[500, 10_000, 10_000, 10_000, 30_000]);
        let commit = dice.pick(&[10, 3_000]);
        let settings = settings
            .with_winning_phase(phase)
            .with_total_timeout(Duration::from_millis(total))
            .with_commit_timeout(Duration::from_millis(commit))
            .with_max_hedges(dice.pick(&[0, 1, 1, 3]))
            .with_suspend_slack(dice.pick(&[None, Some(Duration::from_millis(750))]));
        Case {
            seed,
            settings,
            endpoints,
            residency,
            hosts,
            candidates,
            health,
            tokens: dice.pick(&[
                [0, 0],
                [1, 0],
                [0, 2],
                [2, 2],
                [9, 9],
                [9, 9],
                [9, 9],
                [9, 9],
            ]),
            early: dice.once_in(4).then(|| dice.below(300 * MS)),
            sees_progress: phase == Phase::Head || dice.once_in(2),
            echoes: dice.once_in(4),
            disturbances: disturbances(dice, count),
            slop: dice.pick(&[0, 0, 4 * MS, 600 * MS]),
            misuse: dice.pick(&[0, 0, 0, 3]),
        }
    }

    /// When the race begins, or its early download began.
    pub(crate) fn started(&self) -> u64 {
        EPOCH - self.early.unwrap_or(0)
    }

    pub(crate) fn host(&self, endpoint: EndpointId) -> &Host {
        &self.hosts[endpoint.index()]
    }

    /// Whether some candidate is sure to be reached and to serve in time, so
    /// that the race must end well whatever the others do.
    pub(crate) fn must_succeed(&self) -> bool {
        let calm = self.disturbances.is_empty() && self.misuse == 0;
        let budget = self.tokens[1] as usize >= self.candidates.len();
        let hosts = self
            .candidates
            .iter()
            .map(|candidate| self.host(candidate.endpoint));
        let answers = hosts
            .into_iter()
            .all(|host| !host.faults.contains(&Fault::CommitHang));
        if !calm || !budget || !answers {
            return false;
        }
        let mut elapsed = self.early.unwrap_or(0);
        for candidate in &self.candidates {
            let host = self.host(candidate.endpoint);
            let timeout = candidate.attempt_timeout.as_micros();
            let slowest = host.slowest() + self.slop;
            if host.faults == [Fault::Healthy; 2] && slowest + self.early.unwrap_or(0) < timeout {
                let done = elapsed + slowest + 40 * MS;
                return done < self.settings.total_timeout.as_micros();
            }
            // Its deadline, what a drip may stretch it by, and its commit.
            elapsed += timeout + self.longest_drip(host) + 2_000 * MS + self.slop + 20 * MS;
        }
        false
    }

    fn longest_drip(&self, host: &Host) -> u64 {
        if host.faults.contains(&Fault::Drip) {
            61 * 220 * MS
        } else {
            3 * MS + host.slowest()
        }
    }
}
