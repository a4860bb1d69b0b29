//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use hedgerow_sim::bug::{BUGS, Bug};
use hedgerow_sim::trace::Scenario;

/// Plays whole fleets in virtual time: six proxies in three regions, their
/// visitors, and six endpoints of two networks, under every kind of outage.
///
/// Each request of the policy `hedgerow` goes through the engine itself: its
/// pools, monitors, races and budgets. Sixteen promises are checked all the
/// while; one that is broken ends the run, says what led to it and how to see
/// it again. The other policies play the same traces for comparison.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask sim",
    bin_name = "cargo xtask sim",
    max_term_width = 100
)]
#[command(after_help = "Examples:
  cargo xtask sim                                    every trace, every policy
  cargo xtask sim --list
  cargo xtask sim --trace mix --policy hedgerow --requests 100000000 --seed 7
  cargo xtask sim --trace regional,hang --plot target/sim
  cargo xtask sim --planted no-dwell                 what a broken promise looks like")]
pub(crate) struct Cli {
    /// Requests in each trace, for each policy
    #[arg(long, value_name = "N", default_value_t = 900_000,
        value_parser = clap::value_parser!(u64).range(1..=1_000_000_000_000))]
    pub(crate) requests: u64,
    /// What every draw comes from: the same seed is the same run
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// The policies to play
    #[arg(long, value_enum, value_name = "POLICY", value_delimiter = ',',
        default_values_t = Policy::ALL)]
    pub(crate) policy: Vec<Policy>,
    /// The traces to play (default: all of them)
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = scenario)]
    pub(crate) trace: Vec<Scenario>,
    /// Threads (default: one for each core); they don't change what happens
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=256))]
    pub(crate) threads: Option<u64>,
    /// Draw each trace into a folder
    #[arg(long, value_name = "DIR")]
    pub(crate) plot: Option<PathBuf>,
    /// Write the figures into FILE, too
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Plant this bug in what drives the engine; its trace is the default one
    #[arg(long, value_name = "BUG", value_parser = planted)]
    pub(crate) planted: Option<Bug>,
    /// Play only this unit: one proxy's run, as a failure names it
    #[arg(long, value_name = "U")]
    pub(crate) unit: Option<usize>,
    /// List the traces, the policies and the bugs that can be planted
    #[arg(long)]
    pub(crate) list: bool,
}

/// Who decides where requests go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Policy {
    Hedgerow,
    NginxTight,
    Nginx,
    Dns,
    Classic,
}

impl Policy {
    pub(crate) const ALL: [Policy; 5] = [
        Policy::Hedgerow,
        Policy::NginxTight,
        Policy::Nginx,
        Policy::Dns,
        Policy::Classic,
    ];

    /// As on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Policy::Hedgerow => "hedgerow",
            Policy::NginxTight => "nginx-tight",
            Policy::Nginx => "nginx",
            Policy::Dns => "dns",
            Policy::Classic => "classic",
        }
    }

    pub(crate) const fn about(self) -> &'static str {
        match self {
            Policy::Hedgerow => "the engine, as a proxy uses it",
            Policy::NginxTight => {
                "asks the next after a failure or 250 ms, leaves out for 10 s who failed"
            }
            Policy::Nginx => "the same with its default timeouts of 60 s",
            Policy::Dns => "health checks for 90 s, then a record with a TTL of 60 s; no retry",
            Policy::Classic => "a pasted loader: the first CDN, after an error or 3 s the second",
        }
    }
}

impl core::fmt::Display for Policy {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

fn scenario(text: &str) -> Result<Scenario, String> {
    let names = || Scenario::ALL.iter().map(|one| one.name).collect::<Vec<_>>();
    Scenario::named(text).ok_or_else(|| format!("want one of {}", names().join(", ")))
}

fn planted(text: &str) -> Result<Bug, String> {
    let names = || BUGS.iter().map(|(_, name, ..)| *name).collect::<Vec<_>>();
    Bug::named(text).ok_or_else(|| format!("want one of {}", names().join(", ")))
}
