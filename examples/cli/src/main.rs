//! `hedgerow`: what assets are, what their headers must say, and what CDNs
//! really send.

#![forbid(unsafe_code)]

mod audit;
mod classify;
mod cli;
mod completions;
mod config;
mod explain;
mod headers;
mod output;

use clap::Parser;
use std::process::ExitCode;

/// The exit code of a command that could not do its work.
const CANNOT: u8 = 2;

fn main() -> ExitCode {
    cli::run(cli::Cli::parse()).unwrap_or_else(|error| {
        eprintln!("hedgerow: {error:#}");
        ExitCode::from(CANNOT)
    })
}
