//! Random traces.

use hedgerow::cdn::pool::Draws;

use super::{Builder, Event, SECOND, Trace, in_region, of_network};
use crate::endpoint::Condition;
use crate::world::{ENDPOINTS, NETWORKS, REGIONS};

const SPAN: u64 = 600 * SECOND;
/// Nothing new begins so shortly before the end.
const LAST: u32 = 480;

/// A trace drawn from `seed`.
pub(super) fn trace(seed: u64) -> Trace {
    let mut draws = Draws::new(seed);
    let mut trace = Builder::new(SPAN);
    for _ in 0..3 + draws.below(6) {
        fault(&mut trace, &mut draws);
    }
    for _ in 0..draws.below(3) {
        let from = moment(&mut draws);
        trace.shade(from, from + 45 * SECOND);
        trace.maintain(draws.below(ENDPOINTS as u32) as usize, from);
    }
    for _ in 0..draws.below(3) {
        let span = span(&mut draws, 20_000_000);
        trace.suspend(moment(&mut draws), span);
    }
    if draws.below(3) == 0 {
        let at = moment(&mut draws);
        trace.at(at, Event::Restart);
    }
    all_up(&mut trace);
    trace.0
}

fn moment(draws: &mut Draws) -> u64 {
    u64::from(draws.below(LAST)) * SECOND + u64::from(draws.below(1_000_000))
}

/// From 10 ms to `most_us`, every order of magnitude as likely as the others.
fn span(draws: &mut Draws, most_us: u32) -> u64 {
    let orders = f64::from(most_us / 10_000).ln();
    let share = f64::from(draws.below(1 << 20)) / f64::from(1 << 20);
    (10_000.0 * (orders * share).exp()) as u64
}

fn fault(trace: &mut Builder, draws: &mut Draws) {
    let region = draws.below(REGIONS as u32) as usize;
    let network = draws.below(NETWORKS as u32) as usize;
    let endpoints = match draws.below(5) {
        0 => in_region(region),
        1 => of_network(network, &[0, 1, 2]),
        2 => of_network(network, &[region, (region + 1) % REGIONS]),
        _ => of_network(network, &[region]),
    };
    let broken = &Condition::ALL[1..];
    let condition = broken[draws.below(broken.len() as u32) as usize];
    let from = moment(draws);
    let to = from + span(draws, 100_000_000);
    if draws.below(4) == 0 {
        let times = [span(draws, 8_000_000), span(draws, 8_000_000)];
        trace.flaps(&endpoints, condition, [from, to], times);
    } else {
        trace.fault(&endpoints, condition, from, to);
    }
}

/// Where faults overlap, the last word counts; in the end all is well.
fn all_up(trace: &mut Builder) {
    let last = trace.0.events.iter().map(|(at, _)| *at).max();
    for endpoint in 0..ENDPOINTS {
        trace.at(last.unwrap_or(0) + 1, Event::Is(endpoint, Condition::Up));
    }
}
