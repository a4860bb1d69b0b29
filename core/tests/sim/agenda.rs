//! What happens next in virtual time.

use crate::dice::Dice;

/// The next thing that happens, at a time in µs.
pub(crate) enum Next<E> {
    Event(u64, E),
    Timer(u64),
}

/// Takes out the earliest of `events`, unless the timer at `wake`, late by less
/// than `slop` (µs), comes before it. `None`: nothing will ever happen.
pub(crate) fn next<E>(
    events: &mut Vec<(u64, E)>,
    wake: Option<u64>,
    slop: u64,
    dice: &mut Dice,
) -> Option<Next<E>> {
    let late = if slop > 0 { dice.below(slop) } else { 0 };
    let timer = wake.map(|wake| wake.saturating_add(late));
    let earliest = events
        .iter()
        .enumerate()
        .min_by_key(|(_, (at, _))| *at)
        .map(|(index, (at, _))| (index, *at));
    match (earliest, timer) {
        (Some((index, at)), timer) if timer.is_none_or(|timer| at <= timer) => {
            let (_, event) = events.swap_remove(index);
            Some(Next::Event(at, event))
        }
        (_, timer) => timer.map(Next::Timer),
    }
}
