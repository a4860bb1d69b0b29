//! The command line: its subcommands, and which of them runs.

use crate::{classify, completions};
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
    Classify(classify::Args),
    Completions(completions::Args),
}

pub(crate) fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        Command::Classify(args) => classify::run(&args),
        Command::Completions(args) => Ok(completions::run(&args)),
    }
}
