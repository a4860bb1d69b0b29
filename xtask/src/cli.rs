//! The command line.

use crate::loader::Way;
use crate::rig::{Mode, Peer as RigPeer};
use crate::{codegen, conformance, demo, edge_bench, ffi, loader, rig, sim, test};
use anyhow::Result;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// Hedgerow's own commands.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    version,
    max_term_width = 100
)]
#[command(after_help = "Examples:
  cargo xtask demo            break a CDN by hand and watch the widget load
  cargo xtask demo --check    the whole fault matrix, headless, in Chromium
  cargo xtask loader          build wasm-loader/dist and print its sizes
  cargo xtask test            everything that must hold before a change goes in
  cargo xtask test --quick    the part of it that needs neither WASM nor browsers
  cargo xtask conformance     the public HTTP cache tests against the edge proxy
  cargo xtask rig             an upstream's outage, as a client of the edge proxy sees it
  cargo xtask sim             whole fleets in every kind of outage, in virtual time")]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build the browser loader into wasm-loader/dist
    Loader(LoaderArgs),
    /// Start the demo: a page, two CDNs that break on demand, a control panel
    Demo(DemoArgs),
    /// Run every check: format, lints, unit, property and browser tests, package
    Test(TestArgs),
    /// Run the public HTTP cache tests against the edge proxy
    Conformance(ConformanceArgs),
    /// Measure the edge proxy's cache hits beside nginx's
    BenchEdge(BenchEdgeArgs),
    /// Break an upstream behind the edge proxy and its peers, and measure who notices
    Rig(RigArgs),
    /// Build the C library and install it under a folder
    Ffi(FfiArgs),
    /// Play whole fleets in virtual time, under every kind of outage
    #[command(disable_help_flag = true)]
    Sim(SimArgs),
    /// Write the files that are generated from the engine's tables
    Codegen(CodegenArgs),
}

/// Builds the browser loader: Rust to WebAssembly, wasm-bindgen, wasm-opt, one
/// JavaScript file.
///
/// Ends with the size of each file (raw, gzip, brotli), the integrity hashes
/// for the script tag and the Content-Security-Policy that a site needs. Fails
/// when a file is over its budget.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo xtask loader
  cargo xtask loader --via installed   only with the active toolchain's own target
  cargo xtask loader --functions 20    also list the largest functions in the WASM")]
pub(crate) struct LoaderArgs {
    /// How to compile for wasm32-unknown-unknown, instead of finding a way
    #[arg(long, value_enum)]
    pub(crate) via: Option<Way>,
    /// Build even if no source has changed
    #[arg(long)]
    pub(crate) force: bool,
    /// List the N largest functions before optimisation
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) functions: usize,
}

/// Starts the demo, or checks it.
///
/// Without --check it serves a page with a chat widget, two CDNs on origins of
/// their own and a panel where each CDN can be broken in every way of the
/// list; it runs until Ctrl-C. With --check it drives a real browser through
/// the whole fault matrix, prints the table and exits with 0 or 1.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo xtask demo
  cargo xtask demo --port 8080
  cargo xtask demo --check
  cargo xtask demo --check --report      five fresh contexts per cell, with times
  cargo xtask demo --check --browser all")]
pub(crate) struct DemoArgs {
    /// Run the fault matrix headless instead of serving the panel
    #[arg(long)]
    pub(crate) check: bool,
    /// Measure: five fresh contexts per cell, medians beside the classic loader
    #[arg(long, requires = "check")]
    pub(crate) report: bool,
    /// Which browser runs the matrix
    #[arg(long, value_enum, default_value_t = BrowserChoice::Chromium, requires = "check")]
    pub(crate) browser: BrowserChoice,
    /// Only the cells whose name contains TEXT; may be repeated
    #[arg(long, value_name = "TEXT", requires = "check")]
    pub(crate) filter: Vec<String>,
    /// With --report: write its tables to FOLDER, one file for each browser
    #[arg(long, value_name = "FOLDER", requires = "report")]
    pub(crate) markdown: Option<PathBuf>,
    /// Serve the panel, the page and the CDNs over https
    #[arg(long, conflicts_with = "check")]
    pub(crate) https: bool,
    /// Port of the panel (default: a free one)
    #[arg(long, value_name = "PORT", conflicts_with = "check")]
    pub(crate) port: Option<u16>,
}

/// The browsers that the matrix runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BrowserChoice {
    Chromium,
    Firefox,
    Webkit,
    All,
}

/// Runs every check, one named and timed step after another.
///
/// A step's output goes to a log; it is shown when the step fails. A test
/// runner's closing lines are always shown. Ends with a table of the steps and
/// `N passed, N failed`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo xtask test
  cargo xtask test --quick
  cargo xtask test --only lint,docs
  cargo xtask test --list")]
pub(crate) struct TestArgs {
    /// Leave out what needs WASM or a browser
    #[arg(long)]
    pub(crate) quick: bool,
    /// Only these steps
    #[arg(long, value_name = "STEP", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// List the steps and what each one holds
    #[arg(long)]
    pub(crate) list: bool,
}

/// Runs the npm package `http-cache-tests` through the proxy of examples/edge.
///
/// Prints the required, optimal and check tests by suite and every test that
/// does not pass, and compares them with xtask/conformance/ledger.toml: a
/// failure that is not expected there fails, and so does an expected one that
/// passes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo xtask conformance
  cargo xtask conformance --peer nginx                    nginx's figures beside ours
  cargo xtask conformance --filter vary,partial           only these suites
  cargo xtask conformance --filter freshness-none --trace   its requests and responses
  cargo xtask conformance --target http://127.0.0.1:8080 --origin 8000
                              a proxy that you have started before 127.0.0.1:8000")]
pub(crate) struct ConformanceArgs {
    /// Only these suites or tests (an id, or a part of a test's id)
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) filter: Vec<String>,
    /// Also list the checks (questions without a wrong answer) answered with "no"
    #[arg(long)]
    pub(crate) checks: bool,
    /// Show every request and response of the filtered tests
    #[arg(long, requires = "filter")]
    pub(crate) trace: bool,
    /// Run them through this proxy, too
    #[arg(long, value_enum)]
    pub(crate) peer: Option<Peer>,
    /// Run them only through the proxy at URL, without the ledger
    #[arg(long, value_name = "URL", requires = "origin", conflicts_with = "peer")]
    pub(crate) target: Option<String>,
    /// The port where the proxy at URL expects its origin
    #[arg(long, value_name = "PORT", requires = "target")]
    pub(crate) origin: Option<u16>,
    /// The proxy at URL is a private cache: run the tests for those
    #[arg(long, requires = "target")]
    pub(crate) private: bool,
}

/// Proxies to compare with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Peer {
    Nginx,
}

/// Measures how many cache hits a second the edge proxy serves, beside nginx on
/// the same machine.
///
/// One core serves and another asks, for objects of 1, 16 and 256 KB; the two
/// take turns. Ends with the medians and their ratio. It is no test: what it
/// prints depends on the machine.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo xtask bench-edge
  cargo xtask bench-edge --rounds 5 --seconds 10 --connections 128")]
pub(crate) struct BenchEdgeArgs {
    /// How often each proxy is measured with each object
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=99))]
    pub(crate) rounds: u64,
    /// How long a measurement lasts
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..=60))]
    pub(crate) seconds: u64,
    /// Connections that are kept open
    #[arg(long, value_name = "N", default_value_t = 64)]
    pub(crate) connections: usize,
}

/// Breaks one of two upstreams behind the edge proxy and behind its peers, and
/// measures what a client sees who is stuck to it.
///
/// 200 healthy requests, then 1000 in the fault, then 12 s after it has healed:
/// at a fixed rate whatever becomes of them, each timed from when it was due.
/// Ends with a table for each fault and a plot of every request. It is no test:
/// what it prints depends on the machine, which should do nothing else.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo xtask rig
  cargo xtask rig --peer edge --mode hang,slow10
  cargo xtask rig --peer edge,nginx_guide,nginx_tight --plot outage.svg --json outage.json")]
pub(crate) struct RigArgs {
    /// The proxies to compare
    #[arg(long, value_enum, value_name = "PEER", value_delimiter = ',',
        default_values = ["edge", "nginx_tight", "haproxy_tight"])]
    pub(crate) peer: Vec<RigPeer>,
    /// How the upstream fails
    #[arg(long, value_enum, value_name = "MODE", value_delimiter = ',',
        default_values_t = Mode::ALL)]
    pub(crate) mode: Vec<Mode>,
    /// Requests a second
    #[arg(long, value_name = "N", default_value_t = 100.0, value_parser = rate)]
    pub(crate) rps: f64,
    /// Seconds between a proxy's start and its first request
    #[arg(long, value_name = "SECONDS", default_value_t = 2.0, value_parser = rate)]
    pub(crate) settle: f64,
    /// Draw every request into FILE (default: with the results in the target directory)
    #[arg(long, value_name = "FILE.svg")]
    pub(crate) plot: Option<PathBuf>,
    /// Write the figures into FILE, too
    #[arg(long, value_name = "FILE.json")]
    pub(crate) json: Option<PathBuf>,
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number <= 10_000.0 => Ok(number),
        _ => Err("want a number above 0, up to 10000".to_owned()),
    }
}

/// Builds the C library and installs it: header, static and shared library,
/// and what pkg-config and CMake look for.
///
/// Fails unless the shared library exports exactly the functions of the header,
/// with the versions of ffi/hedgerow.map. Ends with the sizes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo xtask ffi --prefix ~/.local
  cargo xtask ffi --prefix ~/.local --uninstall
  cargo xtask ffi --prefix /tmp/hedgerow
  PKG_CONFIG_PATH=/tmp/hedgerow/lib/pkgconfig cc app.c $(pkg-config --cflags --libs hedgerow)")]
pub(crate) struct FfiArgs {
    /// Where include and lib are made
    #[arg(long, value_name = "FOLDER")]
    pub(crate) prefix: PathBuf,
    /// Remove what earlier runs have installed there, and nothing else
    #[arg(long)]
    pub(crate) uninstall: bool,
}

/// Builds the simulator and runs it with these options; `--help` lists them.
#[derive(Debug, Args)]
pub(crate) struct SimArgs {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) rest: Vec<OsString>,
}

/// Writes the reason table and the schema of the configuration into the files
/// that the browser side reads, and the header of the C library.
///
/// They are committed; `cargo xtask test` fails when they drift.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo xtask codegen
  cargo xtask codegen --check   change nothing, fail if a file differs")]
pub(crate) struct CodegenArgs {
    /// Change nothing; fail if a file differs from what would be written
    #[arg(long)]
    pub(crate) check: bool,
}

pub(crate) fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        Command::Loader(args) => loader::command(&args),
        Command::Demo(args) => demo::command(&args),
        Command::Test(args) => test::command(&args),
        Command::Conformance(args) => conformance::command(&args),
        Command::BenchEdge(args) => edge_bench::command(&args),
        Command::Rig(args) => rig::command(&args),
        Command::Ffi(args) => ffi::command(&args),
        Command::Sim(args) => sim::command(&args),
        Command::Codegen(args) => codegen::command(&args),
    }
}
