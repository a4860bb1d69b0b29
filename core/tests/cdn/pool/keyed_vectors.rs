//! Published vectors: keyed picks decide placement, so these never change.

use hedgerow::cdn::Endpoint;
use hedgerow::cdn::pool::{Health, Key};

use super::{at, id, pool};

#[test]
fn keys() {
    for (bytes, expected) in KEYS {
        assert_eq!(Key::of(bytes).get(), expected, "{bytes:?}");
    }
    assert_eq!(Key::of_number(1).get(), 0x8204_7734_2d9c_40c0);
}

const KEYS: [(&[u8], u64); 5] = [
    (b"", 0xe9e0_033e_3bad_af36),
    (b"cdn1", 0x100c_1026_8c31_27d3),
    (b"/widget/loader.js", 0x2d8b_fc3d_aaa0_64cb),
    (b"12345678", 0x3c9b_40b3_3cb1_abc4),
    (b"a key of more than two words", 0x69f2_9cfc_3025_9f44),
];

/// Where the keys `/0` to `/15` lead among `count` endpoints named `cdn0` …,
/// with these weights in turn and the first one down or not.
fn places(count: u16, weights: &[u16], first_down: bool) -> [u16; 16] {
    let weight = |index: u16| weights[usize::from(index) % weights.len()];
    let mut pool =
        pool((0..count).map(|index| Endpoint::new(id(index)).with_weight(weight(index))));
    if first_down {
        pool.set_health(at(0), id(0), Health::Failing);
    }
    let snapshot = pool.snapshot(at(0));
    let mut number = 0;
    [(); 16].map(|()| {
        let key = Key::of(format!("/{number}").as_bytes());
        number += 1;
        snapshot.view(None).keyed(key).unwrap().endpoint.get()
    })
}

#[test]
fn picks() {
    for (count, weights, first_down, expected) in PICKS {
        let places = places(count, weights, first_down);
        assert_eq!(places, expected, "{count} of {weights:?}, {first_down}");
    }
}

type Vector = (u16, &'static [u16], bool, [u16; 16]);

const PICKS: [Vector; 9] = [
    (
        2,
        &[1],
        false,
        [1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0],
    ),
    (
        3,
        &[1],
        false,
        [2, 2, 2, 1, 2, 0, 2, 2, 1, 1, 1, 1, 1, 0, 1, 0],
    ),
    (
        3,
        &[1],
        true,
        [2, 2, 2, 1, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1],
    ),
    (
        3,
        &[95, 5],
        false,
        [2, 2, 2, 2, 2, 0, 2, 2, 0, 1, 0, 0, 2, 0, 2, 0],
    ),
    (
        8,
        &[1, 2, 3],
        true,
        [5, 6, 7, 1, 2, 6, 7, 5, 5, 1, 1, 1, 5, 1, 5, 1],
    ),
    (
        9,
        &[1],
        false,
        [0, 8, 5, 8, 7, 5, 5, 2, 4, 2, 2, 1, 4, 2, 6, 2],
    ),
    (
        9,
        &[1],
        true,
        [7, 8, 5, 8, 7, 5, 5, 2, 4, 2, 2, 1, 4, 2, 6, 2],
    ),
    (
        100,
        &[1],
        false,
        [53, 3, 94, 95, 59, 43, 64, 27, 66, 26, 2, 75, 5, 87, 83, 99],
    ),
    (
        100,
        &[3, 1],
        true,
        [48, 5, 94, 95, 93, 75, 56, 27, 66, 4, 2, 15, 56, 87, 72, 22],
    ),
];
