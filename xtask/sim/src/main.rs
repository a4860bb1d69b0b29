//! `hedgerow-sim`, which `cargo xtask sim` builds and runs.
#![forbid(unsafe_code)]

mod cli;
mod play;
mod plot;
mod table;

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use hedgerow_sim::bug::BUGS;
use hedgerow_sim::run::Plan;
use hedgerow_sim::trace::Scenario;

use self::cli::{Cli, Policy};
use self::play::Played;

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<ExitCode> {
    if cli.list {
        list();
        return Ok(ExitCode::SUCCESS);
    }
    let threads = cli.threads.map_or_else(
        || std::thread::available_parallelism().map_or(1, usize::from),
        |threads| threads as usize,
    );
    if let Some(folder) = &cli.plot {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    let mut results = Vec::new();
    for scenario in scenarios(cli) {
        println!("\n{}: {}", scenario.name, scenario.about);
        let plan = Plan {
            scenario,
            requests: cli.requests,
            seed: cli.seed,
            threads,
        };
        let mut played = Vec::new();
        for policy in policies(cli) {
            match play::play(&plan, policy, cli.planted, cli.unit)? {
                Ok(one) => played.push(one),
                Err(failure) => {
                    print!("{}", play::story(&plan, cli.planted, &failure));
                    return Ok(ExitCode::FAILURE);
                }
            }
        }
        table::print(&played);
        if let Some(folder) = &cli.plot {
            let file = folder.join(format!("{}.svg", scenario.name));
            fs::write(&file, plot::timeline(&plan, &played))
                .with_context(|| format!("cannot write {}", file.display()))?;
        }
        results.push((scenario.name, played));
    }
    speed(&results);
    if let Some(folder) = &cli.plot {
        let file = folder.join("overview.svg");
        fs::write(&file, plot::overview(&results))
            .with_context(|| format!("cannot write {}", file.display()))?;
        println!("drawn: {}", folder.display());
    }
    if let Some(file) = &cli.json {
        fs::write(
            file,
            serde_json::to_string_pretty(&table::json(cli, &results))?,
        )
        .with_context(|| format!("cannot write {}", file.display()))?;
        println!("figures: {}", file.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// What is asked for; a bug shows in its own trace, and only with the engine.
fn scenarios(cli: &Cli) -> Vec<Scenario> {
    if !cli.trace.is_empty() {
        return cli.trace.clone();
    }
    let own = cli.planted.and_then(|planted| {
        let entry = BUGS.iter().find(|(bug, ..)| *bug == planted)?;
        Scenario::named(entry.3)
    });
    own.map_or_else(|| Scenario::ALL.to_vec(), |own| vec![own])
}

fn policies(cli: &Cli) -> Vec<Policy> {
    if cli.planted.is_some() {
        vec![Policy::Hedgerow]
    } else {
        cli.policy.clone()
    }
}

fn list() {
    println!("Traces, ten minutes each:");
    for one in Scenario::ALL {
        println!("  {:<18} {}", one.name, one.about);
    }
    println!("\nPolicies:");
    for one in Policy::ALL {
        println!("  {:<18} {}", one.name(), one.about());
    }
    println!("\nBugs that can be planted, and the promise that each breaks:");
    for (_, name, invariant, trace) in BUGS {
        println!("  {name:<18} {invariant:?}, in {trace}");
    }
}

/// How fast the engine was simulated, with every promise checked.
fn speed(results: &[(&str, Vec<Played>)]) {
    let all = results.iter().flat_map(|(_, played)| played);
    let engine: Vec<&Played> = all.filter(|one| one.policy == Policy::Hedgerow).collect();
    let sum = |of: fn(&Played) -> f64| engine.iter().map(|one| of(one)).sum::<f64>();
    let requests = sum(|one| one.figures.requests as f64);
    if requests > 0.0 {
        let (each, together) = (
            requests / sum(|one| one.busy),
            requests / sum(|one| one.took),
        );
        println!(
            "\nhedgerow: {requests:.0} requests, every promise kept; \
             {:.2} million a second on each thread, {:.2} on all",
            each / 1e6,
            together / 1e6
        );
    }
}
