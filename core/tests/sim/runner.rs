//! Runs seeds by the hundred thousand and replays the one that fails.

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::invariants::{Invariant, Violation};

/// The result of one run, and what happened in it if that was asked for.
pub(crate) type Run<T> = (Result<T, Violation>, Option<String>);

/// One run, a panic being a violation like the others.
pub(crate) fn guarded<T>(seed: u64, text: bool, run: impl Fn(u64, bool) -> Run<T>) -> Run<T> {
    catch_unwind(AssertUnwindSafe(|| run(seed, text))).unwrap_or_else(|panic| {
        let detail = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
            .unwrap_or_default();
        (
            Err(Violation {
                invariant: Invariant::NoPanic,
                detail,
            }),
            None,
        )
    })
}

fn from_env(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    let number = text.replace('_', "").parse();
    Some(number.unwrap_or_else(|_| panic!("{name} must be a number, not {text:?}")))
}

/// Runs `runs` seeds (or `HEDGEROW_SIM_RUNS`, or the one `HEDGEROW_SIM_SEED`)
/// and adds up what they return.
///
/// # Panics
///
/// With the seed, the story and the way to replay it, if a run breaks an
/// invariant.
pub(crate) fn campaign<T, S: Default + Send>(
    name: &str,
    runs: u64,
    run: impl Fn(u64, bool) -> Run<T> + Sync,
    add: impl Fn(&mut S, T) + Sync,
    merge: impl Fn(&mut S, S),
) -> Option<S> {
    if let Some(seed) = from_env("HEDGEROW_SIM_SEED") {
        replay(name, seed, &run);
        return None;
    }
    let runs = from_env("HEDGEROW_SIM_RUNS").unwrap_or(runs);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let (next, failed) = (AtomicU64::new(0), Mutex::new(None::<u64>));
    let work = || {
        const CHUNK: u64 = 512;
        let mut sum = S::default();
        loop {
            let from = next.fetch_add(CHUNK, Ordering::Relaxed);
            if from >= runs || failed.lock().unwrap().is_some() {
                return sum;
            }
            for seed in from..(from + CHUNK).min(runs) {
                match guarded(seed, false, &run).0 {
                    Ok(outcome) => add(&mut sum, outcome),
                    Err(_) => {
                        let mut failed = failed.lock().unwrap();
                        *failed = Some(failed.map_or(seed, |other| other.min(seed)));
                        return sum;
                    }
                }
            }
        }
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "tells people the speed; nothing depends on it"
    )]
    let clock = std::time::Instant::now();
    let mut total = S::default();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            merge(&mut total, worker.join().expect("a worker only counts"));
        }
    });
    if let Some(seed) = *failed.lock().unwrap() {
        replay(name, seed, &run);
    }
    let seconds = clock.elapsed().as_secs_f64();
    // Past the capture of the test harness: it is information for everybody.
    let _ = writeln!(
        std::io::stderr(),
        "simulator: {runs} {name} in {seconds:.1} s, {:.0}/s on {workers} threads",
        runs as f64 / seconds
    );
    Some(total)
}

fn replay<T>(name: &str, seed: u64, run: &impl Fn(u64, bool) -> Run<T>) {
    let (result, text) = guarded(seed, true, run);
    let text = text.unwrap_or_default();
    match result {
        Ok(_) => println!("{text}seed {seed} keeps every invariant"),
        Err(Violation { invariant, detail }) => panic!(
            "{text}\nseed {seed} breaks {invariant:?}: {detail}\n\
             replay: HEDGEROW_SIM_SEED={seed} cargo test -p hedgerow --test sim {name}"
        ),
    }
}
