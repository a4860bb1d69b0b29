//! tmp
#![allow(clippy::disallowed_methods, reason = "tells people the speed; nothing depends on it")]
use hedgerow_sim::{bug::Genuine, log::Silent, run::{self, Plan}, trace::Scenario};
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let plan = Plan { scenario: Scenario::named(&a[1]).unwrap(), requests: a[2].parse().unwrap(), seed: a[3].parse().unwrap(), threads: 1 };
    let units = plan.units();
    let t = std::time::Instant::now();
    let r = run::all(&plan, &units, |unit| run::hedgerow::<Silent>(&plan, unit, Genuine).0);
    let s = t.elapsed().as_secs_f64();
    let n: u64 = units.iter().map(|u| u64::from(u.requests)).sum();
    match r { Ok(sum) => println!("{:016x} good {} failed {}", sum.digest, sum.tally.bins.iter().map(|b| b.good()).sum::<u64>(), sum.tally.bins.iter().map(|b| b.failed).sum::<u32>()), Err(f) => println!("{f:?}") }
    println!("{:.2} M/s", n as f64 / s / 1e6);
}
