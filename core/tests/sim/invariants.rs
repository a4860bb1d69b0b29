//! What must be true of every race and every load, whatever happens to them.

/// The promises, by name. Each has a planted bug that breaks it and no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Invariant {
    /// Never waits beyond the total deadline, the grace of an outstanding
    /// commit, or the silence that ends progress.
    EndsByDeadline,
    /// Polling comes to an end.
    Drains,
    /// At most one commit is outstanding, and at most one succeeds.
    OneCommit,
    /// Starts nothing that is drained, down, insecure or outside the fence.
    Eligible,
    /// In the order given, each endpoint at most once.
    OncePerEndpoint,
    /// No more hedges and retries than granted, none granted for nothing.
    Budget,
    /// Every attempt that was started ends exactly once, and its transport is
    /// cancelled if it still runs.
    EndsOnce,
    /// After the end, only late observations.
    QuietAfterDone,
    /// The same inputs give the same outputs.
    Deterministic,
    /// An endpoint that surely serves is used in the end.
    Liveness,
    /// An endpoint whose silence a hedge has beaten is reported as failing.
    SilenceCounts,
    /// Misuse is an error.
    MisuseIsError,
    /// Assets execute in the order of the configuration.
    InOrder,
    /// A suppressed load starts nothing, and only an overload or a failure
    /// suppresses.
    SurgeHolds,
    /// A load in which nothing was loaded teaches nothing.
    MemoryKept,
    /// What failed in a load that went well is tried last by the next view,
    /// until its time is up.
    MemoryLearns,
    /// The report says what happened.
    Truthful,
    /// Nothing panics.
    NoPanic,
}

#[derive(Debug)]
pub(crate) struct Violation {
    pub(crate) invariant: Invariant,
    pub(crate) detail: String,
}

impl Violation {
    pub(crate) fn new(invariant: Invariant, detail: String) -> Violation {
        Violation { invariant, detail }
    }
}

impl Invariant {
    pub(crate) const ALL: [Invariant; 18] = [
        Invariant::EndsByDeadline,
        Invariant::Drains,
        Invariant::OneCommit,
        Invariant::Eligible,
        Invariant::OncePerEndpoint,
        Invariant::Budget,
        Invariant::EndsOnce,
        Invariant::QuietAfterDone,
        Invariant::Deterministic,
        Invariant::Liveness,
        Invariant::SilenceCounts,
        Invariant::MisuseIsError,
        Invariant::InOrder,
        Invariant::SurgeHolds,
        Invariant::MemoryKept,
        Invariant::MemoryLearns,
        Invariant::Truthful,
        Invariant::NoPanic,
    ];

    pub(crate) fn holds(
        self,
        holds: bool,
        detail: impl FnOnce() -> String,
    ) -> Result<(), Violation> {
        if holds {
            Ok(())
        } else {
            Err(Violation {
                invariant: self,
                detail: detail(),
            })
        }
    }
}
