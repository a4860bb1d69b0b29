//! Any inputs in any order at any times, also backwards: no panic, no second
//! execution, an end of every poll.

use hedgerow::load::{LoadInput, LoadOutput, Tier, Verdict};
use hedgerow::types::{AttemptId, EndpointId, Instant, Reason, Timestamp};
use proptest::prelude::*;

use crate::script::{WALL, page};

fn input() -> impl Strategy<Value = Option<LoadInput>> {
    let id = || (0..8_u16).prop_map(AttemptId::new);
    let reason = || prop_oneof![Just(Reason::NetworkError), Just(Reason::ReadyMissing)];
    let verdict = (0..4_u32).prop_map(Verdict::from_number);
    prop_oneof![
        3 => Just(None),
        1 => id().prop_map(|id| Some(LoadInput::Head(id))),
        1 => (id(), any::<u64>()).prop_map(|(id, bytes)| Some(LoadInput::Progress(id, bytes))),
        4 => (id(), any::<u32>()).prop_map(|(id, bytes)| Some(LoadInput::Downloaded(id, bytes))),
        2 => (id(), reason()).prop_map(|(id, reason)| Some(LoadInput::Failed(id, reason))),
        4 => id().prop_map(|id| Some(LoadInput::Executed(id))),
        2 => (id(), reason()).prop_map(|(id, reason)| Some(LoadInput::CommitFailed(id, reason))),
        2 => (id(), reason()).prop_map(|(id, reason)| Some(LoadInput::RanNotReady(id, reason))),
        1 => any::<bool>().prop_map(|on| Some(LoadInput::Offline(on))),
        1 => any::<bool>().prop_map(|on| Some(LoadInput::Leaving(on))),
        1 => any::<bool>().prop_map(|on| Some(LoadInput::Hidden(on))),
        1 => (0..5_u16, verdict)
            .prop_map(|(id, verdict)| Some(LoadInput::Probed(EndpointId::new(id), verdict))),
        1 => Just(Some(LoadInput::RefreshFailed)),
    ]
}

proptest! {
    #[test]
    fn any_sequence_of_inputs(
        assets in 1..4_usize,
        endpoints in 0..4_u16,
        tier in prop_oneof![6 => Just(Tier::Normal), 1 => Just(Tier::Static)],
        steps in proptest::collection::vec((-1_000_000..4_000_000_i64, input()), 0..60),
    ) {
        let settings = page(endpoints).with_assets(&vec![false; assets]).settings;
        let settings = settings.with_surge(tier, false).with_refresh(1, Some(10));
        let mut now = Instant::from_millis(50_000);
        let wall = Timestamp::from_secs(WALL);
        let mut load = hedgerow::load::Load::new(settings, None, None, now, wall);
        let mut committing = None;
        let (mut executed, mut done) = (0, 0);
        for (by, input) in steps {
            now = Instant::from_micros(now.as_micros().saturating_add_signed(by));
            if let Some(input) = input {
                if let LoadInput::Executed(id) = input
                    && committing == Some(id)
                {
                    executed += 1;
                }
                load.handle(now, input);
            }
            for count in 0.. {
                prop_assert!(count < 200, "polling does not end");
                match load.poll(now) {
                    LoadOutput::Commit { attempt } => committing = Some(attempt),
                    LoadOutput::Ended { attempt, .. } if committing == Some(attempt) => {
                        committing = None;
                    }
                    LoadOutput::Done { ok, .. } => {
                        done += 1;
                        prop_assert!(!ok || executed == assets);
                    }
                    LoadOutput::Wait(until) => {
                        prop_assert!(until > now && done == 0);
                        break;
                    }
                    LoadOutput::Idle => {
                        prop_assert_eq!(done, 1);
                        break;
                    }
                    _ => {}
                }
            }
        }
        prop_assert!(executed <= assets);
    }
}
