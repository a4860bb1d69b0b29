//! What is no export is told, and one that somebody made up does little harm.

use hedgerow::cdn::monitor::{ImportError, Monitor, Output};
use hedgerow::cdn::pool::Key;
use hedgerow::types::Duration;
use proptest::prelude::*;

use super::export::{lived, name, steps};
use super::{active, at, fail, id};

fn exported() -> Vec<u8> {
    let (mut monitor, now) = lived(true, &[(1, 0, 5), (2, 2, 300)]);
    fail(&mut monitor, now, 0, 5);
    monitor.export(at(now), name)
}

/// The error that bytes give, and nothing else: the monitor stays as it was.
fn refused(document: &[u8]) -> ImportError {
    let mut monitor = active(4);
    fail(&mut monitor, 0, 3, 2);
    let before = monitor.export(at(0), name);
    let imported = monitor.import(at(0), Duration::ZERO, document, name);
    assert_eq!(monitor.export(at(0), name), before);
    imported.expect_err("it is no export")
}

/// With a check that fits what stands before it.
fn checked(mut document: Vec<u8>) -> Vec<u8> {
    let check = Key::of(&document).get();
    document.extend(check.to_le_bytes());
    document
}

#[test]
fn cut_short() {
    let document = exported();
    for length in 0..document.len() {
        let expected = match length {
            0..5 => ImportError::Foreign,
            _ => ImportError::Damaged,
        };
        assert_eq!(refused(&document[..length]), expected, "{length}");
    }
}

#[test]
fn cut_short_with_a_check_that_fits() {
    let document = exported();
    for length in 5..document.len() - 8 {
        let cut = checked(document[..length].to_vec());
        assert_eq!(refused(&cut), ImportError::Damaged, "{length}");
    }
}

#[test]
fn one_bit_is_another() {
    let document = exported();
    for bit in 0..document.len() * 8 {
        let mut damaged = document.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let expected = match bit / 8 {
            0..4 => ImportError::Foreign,
            4 => ImportError::Version(damaged[4]),
            _ => ImportError::Damaged,
        };
        assert_eq!(refused(&damaged), expected, "{bit}");
    }
}

#[test]
fn more_than_there_should_be() {
    let document = exported();
    let mut more = document[..document.len() - 8].to_vec();
    more.push(0);
    assert_eq!(refused(&checked(more)), ImportError::Damaged);
}

#[test]
fn more_endpoints_than_bytes() {
    let mut announced = b"HGMN\x01".to_vec();
    announced.extend([0xff; 9]);
    announced.push(1);
    assert_eq!(refused(&checked(announced)), ImportError::Damaged);
}

#[test]
fn numbers_that_are_too_long() {
    for number in [
        &[0xff; 11][..],
        &[0x80; 12],
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2],
    ] {
        let mut document = b"HGMN\x01".to_vec();
        document.extend(number);
        assert_eq!(refused(&checked(document)), ImportError::Damaged);
    }
}

/// Polls until the monitor waits: it must, whatever it has taken in.
fn waits(monitor: &mut Monitor, now: u64) {
    for _ in 0..100 {
        if let Output::Wait(_) = monitor.poll(at(now)) {
            return;
        }
    }
    panic!("it never waits");
}

proptest! {
    #[test]
    fn whatever_comes(bytes: Vec<u8>, age: u64) {
        let mut monitor = active(4);
        let _ = monitor.import(at(1), Duration::from_micros(age), &bytes, name);
        waits(&mut monitor, 1);
    }

    /// Bytes of an export become others, under a check that fits.
    #[test]
    fn made_up(
        steps in steps(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        age: u64,
        now in prop_oneof![Just(0), 0..u64::MAX / 1000],
    ) {
        let (monitor, then) = lived(true, &steps);
        let mut document = monitor.export(at(then), name);
        document.truncate(document.len() - 8);
        for (place, byte) in changes {
            // Not those that say what it is.
            let place = 5 + place.index(document.len() - 5);
            document[place] = byte;
        }
        let mut monitor = active(4);
        let imported = monitor.import(at(now), Duration::from_micros(age), &checked(document), name);
        waits(&mut monitor, now);
        let longest = at(now) + Duration::from_secs(60);
        for endpoint in (0..4).map(id) {
            let report = monitor.report(endpoint).expect("an endpoint of its own");
            prop_assert!(report.success_percent <= 100);
            prop_assert!(report.ejected.is_none_or(|(_, until)| until <= longest), "{imported:?}");
        }
        for later in [0, 10, 70_000, 10_000_000] {
            let now = now.saturating_add(later);
            fail(&mut monitor, now, 0, 3);
            waits(&mut monitor, now);
        }
    }
}
