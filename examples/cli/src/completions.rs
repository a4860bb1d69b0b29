//! `hedgerow completions`: what a shell needs to complete the command line.

use crate::cli::Cli;
use clap::CommandFactory;
use clap_complete::Shell;
use std::io;
use std::process::ExitCode;

/// Print completions for a shell.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The shell.
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  hedgerow completions bash > ~/.local/share/bash-completion/completions/hedgerow
  hedgerow completions fish > ~/.config/fish/completions/hedgerow.fish";

pub(crate) fn run(args: &Args) -> ExitCode {
    let mut command = Cli::command();
    clap_complete::generate(args.shell, &mut command, "hedgerow", &mut io::stdout());
    ExitCode::SUCCESS
}
