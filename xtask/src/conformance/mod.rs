//! `cargo xtask conformance`: the public HTTP cache tests against our proxy.

mod driver;
mod ledger;
mod report;
mod run;
mod suite;

use crate::cli::{ConformanceArgs, Peer};
use crate::problem::Problem;
use crate::proxy::{Build, Keeps, Maker};
use crate::ui::{self, Step};
use anyhow::Result;
use driver::{Choice, Driver};
use ledger::Ledger;
use report::Scored;
use run::{Of, Run};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use suite::Kind;

/// Our proxy's run, held against the ledger.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// Required and optimal tests that passed.
    pub(crate) passed: usize,
    /// Failures and passes that the ledger does not expect.
    pub(crate) wrong: Vec<String>,
    /// The totals in words.
    pub(crate) closing: Vec<String>,
}

/// What to do about a disagreement with the ledger.
pub(crate) const REMEDY: &str = "a failure is a fault of the cache, or has its argument in \
    xtask/conformance/ledger.toml;\na test that passes leaves the ledger\n\
    `cargo xtask conformance --filter ID --trace` shows its requests and responses";

pub(crate) fn command(args: &ConformanceArgs) -> Result<ExitCode> {
    let choice = Choice {
        filter: &args.filter,
        trace: args.trace,
        private: args.private,
        origin: args.origin,
    };
    if let Some(target) = &args.target {
        let run = run_at(target, choice)?;
        let scored = Scored {
            name: target.clone(),
            run,
        };
        tell(&[scored], &Ledger::default(), args.checks);
        return Ok(ExitCode::SUCCESS);
    }
    let (runs, ledger, verdict) = ours(choice, args.peer)?;
    tell(&runs, &ledger, args.checks);
    ui::note(
        "hedgerow-edge runs with store.distrustAge, store.lenient and store.cookies here, as these tests ask",
    );
    println!(
        "\n{} passed, {} failed",
        verdict.passed,
        verdict.wrong.len()
    );
    if verdict.wrong.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    Err(Problem::new("the ledger expects something else")
        .at(verdict.wrong.join("\n"))
        .remedy(REMEDY)
        .into())
}

/// Every test through our proxy, without the names of those that do not pass.
pub(crate) fn check() -> Result<Verdict> {
    let (_, _, verdict) = ours(Choice::default(), None)?;
    Ok(verdict)
}

/// Our proxy first, then the peer.
fn ours(choice: Choice<'_>, peer: Option<Peer>) -> Result<(Vec<Scored>, Ledger, Verdict)> {
    let ledger = Ledger::read()?;
    let edge = |keeps| Maker::Edge(Build::Debug, keeps);
    edge(Keeps::ForAll).prepare()?;
    let mut run = run_through(edge(Keeps::ForAll), choice)?;
    if run.private() > 0 {
        let choice = Choice {
            private: true,
            ..choice
        };
        run = run.with_private(run_through(edge(Keeps::ForOne), choice)?);
    }
    let verdict = judged(&run, &ledger);
    let scored = |maker: Maker, run| Scored {
        name: maker.name().to_owned(),
        run,
    };
    let mut runs = vec![scored(edge(Keeps::ForAll), run)];
    if let Some(Peer::Nginx) = peer {
        let choice = Choice {
            trace: false,
            ..choice
        };
        Maker::Nginx.prepare()?;
        runs.push(scored(Maker::Nginx, run_through(Maker::Nginx, choice)?));
    }
    Ok((runs, ledger, verdict))
}

fn judged(run: &Run, ledger: &Ledger) -> Verdict {
    let mut passed = 0;
    let mut closing = Vec::new();
    for kind in [Kind::Required, Kind::Optimal] {
        let (of_kind, all) = run.count(kind, Of::All);
        passed += of_kind;
        closing.push(format!("{kind} {of_kind}/{all}"));
    }
    closing.push(format!("expected failures {}", ledger.expected_of(run)));
    Verdict {
        passed,
        wrong: ledger.disagreements(run),
        closing,
    }
}

fn run_through(maker: Maker, choice: Choice<'_>) -> Result<Run> {
    let kind = if choice.private { "-private" } else { "" };
    let log = format!("conformance-{}{kind}", maker.name());
    let driver = Driver::start(choice, &log)?;
    let origin = SocketAddr::from((Ipv4Addr::LOCALHOST, driver.origin()));
    let proxy = maker.start(origin, None, &format!("{log}-proxy"))?;
    let version = maker.version()?;
    let mut step = Step::start(if choice.private {
        format!("cache tests through {version} as a private cache")
    } else {
        format!("cache tests through {version}")
    });
    let run = driver.run(&format!("http://{}", proxy.address), &mut step)?;
    step.done("run");
    Ok(run)
}

/// Through a proxy that somebody else has started.
fn run_at(base: &str, choice: Choice<'_>) -> Result<Run> {
    let driver = Driver::start(choice, "conformance-target")?;
    ui::note(&format!(
        "the origin server is http://127.0.0.1:{}",
        driver.origin()
    ));
    let mut step = Step::start(format!("cache tests through {base}"));
    let run = driver.run(base.trim_end_matches('/'), &mut step)?;
    step.done("run");
    Ok(run)
}

fn tell(runs: &[Scored], ledger: &Ledger, checks: bool) {
    let Some(first) = runs.first() else {
        return;
    };
    report::failures(first, ledger, checks);
    let names: Vec<&str> = runs.iter().map(|scored| scored.name.as_str()).collect();
    ui::heading(&format!("Passed by {}", names.join(" and by ")));
    report::table(runs);
    report::notes(&first.run);
}
