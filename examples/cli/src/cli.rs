//! The command line: its subcommands, and which of them runs.

use crate::{audit, classify, completions, explain, headers};
use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// What web assets are, what their headers must say, and what CDNs really send.
#[derive(Debug, Parser)]
#[command(name = "hedgerow", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 findings, 2 could not run.";

#[derive(Debug, Subcommand)]
enum Command {
    Audit(audit::Args),
    Classify(classify::Args),
    Completions(completions::Args),
    Explain(explain::Args),
    Headers(headers::Args),
}

pub(crate) fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        Command::Audit(args) => audit::run(&args),
        Command::Classify(args) => classify::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Headers(args) => headers::run(&args),
    }
}
