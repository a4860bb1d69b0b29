//! What the benchmarks share: worlds of nothing but time.
//!
//! `cargo bench -p hedgerow-benches` measures what one decision costs. The
//! engine waits for nothing, so a whole race takes as long as its arithmetic.
//! `benches/pingora`, a package of its own, measures the cache beside
//! `pingora-cache`, and picking an endpoint beside other crates.

pub mod assets;
pub mod messages;

use hedgerow::cdn::Endpoint;
use hedgerow::failover::{Candidate, Output, Race, RaceSettings, SharedBudget};
use hedgerow::load::{Early, Load, LoadInput, LoadOutput, LoadSettings, Memory};
use hedgerow::types::{AttemptId, EndpointId, Instant, Timestamp};

/// Active endpoints of the default weight, all of one priority.
#[must_use]
pub fn endpoints(count: u16) -> Vec<Endpoint> {
    (0..count)
        .map(|index| Endpoint::new(EndpointId::new(index)))
        .collect()
}

/// Candidates in the order of their ids.
#[must_use]
pub fn candidates(count: u16) -> Vec<Candidate> {
    (0..count)
        .map(|index| Candidate::new(EndpointId::new(index)))
        .collect()
}

fn drain(race: &mut Race, now: Instant, budget: &mut SharedBudget) -> Output {
    loop {
        let output = race.poll(now, budget);
        if matches!(output, Output::Wait(_) | Output::Done(_)) {
            return output;
        }
    }
}

/// One race in which attempt `winner` completes 30 ms after it was started,
/// and those before it are silent.
pub fn race(candidates: &[Candidate], winner: u16, budget: &mut SharedBudget) -> Output {
    let mut now = Instant::from_millis(1000);
    let mut race = Race::new(RaceSettings::browser(), candidates, now);
    while race.attempts().len() <= usize::from(winner) {
        match drain(&mut race, now, budget) {
            Output::Wait(until) if race.attempts().len() <= usize::from(winner) => now = until,
            _ => break,
        }
    }
    let winner = AttemptId::new(winner);
    let _ = race.handle_complete(now, winner);
    drain(&mut race, now, budget);
    let _ = race.handle_commit(now, winner, Ok(()));
    drain(&mut race, now, budget)
}

/// One whole load of `settings` in which everything is healthy; gives the
/// words that the next view starts from.
#[must_use]
pub fn load(settings: LoadSettings, memory: Option<Memory>, early: Option<Early>) -> Vec<u32> {
    let now = Instant::from_millis(1000);
    let wall = Timestamp::from_secs(1_800_000_000);
    let mut load = Load::new(settings, memory, early, now, wall);
    if early.is_some() {
        load.handle(now, LoadInput::Downloaded(AttemptId::new(0), 40_000));
    }
    loop {
        match load.poll(now) {
            LoadOutput::Start { attempt, .. } => {
                load.handle(now, LoadInput::Downloaded(attempt, 40_000));
            }
            LoadOutput::Commit { attempt } => load.handle(now, LoadInput::Executed(attempt)),
            LoadOutput::Idle | LoadOutput::Wait(_) => return load.memory_words(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use hedgerow::failover::Finish;

    use super::*;

    #[test]
    fn the_worlds_end_as_they_should() {
        for winner in [0, 1] {
            let mut budget = SharedBudget::default();
            let end = race(&candidates(2), winner, &mut budget);
            assert_eq!(end, Output::Done(Finish::Committed(AttemptId::new(winner))));
        }
        let settings = LoadSettings::new(endpoints(2), 1);
        let words = load(settings.clone(), None, None);
        let memory = Memory::from_words(&words, &settings).ok();
        assert!(memory.is_some_and(|memory| memory.asset_bytes() == [40_000]));
    }
}
