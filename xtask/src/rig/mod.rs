//! `cargo xtask rig`: what a client sees of a proxy while one of its upstreams
//! fails, our proxy's beside its peers'.
//!
//! One client is stuck to upstream A by its cookie and asks at a fixed rate.
//! A fails in one of several ways, stays so for a thousand requests, and heals.

mod cell;
mod figures;
mod openresty;
mod peer;
mod plot;
mod upstreams;

use crate::apt::{self, Package};
use crate::cli::RigArgs;
use crate::paths;
use crate::process::on_path;
use crate::ui::{self, Step};
use anyhow::{Context, Result};
use cell::{Cell, Load};
use figures::Figures;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use upstreams::Upstreams;

pub(crate) use cell::Mode;
pub(crate) use peer::Peer;

const PYTHON: Package = Package {
    name: "python3",
    present: || on_path("python3"),
};

/// The rig's own files.
fn files() -> PathBuf {
    paths::root().join("xtask").join("rig")
}

/// What it leaves behind.
fn results() -> PathBuf {
    paths::work().join("rig")
}

pub(crate) fn command(args: &RigArgs) -> Result<ExitCode> {
    apt::ensure(&[PYTHON], "the outage rig")?;
    for peer in &args.peer {
        peer.prepare()?;
    }
    fs::create_dir_all(results())?;
    let upstreams = Upstreams::start()?;
    let load = Load {
        rps: args.rps,
        settle: args.settle,
    };
    let mut cells = Vec::new();
    for mode in &args.mode {
        for peer in &args.peer {
            let mut step = Step::start(format!("{} with {}", peer.name(), mode.name()));
            let cell = Cell::run(*peer, *mode, load, &upstreams, &mut step)?;
            step.done(&cell.figures.in_short());
            cells.push(cell);
        }
    }
    for mode in &args.mode {
        ui::heading(&format!("{}: {}", mode.name(), mode.meaning()));
        let of_mode = cells.iter().filter(|cell| cell.mode == *mode);
        let rows: Vec<Vec<String>> = of_mode
            .map(|cell| cell.figures.row(cell.peer.name()))
            .collect();
        ui::table(&Figures::HEADER, &rows);
    }
    println!();
    let plot = args
        .plot
        .clone()
        .unwrap_or_else(|| results().join("rig.svg"));
    fs::write(&plot, plot::svg(&cells, args.rps))
        .with_context(|| format!("cannot write {}", paths::shown(&plot)))?;
    ui::note(&format!("every request, drawn: {}", paths::shown(&plot)));
    if let Some(file) = &args.json {
        let all: Vec<_> = cells.iter().map(Cell::summary).collect();
        fs::write(file, serde_json::to_string_pretty(&all)?)
            .with_context(|| format!("cannot write {}", paths::shown(file)))?;
        ui::note(&format!("the figures: {}", paths::shown(file)));
    }
    Ok(ExitCode::SUCCESS)
}
