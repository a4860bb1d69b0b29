//! Whatever bytes come for those of another process's monitor, a monitor stays
//! one that can be worked with, and ejects nobody for longer than it may.
#![no_main]

use hedgerow::cdn::Observation;
use hedgerow::cdn::monitor::{Monitor, MonitorSettings, Output, Probing};
use hedgerow::cdn::pool::Key;
use hedgerow::types::{Duration, EndpointId, Instant, Reason};
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 3] = ["a", "b", "c"];

fn waits(monitor: &mut Monitor, now: Instant) {
    let outputs = (0..100).map(|_| monitor.poll(now));
    assert!(
        outputs
            .into_iter()
            .any(|output| matches!(output, Output::Wait(_)))
    );
}

fuzz_target!(|input: &[u8]| {
    let Some((clock, body)) = input.split_first_chunk::<16>() else {
        return;
    };
    let [now, age] = [&clock[..8], &clock[8..]]
        .map(|word| u64::from_le_bytes(word.try_into().expect("eight bytes")));
    let (now, age) = (Instant::from_micros(now), Duration::from_micros(age));
    // With a check that fits: a fuzzer won't guess one.
    let mut document = b"HGMN\x01".to_vec();
    document.extend(body);
    document.extend(Key::of(&document).get().to_le_bytes());

    let settings = MonitorSettings::default().with_probing(Some(Probing::default()));
    let mut monitor = Monitor::new(3, settings, now, 1).expect("the defaults");
    let name = |endpoint: EndpointId| NAMES[endpoint.index()];
    let known = monitor.export(now, name);
    let imported = monitor.import(now, age, &document, name);
    if imported.is_err() {
        assert_eq!(monitor.export(now, name), known);
    }
    waits(&mut monitor, now);
    let longest = now + Duration::from_secs(66);
    for index in 0..3 {
        let until = monitor.ejected_until(EndpointId::new(index));
        assert!(until.is_none_or(|until| until <= longest));
    }
    // It can be told on, and lives on.
    let told = monitor.export(now, name);
    assert_eq!(monitor.import(now, Duration::ZERO, &told, name), Ok(()));
    for seconds in [0, 1, 70, 1000] {
        let now = now + Duration::from_secs(seconds);
        let reason = Reason::NetworkError;
        monitor.observe(now, EndpointId::new(0), Observation::Failure { reason });
        waits(&mut monitor, now);
    }
});
