//! A text is a date or it is not; what is one can be written and read again.
#![no_main]

use hedgerow::cache::date;
use hedgerow::types::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let (now, text) = match input.split_first_chunk::<8>() {
        Some((now, text)) => (u64::from_le_bytes(*now), text),
        None => (0, input),
    };
    let now = Timestamp::from_secs(now);
    if let Some(at) = date::parse(text, now) {
        assert_eq!(date::parse(&date::format(at), now), Some(at));
        assert_eq!(date::parse(&text.to_ascii_lowercase(), now), Some(at));
    }
    assert!(date::parse(&date::format(now), now).is_some());
});
