//! `cargo xtask`: the project's own commands, from a bare machine to a tested
//! package.
//!
//! Each command brings what the machine lacks (npm packages, a Rust compiler
//! that can target WebAssembly, browsers), and says so; what it may not install
//! it names with the command to run.

// The engine's ban on clocks is for `core`; this program runs other programs,
// and says how long they took.
#![allow(clippy::disallowed_methods, reason = "xtask times real processes")]
#![forbid(unsafe_code)]

mod apt;
mod cli;
mod codegen;
mod conformance;
mod consumers;
mod demo;
mod edge_bench;
mod ffi;
mod loader;
mod npm;
mod paths;
mod problem;
mod process;
mod proxy;
mod rig;
mod server;
mod sim;
mod stamp;
mod test;
mod ui;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::run(cli::Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            problem::print(&error);
            ExitCode::FAILURE
        }
    }
}
