//! Directives mean the same on one line and on several.
#![no_main]

use hedgerow::cache::Directives;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let lines: Vec<&[u8]> = input.split(|&byte| byte == b'\n').collect();
    let several: Directives = lines.iter().collect();
    // A quoted string without an end would swallow the lines after it.
    if lines.iter().all(|line| !line.contains(&b'"')) {
        let one: Directives = [lines.join(&b", "[..])].iter().collect();
        assert_eq!(several, one);
    }
    for delta in [several.max_age, several.s_maxage, several.max_stale] {
        assert!(delta.secs().is_none_or(|secs| secs <= 1 << 31));
    }
    let upper: Directives = lines.iter().map(|line| line.to_ascii_uppercase()).collect();
    assert_eq!(several, upper);
});
