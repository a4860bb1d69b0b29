//! What C pays: each call that programs make often, beside the same call in
//! Rust and in the same run.
//!
//! The functions are called through pointers that the compiler can't see
//! through, as those of a library are. Rust gets the same input in its own types,
//! of which the compiler can't see how much there is. What these types vouch for
//! (texts, pointers, live objects) C's side looks at in each call: that is what
//! it costs.

use std::ffi::c_char;
use std::hint::black_box;
use std::ptr::{null, null_mut};

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use hedgerow::asset::{self, Rules};
use hedgerow::cache::{Policy, Request, Response, Settings, Times};
use hedgerow::cdn::monitor::{Monitor, MonitorSettings};
use hedgerow::cdn::pool::{Draws, Key, Member, Pool, PoolSettings, Sites, Turns};
use hedgerow::cdn::{Endpoint, Observation};
use hedgerow::failover::{Candidate, Race, RaceSettings, Unlimited};
use hedgerow::types::{Duration, EndpointId, Instant, Timestamp};
use hedgerow_ffi::*;

const URL: &str = "/static/js/app.3f2a9c1d.js";
const NOW: u64 = 1_800_000_000;

/// A pointer to a function of C's.
macro_rules! Call {
    ($($parameter:ty),*) => {
        unsafe extern "C" fn($($parameter),*) -> hedgerow_status
    };
}

/// What a function of C's has made.
fn made<T>(make: impl FnOnce(*mut *mut T) -> hedgerow_status) -> *mut T {
    let mut object = null_mut();
    assert_eq!(make(&mut object), hedgerow_status::HEDGEROW_OK);
    object
}

fn timed<R>(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, mut call: impl FnMut() -> R) {
    group.bench_function(name, |b| b.iter(&mut call));
}

fn field(name: &'static str, value: &'static str) -> hedgerow_field {
    hedgerow_field {
        name: name.as_ptr().cast(),
        name_len: name.len(),
        value: value.as_ptr().cast(),
        value_len: value.len(),
    }
}

fn classifying(c: &mut Criterion) {
    let mut group = c.benchmark_group("ffi/classify");
    let rules = Rules::default();
    timed(&mut group, "rust", || {
        asset::classify(black_box(URL), &rules)
    });
    let classify: Call!(
        *const c_char,
        usize,
        *const hedgerow_rules,
        *mut hedgerow_classification
    ) = black_box(hedgerow_classify);
    let mut found = hedgerow_classification {
        class_code: 0,
        immutable: 0,
        reason: 0,
        evidence: 0,
        evidence_len: 0,
        rule: 0,
    };
    // SAFETY: the text is there, and room for the output.
    timed(&mut group, "c", || unsafe {
        classify(
            black_box(URL).as_ptr().cast(),
            URL.len(),
            null(),
            &mut found,
        )
    });
    group.finish();
}

fn picking(c: &mut Criterion) {
    let members = || {
        (0..20)
            .map(|id| Member::new(Endpoint::new(EndpointId::new(id))))
            .collect()
    };
    let pool = Pool::new(members(), Sites::default(), PoolSettings::default());
    let snapshot = pool.expect("a pool").snapshot(Instant::default());
    let (mut draws, mut turns) = (Draws::new(1), Turns::starting_at(0));

    let endpoint = hedgerow_endpoint {
        name: null(),
        name_len: 0,
        priority: 0,
        weight: 100,
        region: 0,
        state: 0,
        insecure: 0,
        reserved: 0,
    };
    let given = vec![endpoint; 20];
    // SAFETY: the endpoints are there, and room for each output. What is made
    // lasts as long as the program.
    let pool = made(|pool| unsafe {
        hedgerow_pool_new(given.as_ptr(), 20, null(), null(), pool, null_mut())
    });
    // SAFETY: as above.
    let picker = made(|picker| unsafe { hedgerow_picker_new(1, 0, picker) });
    let mut view = null();
    // SAFETY: as above.
    unsafe { hedgerow_pool_snapshot(pool, 0, &mut view) };
    let mut pick = hedgerow_pick {
        endpoint: 0,
        reason: 0,
    };

    let mut group = c.benchmark_group("ffi/draw");
    timed(&mut group, "rust", || {
        black_box(&snapshot).view(None).draw(&mut draws)
    });
    let draw: Call!(
        *const hedgerow_snapshot,
        u32,
        *mut hedgerow_picker,
        *mut hedgerow_pick
    ) = black_box(hedgerow_snapshot_draw);
    // SAFETY: as above.
    timed(&mut group, "c", || unsafe {
        draw(view, 0, picker, &mut pick)
    });
    group.finish();

    let mut group = c.benchmark_group("ffi/turn");
    timed(&mut group, "rust", || {
        black_box(&snapshot).view(None).turn(&mut turns, &mut draws)
    });
    let turn: Call!(
        *const hedgerow_snapshot,
        u32,
        *mut hedgerow_picker,
        *mut hedgerow_pick
    ) = black_box(hedgerow_snapshot_turn);
    // SAFETY: as above.
    timed(&mut group, "c", || unsafe {
        turn(view, 0, picker, &mut pick)
    });
    group.finish();

    let mut group = c.benchmark_group("ffi/keyed");
    timed(&mut group, "rust", || {
        black_box(&snapshot)
            .view(None)
            .keyed(Key::from_bits(black_box(7)))
    });
    let keyed: Call!(*const hedgerow_snapshot, u32, u64, *mut hedgerow_pick) =
        black_box(hedgerow_snapshot_keyed);
    // SAFETY: as above.
    timed(&mut group, "c", || unsafe {
        keyed(view, 0, black_box(7), &mut pick)
    });
    group.finish();
}

fn deciding(c: &mut Criterion) {
    let settings = Settings::shared();
    let asked = [
        ("accept", "text/css"),
        ("host", "a.example"),
        ("user-agent", "bench"),
    ];
    let answered = [
        ("cache-control", "max-age=600"),
        ("etag", "\"v1\""),
        ("vary", "accept"),
    ];
    let lines = asked.to_vec();
    let request = Request::new("GET", &lines);
    let at = Timestamp::from_secs;
    let response = Response::new(200, &answered);
    let policy = Policy::store(&settings, &request, &response, Times::new(at(NOW), at(NOW)));
    let policy = policy.expect("it may be stored");

    let [asked, answered] =
        [asked, answered].map(|lines| lines.map(|(name, value)| field(name, value)));
    let given = hedgerow_request {
        method: "GET".as_ptr().cast(),
        method_len: 3,
        target: null(),
        target_len: 0,
        fields: asked.as_ptr(),
        field_count: asked.len(),
    };
    let answer = hedgerow_response {
        fields: answered.as_ptr(),
        field_count: answered.len(),
        status: 200,
        reserved: [0; 3],
    };
    let mut reason = 0;
    // SAFETY: all that is pointed to is there. What is made lasts as long as the
    // program.
    let cache = made(|cache| unsafe { hedgerow_cache_new(null(), null(), 0, cache) });
    // SAFETY: as above.
    let stored = made(|policy| unsafe {
        hedgerow_policy_store(
            cache,
            &given,
            &answer,
            NOW,
            NOW,
            HEDGEROW_NEVER,
            policy,
            &mut reason,
        )
    });
    let mut decision = hedgerow_decision {
        action: 0,
        reason: 0,
        stale: 0,
        age: 0,
        ttl: 0,
        first: 0,
        last: 0,
    };
    let mut group = c.benchmark_group("ffi/decide");
    timed(&mut group, "rust", || {
        black_box(&policy).decide(
            black_box(&settings),
            black_box(&request),
            black_box(at(NOW + 30)),
        )
    });
    let decide: Call!(
        *const hedgerow_policy,
        *const hedgerow_cache,
        *const hedgerow_request,
        u64,
        *mut hedgerow_decision
    ) = black_box(hedgerow_policy_decide);
    // SAFETY: as above.
    timed(&mut group, "c", || unsafe {
        let now = black_box(NOW + 30);
        decide(stored, cache, black_box(&given), now, &mut decision)
    });
    group.finish();
}

fn racing(c: &mut Criterion) {
    let candidates = [0, 1].map(|id| Candidate::new(EndpointId::new(id)));
    let mut race = Race::new(RaceSettings::proxy(), &candidates, Instant::default());
    let _ = race.poll(Instant::default(), &mut Unlimited);
    let given = [0, 1].map(|endpoint| hedgerow_candidate {
        endpoint,
        reserved: [0; 3],
        hedge_delay_us: 250_000,
        attempt_timeout_us: 3_000_000,
    });
    // SAFETY: the candidates are there, and room for each output. What is made
    // lasts as long as the program.
    let other = made(|race| unsafe { hedgerow_race_new(null(), given.as_ptr(), 2, 0, race) });
    // SAFETY: integers, of which 0 is a value.
    let mut output: hedgerow_race_output = unsafe { std::mem::zeroed() };
    let poll: Call!(
        *mut hedgerow_race,
        u64,
        *mut hedgerow_budget,
        *mut hedgerow_race_output
    ) = black_box(hedgerow_race_poll);
    // SAFETY: as above.
    unsafe { poll(other, 0, null_mut(), &mut output) };
    let mut group = c.benchmark_group("ffi/race_poll");
    timed(&mut group, "rust", || {
        race.poll(black_box(Instant::from_micros(1)), &mut Unlimited)
    });
    // SAFETY: as above.
    timed(&mut group, "c", || unsafe {
        poll(other, black_box(1), null_mut(), &mut output)
    });
    group.finish();
}

fn observing(c: &mut Criterion) {
    let id = EndpointId::new(0);
    let monitor = Monitor::new(3, MonitorSettings::default(), Instant::default(), 1);
    let mut monitor = monitor.expect("a monitor");
    let latency = Duration::from_millis(5);
    // SAFETY: NULL is the defaults, and there is room for the output.
    let other =
        made(|monitor| unsafe { hedgerow_monitor_new(3, null(), 0, 1, monitor, null_mut()) });
    let seen = hedgerow_observation {
        kind: 1,
        endpoint: 0,
        reason: 0,
        latency_us: 5_000,
    };
    let mut group = c.benchmark_group("ffi/observe");
    timed(&mut group, "rust", || {
        monitor.observe(
            Instant::from_micros(9),
            id,
            black_box(Observation::Success { latency }),
        );
    });
    let observe: Call!(*mut hedgerow_monitor, u64, *const hedgerow_observation) =
        black_box(hedgerow_monitor_observe);
    // SAFETY: the monitor is live, and the observation is there.
    timed(&mut group, "c", || unsafe {
        observe(other, 9, black_box(&seen))
    });
    group.finish();
}

criterion_group!(benches, classifying, picking, deciding, racing, observing);
criterion_main!(benches);
