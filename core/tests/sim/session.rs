//! One visitor of the simulator: a page's configuration and a few views of it,
//! each with its own weather, the memory carried over.

use hedgerow::cdn::{Endpoint, EndpointState, Residency};
use hedgerow::failover::Link;
use hedgerow::load::{AssetSettings, EndpointChange, HedgeMode, LoadSettings, Tier};
use hedgerow::types::{Duration, EndpointId, RegionSet};

use crate::case;
use crate::dice::Dice;
use crate::remote::Remote;
use crate::world::{Host, MS};

/// One page view.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// Wall clock of the view, in s.
    pub(crate) wall: u64,
    pub(crate) seed: u32,
    /// What each host does in this view.
    pub(crate) hosts: Vec<Host>,
    /// A host may be ill for one asset only, then this one.
    pub(crate) ill_asset: Vec<Option<usize>>,
    /// The shim's early download, and by how many µs: from the endpoint that
    /// the plan names first, or from this one.
    pub(crate) early: Option<(u64, Option<EndpointId>)>,
    pub(crate) session_open: bool,
    /// From when to when, on the page's clock.
    pub(crate) offline: Option<(u64, u64)>,
    pub(crate) hidden: Option<(u64, u64)>,
    pub(crate) leaving: Option<u64>,
    /// When nothing runs, and for how long.
    pub(crate) suspend: Option<(u64, u64)>,
    /// What the remote configuration says; `None` can't be fetched.
    pub(crate) refresh: Option<Remote>,
    /// A word of the stored memory that is damaged before the view.
    pub(crate) damage: Option<(usize, u32)>,
    /// The caller's timers fire up to this many µs late.
    pub(crate) slop: u64,
    /// Once in how many events something comes that fits nothing; 0 is never.
    pub(crate) misuse: u64,
}

#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) seed: u64,
    pub(crate) settings: LoadSettings,
    pub(crate) views: Vec<View>,
}

/// Where a view begins on the page's clock; what came before is early.
pub(crate) const ORIGIN: u64 = 1_000_000 * MS;

fn interval(dice: &mut Dice, odds: u64) -> Option<(u64, u64)> {
    dice.once_in(odds).then(|| {
        let from = ORIGIN + dice.below(800 * MS);
        (from, from + dice.within(MS..=20_000 * MS))
    })
}

fn refresh(dice: &mut Dice, endpoints: u64) -> Remote {
    let mut document = Remote {
        version: dice.below(6) as u32,
        broken: dice.once_in(12),
        forbidden: dice.once_in(12),
        surge: dice.pick(&[None, None, None, Some(Tier::Normal), Some(Tier::Suppress)]),
        attempt_timeout_ms: dice.pick(&[None, Some(1_000), Some(2_000), Some(7)]),
        total_timeout_ms: dice.pick(&[None, None, Some(5_000)]),
        hedge: dice.pick(&[
            None,
            Some(HedgeMode::Off),
            Some(HedgeMode::After(Duration::from_millis(100))),
        ]),
        ..Remote::default()
    };
    if dice.once_in(3) {
        document.allowed = Some(RegionSet::from_bits(dice.below(8) as u32));
    }
    for _ in 0..dice.below(3) {
        let mut change = EndpointChange::new(EndpointId::new(dice.below(endpoints + 1) as u16));
        change.priority = dice.pick(&[None, Some(0), Some(1)]);
        change.weight = dice.pick(&[None, Some(0), Some(50)]);
        change.state = dice.pick(&[
            None,
            Some(EndpointState::Active),
            Some(EndpointState::Draining),
            Some(EndpointState::Down),
        ]);
        document
            .endpoints
            .retain(|other| other.endpoint != change.endpoint);
        document.endpoints.push(change);
    }
    document
}

fn view(dice: &mut Dice, wall: u64, endpoints: usize, assets: usize, calm: bool) -> View {
    let odds = |odds| if calm { u64::MAX } else { odds };
    View {
        wall,
        seed: dice.next() as u32,
        hosts: (0..endpoints).map(|_| Host::draw(dice)).collect(),
        ill_asset: (0..endpoints)
            .map(|_| dice.once_in(4).then(|| dice.below(assets as u64) as usize))
            .collect(),
        early: dice.once_in(2).then(|| {
            let wrong = dice.once_in(odds(6));
            let other = EndpointId::new(dice.below(endpoints as u64) as u16);
            (dice.below(80 * MS), wrong.then_some(other))
        }),
        session_open: dice.once_in(3),
        offline: interval(dice, odds(10)),
        hidden: interval(dice, odds(10)),
        leaving: dice
            .once_in(odds(16))
            .then(|| ORIGIN + dice.below(3_000 * MS)),
        suspend: interval(dice, odds(10)).map(|(from, to)| (from, to - from)),
        refresh: dice.once_in(2).then(|| refresh(dice, endpoints as u64)),
        damage: dice.once_in(odds(12)).then(|| {
            (
                dice.below(40) as usize,
                dice.pick(&[0, 1, 2, 3, 99, u32::MAX]),
            )
        }),
        slop: if calm {
            0
        } else {
            dice.pick(&[0, 0, 4 * MS, 600 * MS])
        },
        misuse: if calm { 0 } else { dice.pick(&[0, 0, 3]) },
    }
}

impl Session {
    pub(crate) fn draw(seed: u64) -> Session {
        let dice = &mut Dice::new(seed);
        let count = dice.pick(&[1, 2, 2, 2, 3, 4]);
        let endpoints: Vec<Endpoint> = (0..count)
            .map(|index| case::endpoint(dice, index))
            .collect();
        let assets = dice.pick(&[1, 1, 1, 2, 3]);
        let mut settings = LoadSettings::new(endpoints, 0)
            .with_residency(if dice.once_in(2) {
                Residency::default()
            } else {
                case::residency(dice)
            })
            .with_assets(
                (0..assets)
                    .map(|_| AssetSettings::new(dice.once_in(2)))
                    .collect(),
            )
            .with_timeouts(
                Duration::from_millis(dice.pick(&[500, 3_000, 3_000])),
                Duration::from_millis(dice.pick(&[2_000, 10_000, 10_000])),
            )
            .with_hedge(dice.pick(&[
                HedgeMode::Auto,
                HedgeMode::Auto,
                HedgeMode::Off,
                HedgeMode::After(Duration::from_millis(150)),
            ]))
            .with_surge(
                dice.pick(&[
                    Tier::Normal,
                    Tier::Normal,
                    Tier::Normal,
                    Tier::Suppress,
                    Tier::Static,
                ]),
                false,
            )
            .with_memory_ttl_secs(dice.pick(&[60, 3_600]))
            .with_refresh(dice.below(3) as u32, dice.pick(&[None, Some(1), Some(600)]));
        settings.link = Link::new(dice.pick(&[0, 20_000, 400_000]), dice.pick(&[0, 50, 5_000]));
        settings.sees_progress = dice.once_in(2);
        settings.memory_usable = !dice.once_in(10);
        let calm = dice.once_in(3);
        let mut wall = 1_800_000_000;
        let views = (0..dice.within(1..=4))
            .map(|_| {
                let view = view(dice, wall, count, assets, calm);
                wall += dice.pick(&[1, 30, 600, 4_000]);
                if !calm && dice.once_in(20) {
                    wall -= dice.below(1_000_000);
                }
                view
            })
            .collect();
        Session {
            seed,
            settings,
            views,
        }
    }
}
