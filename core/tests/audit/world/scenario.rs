//! What is wrong in one world, and what the audit must say of it.

use hedgerow::audit::FindingId;

use super::{Ask, Reply, answer};

/// Where a fault lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// At one endpoint; it is the same finding if all have it.
    Single,
    /// At all of them, since it would also be a difference.
    Everywhere,
    /// Between the endpoints: the first one differs.
    Difference,
}

/// One fault, and the one finding that it gives.
#[derive(Clone, Copy)]
pub(crate) struct Scenario {
    pub(crate) finds: FindingId,
    pub(crate) kind: Kind,
    /// The assets that are audited.
    pub(crate) assets: &'static [&'static str],
    /// Breaks the reply of an endpoint that has the fault.
    pub(crate) fault: fn(&Ask<'_>, &mut Reply),
}

impl Scenario {
    pub(crate) const fn single(
        finds: FindingId,
        assets: &'static [&'static str],
        fault: fn(&Ask<'_>, &mut Reply),
    ) -> Scenario {
        Scenario {
            finds,
            kind: Kind::Single,
            assets,
            fault,
        }
    }

    pub(crate) const fn everywhere(
        finds: FindingId,
        assets: &'static [&'static str],
        fault: fn(&Ask<'_>, &mut Reply),
    ) -> Scenario {
        Scenario {
            finds,
            kind: Kind::Everywhere,
            assets,
            fault,
        }
    }

    pub(crate) const fn difference(
        finds: FindingId,
        assets: &'static [&'static str],
        fault: fn(&Ask<'_>, &mut Reply),
    ) -> Scenario {
        Scenario {
            finds,
            kind: Kind::Difference,
            assets,
            fault,
        }
    }

    /// How an endpoint replies that has the fault, or is healthy.
    pub(crate) fn answer(&self, ask: &Ask<'_>, has_fault: bool) -> Reply {
        let mut reply = answer(ask);
        if has_fault {
            (self.fault)(ask, &mut reply);
        }
        reply
    }
}
