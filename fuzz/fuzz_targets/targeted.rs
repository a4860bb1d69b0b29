//! A targeted field is either the only word, or none at all.
#![no_main]

use hedgerow::cache::{Directives, Policy, Response, Settings};
use hedgerow_fuzz::fields;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let settings = Settings::shared().with_targets(["cdn-cache-control", "t"]);
    let mut response = fields(input);
    let without = Policy::directives(&settings, &Response::new(200, &response));
    response.push((b"Cache-Control", b"no-store, max-age=7, private, immutable"));
    let with = Policy::directives(&settings, &Response::new(200, &response));
    let ignored = {
        let mut plain = Directives::default();
        for (name, value) in &response {
            if name.eq_ignore_ascii_case(b"cache-control") {
                plain.read_line(value);
            }
        }
        plain
    };
    assert!(with == without || with == ignored);
});
