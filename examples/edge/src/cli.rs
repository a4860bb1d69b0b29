//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::operator::Operate;

/// A caching proxy that keeps assets arriving when an origin or CDN fails.
///
/// It reads the section `edge` of the configuration document. SIGHUP reads the
/// document again: a good one takes over without losing a request, a bad one is
/// refused with the field named, and the running one stays. SIGTERM and SIGINT
/// let running requests end, then stop.
#[derive(Debug, Parser)]
#[command(
    name = "hedgerow-edge",
    version,
    subcommand_negates_reqs = true,
    args_conflicts_with_subcommands = true
)]
pub(crate) struct Cli {
    /// The configuration document, JSON
    #[arg(short, long, value_name = "FILE", required_unless_present = "schema")]
    pub(crate) config: Option<PathBuf>,

    /// Read the document, say all that is wrong with it, and end: 0 if it can be used, 1 if not
    #[arg(long)]
    pub(crate) check_config: bool,

    /// Write the JSON Schema of the document, for editors, and end
    #[arg(long, exclusive = true)]
    pub(crate) schema: bool,

    /// End, as on SIGTERM, once standard input does: for a parent that may be killed
    #[arg(long)]
    pub(crate) until_eof: bool,

    /// What is logged, such as `warn`, `debug` or `info,access=off`
    #[arg(long, value_name = "FILTER", default_value = "info")]
    pub(crate) log: String,

    /// Worker threads [default: one a core]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,

    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Admin(Operate),
}
