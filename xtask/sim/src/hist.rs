//! How long things took, counted in classes that are 6 % wide.

/// Classes in each doubling.
const FINE: u32 = 16;
/// What is shorter than 64 µs is of one class; so is what is longer than two
/// minutes.
const SHORTEST_BITS: u32 = 6;
const DOUBLINGS: u32 = 21;

/// So many classes there are.
pub const CLASSES: usize = (FINE * DOUBLINGS) as usize;

/// The class of a time in µs.
#[inline]
#[must_use]
pub const fn class(micros: u64) -> usize {
    let least = 1 << SHORTEST_BITS;
    let micros = if micros < least { least } else { micros };
    let top = micros.ilog2();
    let fine = (micros >> (top - 4)) as u32 & (FINE - 1);
    let class = (top - SHORTEST_BITS) * FINE + fine;
    let last = CLASSES as u32 - 1;
    (if class < last { class } else { last }) as usize
}

/// The middle of a class, in µs.
#[must_use]
pub const fn middle(class: usize) -> u64 {
    let (top, fine) = (class as u32 / FINE, class as u64 % FINE as u64);
    let width = 1 << (top + SHORTEST_BITS - 4);
    (FINE as u64 + fine) * width + width / 2
}

/// The time in µs that `per_mille` of all stay below, given the counts by class
/// and the number of those that never ended well. `None` if that is among them,
/// or if there is nothing.
#[must_use]
pub fn quantile(counts: &[u32], failed: u64, per_mille: u64) -> Option<u64> {
    let ended: u64 = counts.iter().map(|count| u64::from(*count)).sum();
    let rank = ((ended + failed) * per_mille).div_ceil(1000).max(1);
    let mut below = 0;
    counts.iter().enumerate().find_map(|(class, count)| {
        below += u64::from(*count);
        (below >= rank).then(|| middle(class))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_narrow_and_has_its_middle() {
        for micros in (64..200_000).step_by(7).chain([1 << 26, 100_000_000]) {
            let middle = middle(class(micros));
            assert!(middle.abs_diff(micros) * 30 <= micros, "{micros}: {middle}");
            assert_eq!(class(middle), class(micros), "{micros}");
        }
        assert_eq!(class(0), 0);
        assert_eq!(class(u64::MAX), CLASSES - 1);
    }

    #[test]
    fn quantiles_count_what_failed_as_the_slowest() {
        let mut counts = vec![0; CLASSES];
        counts[class(1_000)] = 900;
        counts[class(50_000)] = 90;
        let near = |found: Option<u64>, want: u64| {
            assert!(found.is_some_and(|found| found.abs_diff(want) * 20 < want));
        };
        near(quantile(&counts, 10, 500), 1_000);
        near(quantile(&counts, 10, 990), 50_000);
        assert_eq!(quantile(&counts, 10, 999), None);
        near(quantile(&counts, 0, 1000), 50_000);
        assert_eq!(quantile(&[], 0, 500), None);
    }
}
