//! Where a request goes whose endpoint is in some trouble.

use hedgerow::cdn::affinity::{Course, Stickiness};
use hedgerow::types::Reason;

const PREFER: Course = Course::Stay {
    hedge: true,
    fail_over: true,
};
const OWNER: Course = Course::Stay {
    hedge: false,
    fail_over: true,
};
const STRICT: Course = Course::Stay {
    hedge: false,
    fail_over: false,
};

const fn leave(reason: Reason, session_lost: bool) -> Course {
    Course::Leave {
        reason,
        session_lost,
    }
}

#[test]
fn by_stickiness_and_trouble() {
    use Reason::{Down, Draining, Ejected, OutsideResidency, ProbesFail};
    let refuse = |reason| Course::Refuse { reason };
    let table = [
        (None, PREFER, OWNER, STRICT),
        (Some(Draining), PREFER, OWNER, STRICT),
        (Some(Ejected), leave(Ejected, false), OWNER, STRICT),
        (
            Some(Down),
            leave(Down, false),
            leave(Down, true),
            refuse(Down),
        ),
        (
            Some(ProbesFail),
            leave(ProbesFail, false),
            leave(ProbesFail, true),
            refuse(ProbesFail),
        ),
        (
            Some(OutsideResidency),
            leave(OutsideResidency, false),
            leave(OutsideResidency, true),
            refuse(OutsideResidency),
        ),
    ];
    for (trouble, prefer, owner, strict) in table {
        assert_eq!(Stickiness::Prefer.course(trouble), prefer, "{trouble:?}");
        assert_eq!(Stickiness::Owner.course(trouble), owner, "{trouble:?}");
        assert_eq!(Stickiness::Strict.course(trouble), strict, "{trouble:?}");
    }
}

#[test]
fn session_cookies_are_their_owners() {
    assert_eq!(Stickiness::default(), Stickiness::Owner);
}
