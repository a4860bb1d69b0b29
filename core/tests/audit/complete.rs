//! Nothing can be found that no test has found.

use hedgerow::audit::FindingId;

use crate::endpoints::CASES;
use crate::world::SCENARIOS;

#[test]
fn every_finding_has_a_scenario() {
    // It needs settings, and a test of its own in `endpoints`.
    let by_settings = FindingId::EntryPointPinned;
    let has_one = |id: FindingId| {
        id == by_settings
            || SCENARIOS.iter().any(|scenario| scenario.finds == id)
            || CASES.iter().any(|(finds, _)| *finds == id)
    };
    let missing: Vec<_> = FindingId::ALL.iter().filter(|id| !has_one(**id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
