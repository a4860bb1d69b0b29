//! A race that starts over is like a new one, whatever it was before.

use hedgerow::failover::{Candidate, Race, RaceSettings, Unlimited};
use hedgerow::types::{AttemptId, EndpointId, Instant, Reason};

fn candidates(count: u16) -> Vec<Candidate> {
    (0..count)
        .map(|id| Candidate::new(EndpointId::new(id)))
        .collect()
}

#[test]
fn nothing_is_left_of_the_race_before() {
    let settings = RaceSettings::proxy();
    let [start, hedge, late] = [0, 250, 30_000].map(Instant::from_millis);
    let mut race = Race::new(settings.clone(), &candidates(2), start);
    // Two attempts, one failed, outputs that nobody took, past the total deadline.
    for now in [start, hedge] {
        race.poll(now, &mut Unlimited);
        race.poll(now, &mut Unlimited);
    }
    let told = race.handle_failure(hedge, AttemptId::new(0), Reason::NetworkError);
    assert_eq!(told, Ok(()));
    race.poll(late, &mut Unlimited);

    let again = candidates(3);
    race.restart(again.iter().copied(), late);
    let new = Race::new(settings, &again, late);
    assert_eq!(format!("{race:?}"), format!("{new:?}"));
}
