//! `cargo xtask demo`: the page with two CDNs that a person breaks, or the
//! whole fault matrix without one.

use crate::cli::{BrowserChoice, DemoArgs, LoaderArgs};
use crate::process::Program;
use crate::{apt, loader, npm, paths, ui};
use anyhow::Result;
use std::path::absolute;
use std::process::ExitCode;

/// Contexts per cell when times are measured: enough for a median.
const REPORT_CONTEXTS: &str = "5";

pub(crate) fn command(args: &DemoArgs) -> Result<ExitCode> {
    loader::build(&LoaderArgs {
        via: None,
        force: false,
        functions: 0,
    })?;
    prepare()?;
    if !args.check {
        return serve(args);
    }
    let mut code = ExitCode::SUCCESS;
    for browser in args.browser.names() {
        ui::heading(&format!("Fault matrix in {browser}"));
        let mut program = matrix(browser);
        if args.report {
            program = program.args(["--report", "--contexts", REPORT_CONTEXTS]);
        }
        for filter in &args.filter {
            program = program.args(["--filter", filter]);
        }
        if let Some(folder) = &args.markdown {
            let file = absolute(folder)?.join(browser).with_extension("md");
            program = program.arg_path("--markdown", &file);
        }
        if !program.attended()?.success() {
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

/// The demo's packages, and what makes its test certificates.
pub(crate) fn prepare() -> Result<()> {
    npm::install(&paths::demo(), "demo")?;
    apt::ensure(&apt::BROWSERS[4..], "the demo")
}

/// The matrix in one browser, one fresh context per cell.
pub(crate) fn matrix(browser: &str) -> Program {
    Program::new("node")
        .args(["matrix.mjs", "--browser", browser])
        .arg_path("--loader", &paths::dist())
        .dir(&paths::demo())
}

fn serve(args: &DemoArgs) -> Result<ExitCode> {
    let mut program = Program::new("node")
        .args(["demo.mjs"])
        .arg_path("--loader", &paths::dist())
        .dir(&paths::demo());
    if let Some(port) = args.port {
        program = program.args(["--port", &port.to_string()]);
    }
    if args.https {
        program = program.args(["--https"]);
    }
    ui::heading("Demo (ends with Ctrl-C)");
    let status = program.attended()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

impl BrowserChoice {
    pub(crate) fn names(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &["chromium"],
            Self::Firefox => &["firefox"],
            Self::Webkit => &["webkit"],
            Self::All => &["chromium", "firefox", "webkit"],
        }
    }
}
