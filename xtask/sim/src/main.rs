//! tmp
#![allow(clippy::disallowed_methods, reason = "tells people the speed; nothing depends on it")]
use hedgerow_sim::{bug::*, log::*, run::{self, Plan}, trace::Scenario};
fn main() {
    let a: Vec<String> = std::env::args().collect();
    for s in Scenario::ALL.iter().filter(|s| a[1] == "all" || s.name == a[1]) {
    let plan = Plan { scenario: *s, requests: a[2].parse().unwrap(), seed: a[3].parse().unwrap(), threads: 1 };
    let units = plan.units();
    let t = std::time::Instant::now();
    let bug = a.get(4).map(|b| Bug::named(b).unwrap());
    let r = run::all(&plan, &units, |unit| match bug { None => run::hedgerow::<Silent>(&plan, unit, Genuine).0, Some(bug) => run::hedgerow::<Silent>(&plan, unit, bug).0 });
    let secs = t.elapsed().as_secs_f64();
    let n: u64 = units.iter().map(|u| u64::from(u.requests)).sum();
    match r { Ok(sum) => println!("{:12} {:016x} good {} failed {} {:.2} M/s", s.name, sum.digest, sum.tally.bins.iter().map(|b| b.good()).sum::<u64>(), sum.tally.bins.iter().map(|b| b.failed).sum::<u32>(),  n as f64 / secs / 1e6), Err(f) => {
        println!("{:12} {f:?}", s.name);
        if a.len() > 5 {
        let (_, story) = match bug { None => run::hedgerow::<Story>(&plan, f.unit, Genuine), Some(bug) => run::hedgerow::<Story>(&plan, f.unit, bug) };
        for e in story.about(f.violation.request, f.violation.endpoint, 20) { println!("{e}"); } }
    } }
    }
}
