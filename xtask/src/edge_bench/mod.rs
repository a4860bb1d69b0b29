//! `cargo xtask bench-edge`: cache hits a second, our proxy beside nginx.
//!
//! One core serves, another asks. Both proxies have the same objects from the
//! same origin, which must hear nothing while they are measured. They take
//! turns, so that what else the machine does meets both.

mod cpu;
mod load;
mod origin;

use crate::cli::BenchEdgeArgs;
use crate::problem::Problem;
use crate::proxy::{Build, Keeps, Maker, Proxy};
use crate::ui::{self, Step};
use anyhow::{Result, ensure};
use load::Seen;
use origin::Origin;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

/// Bytes of the objects.
const OBJECTS: [usize; 3] = [1 << 10, 16 << 10, 256 << 10];
const MAKERS: [Maker; 2] = [Maker::Edge(Build::Release, Keeps::ForAll), Maker::Nginx];
const SERVING_CORE: usize = 0;
const ASKING_CORE: usize = 1;
const WARM_UP: Duration = Duration::from_secs(1);

/// One proxy and one object, once.
#[derive(Clone, Copy, Debug)]
struct Measured {
    seen: Seen,
    /// Requests for each second of processor time that the proxy used.
    per_cpu_second: f64,
    /// The share of its core that the proxy used.
    busy: f64,
}

/// All rounds of one proxy, by object.
type Rounds = [Vec<Measured>; OBJECTS.len()];

pub(crate) fn command(args: &BenchEdgeArgs) -> Result<ExitCode> {
    need_two_cores()?;
    load::prepare()?;
    let origin = Origin::start()?;
    let mut proxies = Vec::new();
    for maker in MAKERS {
        maker.prepare()?;
        let log = format!("bench-{}", maker.name());
        let proxy = maker.start(origin.address, Some(SERVING_CORE), &log)?;
        proxies.push((maker, proxy, Rounds::default()));
    }
    let load = (args.connections, Duration::from_secs(args.seconds));
    for round in 1..=args.rounds {
        let mut step = Step::start(format!("round {round} of {}", args.rounds));
        for (at, object) in OBJECTS.into_iter().enumerate() {
            for (maker, proxy, rounds) in &mut proxies {
                step.tick(&format!("{} bytes through {}", object, maker.name()));
                load::run(
                    proxy.address,
                    object,
                    (load.0, WARM_UP),
                    ASKING_CORE,
                    &mut step,
                )?;
                let cold = origin.asked();
                rounds[at].push(measure(proxy, object, load, &mut step)?);
                ensure!(
                    origin.asked() == cold,
                    "{} has asked the origin again: these were no cache hits",
                    maker.name()
                );
            }
            proxies.reverse();
        }
        step.done("measured");
    }
    proxies.sort_by_key(|(maker, ..)| *maker != MAKERS[0]);
    let (ours, peer) = (&proxies[0].2, &proxies[1].2);
    ui::heading(&format!(
        "Cache hits of {} beside {}, one core each, {} connections, medians of {} rounds",
        MAKERS[0].version()?,
        MAKERS[1].version()?,
        args.connections,
        args.rounds
    ));
    table(ours, peer);
    Ok(ExitCode::SUCCESS)
}

fn need_two_cores() -> Result<()> {
    let cores = thread::available_parallelism()?.get();
    if cores > ASKING_CORE && crate::process::on_path("taskset") {
        return Ok(());
    }
    Err(
        Problem::new("a proxy and its load generator need a core each, and taskset")
            .remedy("run it on a Linux machine with two cores or more")
            .into(),
    )
}

fn measure(
    proxy: &Proxy,
    object: usize,
    (connections, time): (usize, Duration),
    step: &mut Step,
) -> Result<Measured> {
    let before = cpu::used(proxy.process())?;
    let seen = load::run(
        proxy.address,
        object,
        (connections, time),
        ASKING_CORE,
        step,
    )?;
    let used = (cpu::used(proxy.process())? - before).as_secs_f64();
    ensure!(used > 0.0, "the proxy has used no time");
    Ok(Measured {
        seen,
        per_cpu_second: seen.requests as f64 / used,
        busy: used / time.as_secs_f64(),
    })
}

fn table(ours: &Rounds, peer: &Rounds) {
    let rows: Vec<Vec<String>> = OBJECTS
        .iter()
        .enumerate()
        .map(|(at, object)| {
            let both =
                |of: &dyn Fn(&Measured) -> f64| (median(&ours[at], of), median(&peer[at], of));
            let per_second = both(&|measured| measured.seen.per_second);
            let per_cpu_second = both(&|measured| measured.per_cpu_second);
            let busy = both(&|measured| measured.busy * 100.0);
            let p99 = both(&|measured| measured.seen.p99_ms);
            vec![
                format!("{} KB", object >> 10),
                ui::thousands(per_second.0 as u64),
                ui::thousands(per_second.1 as u64),
                format!("{:.2}", per_second.0 / per_second.1),
                format!("{:.2}", per_cpu_second.0 / per_cpu_second.1),
                format!("{:.0} / {:.0} %", busy.0, busy.1),
                format!("{:.2} / {:.2} ms", p99.0, p99.1),
            ]
        })
        .collect();
    let header = [
        "object",
        "edge/s",
        "nginx/s",
        "ratio",
        "ratio per CPU second",
        "core used",
        "p99",
    ];
    ui::table(&header, &rows);
}

fn median(measured: &[Measured], of: &dyn Fn(&Measured) -> f64) -> f64 {
    let mut values: Vec<f64> = measured.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
