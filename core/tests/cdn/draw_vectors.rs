//! Published vectors: the draw decides placement, so these never change.

use hedgerow::cdn::{Endpoint, Residency, order};
use hedgerow::types::{EndpointId, Rng};

#[test]
fn the_generator() {
    let check = |seed, expected: [u32; 4]| {
        let mut rng = Rng::new(seed);
        assert_eq!([(); 4].map(|()| rng.next_u32()), expected, "seed {seed}");
    };
    check(0, GENERATOR[0]);
    check(1, GENERATOR[1]);
    check(0xDEAD_BEEF, GENERATOR[2]);
    check(u32::MAX, GENERATOR[3]);
}

const GENERATOR: [[u32; 4]; 4] = [
    [0x6462_5032, 0xd9c0_799c, 0xaf36_2e10, 0x7fa8_8912],
    [0x5e2d_1772, 0x14e4_98f0, 0xd20e_a1fd, 0xb382_f339],
    [0x02c1_37b9, 0x1220_ef43, 0x65ff_1ee2, 0xa075_ce1f],
    [0xeb72_1c8a, 0xffe8_bd34, 0x4da2_a8ce, 0xa4a5_cc85],
];

/// The order of five endpoints of these weights under `seed`.
fn drawn(weights: [u16; 5], seed: u32) -> [u16; 5] {
    let mut index = 0;
    let endpoints = weights.map(|weight| {
        index += 1;
        Endpoint::new(EndpointId::new(index - 1)).with_weight(weight)
    });
    let ids = order(&endpoints, &Residency::default(), &|_| false, seed);
    let mut drawn = [u16::MAX; 5];
    for (place, id) in drawn.iter_mut().zip(ids) {
        *place = id.get();
    }
    drawn
}

#[test]
fn the_order() {
    let even = [100; 5];
    let uneven = [1, 0, 50, 1000, 65_535];
    for (seed, expected_even, expected_uneven) in ORDERS {
        assert_eq!(drawn(even, seed), expected_even, "even, seed {seed}");
        assert_eq!(drawn(uneven, seed), expected_uneven, "uneven, seed {seed}");
    }
}

const ORDERS: [(u32, [u16; 5], [u16; 5]); 4] = [
    (0, [1, 4, 0, 3, 2], [4, 3, 2, 0, 1]),
    (1, [4, 0, 3, 1, 2], [4, 3, 2, 0, 1]),
    (0xDEAD_BEEF, [1, 3, 2, 0, 4], [4, 3, 0, 2, 1]),
    (u32::MAX, [1, 0, 3, 2, 4], [4, 3, 2, 0, 1]),
];
