//! Settings that fit nothing are refused.

use hedgerow::cdn::monitor::{EjectionSettings, Monitor, MonitorError, MonitorSettings, Probing};
use hedgerow::types::Duration;

use super::{at, ms};

fn check(probing: Probing, expected: Option<MonitorError>) {
    let settings = MonitorSettings::default().with_probing(Some(probing));
    let error = Monitor::new(1, settings, at(0), 1).err();
    assert_eq!(error, expected);
}

#[test]
fn of_probes() {
    let probing = Probing::default;
    check(probing(), None);
    check(
        probing().with_interval(ms(500), ms(500)),
        Some(MonitorError::TimeoutNotBelowInterval),
    );
    check(
        probing().with_fast_interval(ms(2001)),
        Some(MonitorError::FastIntervalAboveInterval),
    );
    check(
        probing().with_thresholds(0, 1),
        Some(MonitorError::NoThreshold),
    );
    check(
        probing().with_thresholds(1, 0),
        Some(MonitorError::NoThreshold),
    );
    check(
        probing().with_fast_interval(Duration::ZERO),
        Some(MonitorError::NoTime),
    );
    check(
        probing().with_interval(ms(1), Duration::ZERO),
        Some(MonitorError::FastIntervalAboveInterval),
    );
}

#[test]
fn of_ejections() {
    let ejection = EjectionSettings::default;
    for nothing in [
        ejection().with_trial(Duration::ZERO),
        ejection().with_window(Duration::ZERO, 5),
    ] {
        let settings = MonitorSettings::default().with_ejection(nothing);
        let error = Monitor::new(1, settings, at(0), 1).err();
        assert_eq!(error, Some(MonitorError::NoTime));
    }
    let many = Monitor::new(70_000, MonitorSettings::default(), at(0), 1).err();
    assert_eq!(many, Some(MonitorError::TooManyEndpoints));
}
