//! The hosts of the simulated world and what goes wrong with them.

use hedgerow::types::Reason;

use crate::dice::Dice;

/// One millisecond of virtual time, in the engine's unit.
pub(crate) const MS: u64 = 1000;

/// What a host does to the requests that reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Healthy,
    Refuse,
    /// Refused, but the browser says so only after seconds.
    RefuseLate,
    Hang,
    SlowHead,
    Drip,
    Stall,
    Truncated,
    HttpError,
    WrongContent,
    /// The download completes, the commit doesn't execute.
    LyingPreload,
    /// The commit executes, but not what it should.
    NotReady,
    /// The commit is answered long after anyone waits for it.
    CommitHang,
    /// Healthy, after seconds.
    Late,
}

impl Fault {
    pub(crate) const ALL: [Fault; 14] = [
        Fault::Healthy,
        Fault::Refuse,
        Fault::RefuseLate,
        Fault::Hang,
        Fault::SlowHead,
        Fault::Drip,
        Fault::Stall,
        Fault::Truncated,
        Fault::HttpError,
        Fault::WrongContent,
        Fault::LyingPreload,
        Fault::NotReady,
        Fault::CommitHang,
        Fault::Late,
    ];
}

/// What a transport tells of one download.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Head,
    Bytes(u64),
    Complete,
    Failed(Reason),
}

/// What became of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Executed,
    /// Nothing ran.
    Refused(Reason),
    /// Something ran, but not the genuine asset.
    RanWrong(Reason),
}

/// One host: what it does now, what it does next, and how fast it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Host {
    /// Two faults that take turns; the same twice is a steady host.
    pub(crate) faults: [Fault; 2],
    /// How long each turn lasts, in µs.
    pub(crate) turn: u64,
    pub(crate) latency: u64,
    pub(crate) spread: u64,
    pub(crate) size: u64,
}

impl Host {
    pub(crate) fn draw(dice: &mut Dice) -> Host {
        let fault = if dice.once_in(2) {
            Fault::Healthy
        } else {
            dice.pick(&Fault::ALL)
        };
        let flaps = dice.once_in(8);
        let other = if flaps { dice.pick(&Fault::ALL) } else { fault };
        Host {
            faults: [fault, other],
            turn: if flaps {
                dice.within(50 * MS..=5_000 * MS)
            } else {
                u64::MAX
            },
            latency: dice.pick(&[5, 20, 60, 150, 400]) * MS,
            spread: dice.pick(&[1, 10, 80]) * MS,
            size: dice.pick(&[300, 4_000, 40_000, 900_000]),
        }
    }

    pub(crate) fn fault(&self, at: u64) -> Fault {
        self.faults[(at / self.turn % 2) as usize]
    }

    /// The slowest that this host is while it is healthy, from the start of a
    /// download to its end.
    pub(crate) fn slowest(&self) -> u64 {
        self.latency + self.spread + 4 * Host::CHUNK
    }

    const CHUNK: u64 = 10 * MS;

    /// What a download that starts at `at` will tell, and after how long.
    pub(crate) fn respond(&self, dice: &mut Dice, at: u64, told: &mut Vec<(u64, Signal)>) {
        use Signal::{Bytes, Complete, Failed, Head};
        told.clear();
        let first = self.latency + dice.below(self.spread);
        let (size, chunk) = (self.size, Host::CHUNK);
        let whole = |start: u64| {
            [
                (start, Head),
                (start + chunk, Bytes(size / 2)),
                (start + 2 * chunk, Bytes(size)),
                (start + 3 * chunk, Complete),
            ]
        };
        match self.fault(at) {
            Fault::Healthy | Fault::LyingPreload | Fault::NotReady | Fault::CommitHang => {
                told.extend(whole(first));
            }
            Fault::Late => told.extend(whole(dice.within(800 * MS..=8_000 * MS))),
            Fault::Refuse => told.push((dice.below(30 * MS), Failed(Reason::NetworkError))),
            Fault::RefuseLate => told.push((2_500 * MS, Failed(Reason::NetworkError))),
            Fault::Hang => {}
            Fault::SlowHead => told.push((dice.within(300 * MS..=30_000 * MS), Head)),
            Fault::Drip => {
                told.push((first, Head));
                let (gap, step) = (dice.within(20 * MS..=220 * MS), dice.within(1..=2_000));
                let drops = dice.within(1..=60);
                told.extend((1..=drops).map(|n| (first + n * gap, Bytes(n * step))));
                if dice.once_in(2) {
                    told.push((first + (drops + 1) * gap, Complete));
                }
            }
            Fault::Stall => told.extend([(first, Head), (first + chunk, Bytes(size / 2))]),
            Fault::Truncated => {
                told.extend([(first, Head), (first + chunk, Bytes(size / 2))]);
                told.push((first + 2 * chunk, Failed(Reason::Truncated)));
            }
            Fault::HttpError => told.push((first, Failed(Reason::HttpStatus))),
            Fault::WrongContent => {
                told.extend([(first, Head), (first + chunk, Failed(Reason::WrongContent))]);
            }
        }
    }

    /// What a commit that is asked for at `at` will come to, and after how long.
    pub(crate) fn execute(&self, dice: &mut Dice, at: u64) -> (u64, Effect) {
        let soon = dice.within(MS..=20 * MS);
        match self.fault(at) {
            Fault::LyingPreload => (soon, Effect::Refused(Reason::CommitFailed)),
            Fault::NotReady => (soon, Effect::RanWrong(Reason::ReadyMissing)),
            Fault::CommitHang => (dice.within(1_000 * MS..=60_000 * MS), Effect::Executed),
            _ => (soon, Effect::Executed),
        }
    }
}
