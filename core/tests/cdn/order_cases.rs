//! The generated cases that hold the browser shim's order equal to this one.
//!
//! `data/order-cases.json` is read by the shim's tests too. After a change of
//! the order that is meant, write it anew with
//! `HEDGEROW_WRITE_CASES=1 cargo test -p hedgerow --test cdn order_cases`.

use std::fmt::Write as _;

use hedgerow::cdn::{Endpoint, EndpointState, Residency, order};
use hedgerow::load::{EndpointChange, LoadSettings, Memory, Plan, Refresh};
use hedgerow::types::{EndpointId, RegionId, RegionSet, Rng, Timestamp};

const CASES: u32 = 400;

struct Case {
    settings: LoadSettings,
    memory: Option<Memory>,
}

fn pick<T: Copy>(rng: &mut Rng, from: &[T]) -> T {
    from[rng.below(from.len() as u32) as usize]
}

fn endpoint(rng: &mut Rng, index: u32) -> Endpoint {
    use EndpointState::{Active, Down, Draining};
    Endpoint::new(EndpointId::new(index as u16))
        .with_priority(pick(rng, &[0, 0, 1, 7, u16::MAX]))
        .with_weight(pick(rng, &[0, 1, 5, 95, 100, 100, u16::MAX]))
        .with_region(RegionId::new(pick(rng, &[0, 1, 2, 31, 32])))
        .with_state(pick(rng, &[Active, Active, Active, Active, Draining, Down]))
        .with_insecure(rng.below(10) == 0)
}

/// A memory as an earlier view may have left it: what a remote configuration
/// changed, the order drawn with some endpoints demoted.
fn memory(rng: &mut Rng, settings: &LoadSettings) -> Option<Memory> {
    let mut refresh = Refresh::new(1);
    for _ in 0..rng.below(3) {
        let index = rng.below(settings.endpoints.len() as u32) as u16;
        let mut change = EndpointChange::new(EndpointId::new(index));
        change.state = pick(
            rng,
            &[
                None,
                Some(EndpointState::Draining),
                Some(EndpointState::Down),
            ],
        );
        change.priority = pick(rng, &[None, Some(0), Some(3)]);
        refresh = refresh.with_endpoint(&change);
    }
    if rng.below(4) == 0 {
        refresh = refresh.with_allowed(RegionSet::from_bits(pick(rng, &[1, 3, 1 << 31, u32::MAX])));
    }
    let mut memory = Memory::new(settings).with_expires(Timestamp::from_secs(2_000_000_000));
    refresh.accept(&mut memory, settings).ok()?;
    let plan = Plan::new(settings, &memory);
    let demoted = rng.next_u32();
    let is_demoted = |id: EndpointId| demoted >> (id.index() % 32) & 1 == 1;
    let mut kept = order(
        &plan.endpoints,
        &plan.residency,
        &is_demoted,
        rng.next_u32(),
    );
    if rng.below(5) == 0 {
        // Storage may hold anything: an endpoint twice, one that is not there, one
        // that the remote configuration took out or fenced off.
        kept.extend(kept.first().copied());
        let any = rng.below(settings.endpoints.len() as u32) as u16;
        kept.insert(0, EndpointId::new(any));
        kept.insert(0, EndpointId::new(40));
    }
    Some(memory.with_order(&kept))
}

fn draw(number: u32) -> Case {
    let rng = &mut Rng::new(number);
    let count = pick(rng, &[1, 2, 2, 2, 3, 4, 8, 32]);
    let endpoints = (0..count).map(|index| endpoint(rng, index)).collect();
    let mut residency = Residency::new(RegionId::new(pick(rng, &[0, 1, 2, 32])));
    if rng.below(3) == 0 {
        residency =
            residency.with_allowed(RegionSet::from_bits(pick(rng, &[0, 1, 3, 1 << 31, !1])));
    }
    let settings = LoadSettings::new(endpoints, rng.next_u32()).with_residency(residency);
    let memory = if rng.below(3) == 0 {
        memory(rng, &settings)
    } else {
        None
    };
    Case { settings, memory }
}

fn order_of(case: &Case) -> Vec<EndpointId> {
    let fresh = Memory::new(&case.settings);
    Plan::new(&case.settings, case.memory.as_ref().unwrap_or(&fresh)).order
}

fn json(case: &Case) -> String {
    let residency = case.settings.residency;
    let home = (1..=32).find(|number| residency.is_local(RegionId::new(*number)));
    let mut text = format!(
        "{{\"seed\":{},\"home\":{}",
        case.settings.seed,
        home.unwrap_or(0)
    );
    let fence = residency
        .allowed()
        .map_or("null".into(), |set| set.bits().to_string());
    let _ = write!(text, ",\"fence\":{fence},\"endpoints\":[");
    for (index, endpoint) in case.settings.endpoints.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        let region = endpoint.region.map_or(0, RegionId::get);
        let state = match endpoint.state {
            EndpointState::Draining => 1,
            EndpointState::Down => 2,
            _ => 0,
        } + if endpoint.insecure { 256 } else { 0 };
        let (priority, weight) = (endpoint.priority, endpoint.weight);
        let _ = write!(text, "{comma}[{priority},{weight},{region},{state}]");
    }
    let memory = case.memory.as_ref().map_or(Vec::new(), Memory::to_words);
    let order: Vec<u16> = order_of(case).iter().map(|id| id.get()).collect();
    let _ = write!(text, "],\"memory\":{memory:?},\"order\":{order:?}}}");
    text.replace(", ", ",")
}

#[test]
fn the_cases_are_what_the_engine_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/order-cases.json");
    let cases: Vec<String> = (0..CASES).map(|number| json(&draw(number))).collect();
    let text = format!("[\n{}\n]\n", cases.join(",\n"));
    if std::env::var_os("HEDGEROW_WRITE_CASES").is_some() {
        std::fs::write(path, &text).expect("the cases can be written");
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    let (ours, theirs) = (text.lines(), written.lines());
    let differs = ours.zip(theirs).position(|(ours, theirs)| ours != theirs);
    assert!(
        text == written,
        "case on line {differs:?} differs: see how to write them anew above"
    );
}

#[test]
fn the_cases_cover_what_matters() {
    let cases: Vec<Case> = (0..CASES).map(draw).collect();
    let count = |what: &dyn Fn(&Case) -> bool| cases.iter().filter(|case| what(case)).count();
    assert!(count(&|case| case.memory.is_some()) > 50);
    assert!(count(&|case| case.settings.residency.allowed().is_some()) > 50);
    assert!(count(&|case| order_of(case).is_empty()) > 10);
    assert!(count(&|case| order_of(case).len() > 8) > 10);
    assert!(count(&|case| !order_of(case).is_sorted()) > 50);
}
