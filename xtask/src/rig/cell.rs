//! One peer and one way to fail.

use super::figures::{Figures, Recording};
use super::{Peer, Upstreams, files, results};
use crate::process::Program;
use crate::ui::Step;
use anyhow::{Context, Result};
use clap::ValueEnum;
use serde_json::{Value, json};
use std::fs;

/// How upstream A fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "lower")]
pub(crate) enum Mode {
    Refuse,
    Hang,
    E503,
    Blackhole,
    Slow10,
}

/// How it is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    /// Requests a second.
    pub(super) rps: f64,
    /// Seconds between the proxy's start and the first request.
    pub(super) settle: f64,
}

/// What was recorded of a peer in a mode.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) peer: Peer,
    pub(super) mode: Mode,
    pub(super) recording: Recording,
    pub(super) figures: Figures,
}

impl Mode {
    pub(crate) const ALL: [Self; 5] = [
        Self::Refuse,
        Self::Hang,
        Self::E503,
        Self::Blackhole,
        Self::Slow10,
    ];

    /// As `upstreams.py` has it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Hang => "hang",
            Self::E503 => "e503",
            Self::Blackhole => "blackhole",
            Self::Slow10 => "slow10",
        }
    }

    pub(super) const fn meaning(self) -> &'static str {
        match self {
            Self::Refuse => "connections are refused, open ones reset",
            Self::Hang => "requests are read and never answered",
            Self::E503 => "every answer is 503, at once",
            Self::Blackhole => "SYNs are dropped",
            Self::Slow10 => "healthy, but every tenth answer takes 600 ms",
        }
    }
}

impl Cell {
    /// Starts the peer anew, so that nothing is left of what it has seen
    /// before, and runs the client through it.
    pub(super) fn run(
        peer: Peer,
        mode: Mode,
        load: Load,
        upstreams: &Upstreams,
        step: &mut Step,
    ) -> Result<Self> {
        let name = format!("{}.{}", peer.name(), mode.name());
        let proxy = peer.start(upstreams, &format!("rig-{name}"))?;
        let out = results().join(format!("{name}.json"));
        Program::new("python3")
            .arg_path("-u", &files().join("drive.py"))
            .args(["--proxy", &proxy.address.port().to_string()])
            .args(["--control", &upstreams.control().to_string()])
            .args(["--mode", mode.name()])
            .args(["--rps", &load.rps.to_string()])
            .args(["--settle", &load.settle.to_string()])
            .args(["--cookie", "gcbSessionServer=A"])
            .arg_path("--out", &out)
            .logged("rig-drive", step)?
            .check()?;
        let text = fs::read_to_string(&out)
            .with_context(|| format!("the client left no {}", out.display()))?;
        let recording: Recording = serde_json::from_str(&text)?;
        let figures = Figures::of(&recording)?;
        Ok(Self {
            peer,
            mode,
            recording,
            figures,
        })
    }

    pub(super) fn summary(&self) -> Value {
        json!({
            "peer": self.peer.name(),
            "mode": self.mode.name(),
            "figures": self.figures,
        })
    }
}
