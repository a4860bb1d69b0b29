//! `hedgerow-edge`: a caching proxy over Hedgerow's engine.
//!
//! The engine decides (`hedgerow::fetch`, over `cache` and `failover`); what
//! stands here has the sockets, the clock and the memory, and carries out what
//! it says. From the outside in:
//!
//! | module | what |
//! |---|---|
//! | `server` | listeners, TLS, connections and their deadlines, interim responses |
//! | `proxy` | one request: checked, looked up, raced over endpoints, answered |
//! | `store` | what is kept, what is on its way, and who waits for it |
//! | `upstream` | endpoints: connections, health, budgets |
//! | `site`, `reload`, `explain` | a configuration made ready, replaced, and put in words |
//! | `admin`, `metrics` | the operator's view, and what operators change |
//! | `operator` | the subcommand that asks `admin` |
//! | `log` | the queue before standard output |

#![forbid(unsafe_code)]

mod admin;
mod app;
mod cli;
mod clock;
mod explain;
mod log;
mod metrics;
mod operator;
mod proxy;
mod reload;
mod server;
mod site;
mod store;
mod upstream;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow};
use clap::Parser as _;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use tracing_subscriber::EnvFilter;

use crate::cli::{Cli, Command};
use crate::reload::Control;

/// A request takes and gives back a few pieces of one to eight kilobytes: the
/// read buffer, the field maps. glibc's allocator merges and splits those each
/// time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match (&cli.command, &cli.config) {
        (Some(Command::Admin(operate)), _) => operator::run(operate),
        (None, None) if cli.schema => write_schema(),
        (None, Some(config)) if cli.check_config => reload::check(config),
        (None, Some(config)) => run(&cli, config),
        (None, None) => Err(anyhow!("--config is missing")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn write_schema() -> Result<()> {
    let schema = hedgerow::config::edge::json_schema();
    Ok(std::io::stdout().lock().write_all(schema.as_bytes())?)
}

fn run(cli: &Cli, config: &Path) -> Result<()> {
    let filter = EnvFilter::try_new(&cli.log).context("--log")?;
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(|| log::Line)
        .init();
    let _writing = log::start()?;
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if let Some(threads) = cli.threads {
        builder.worker_threads(threads.get());
    }
    let runtime = builder.enable_all().build()?;
    let served = runtime.block_on(serve(cli, config));
    // What is being made smaller for later requests is not waited for.
    runtime.shutdown_background();
    served
}

async fn serve(cli: &Cli, config: &Path) -> Result<()> {
    // Before anything listens, so that no signal is missed.
    let mut hangup = signal(SignalKind::hangup())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut eof = cli.until_eof.then(end_of_input);
    let mut control = Control::start(config.to_owned()).await?;
    loop {
        tokio::select! {
            _ = hangup.recv() => control.reload().await,
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            // Its sender tells nothing: that it is gone is the news.
            _ = async { eof.as_mut()?.await.ok() }, if eof.is_some() => break,
        }
    }
    control.shut_down().await;
    Ok(())
}

/// Ends once standard input has.
fn end_of_input() -> oneshot::Receiver<()> {
    let (held, ended) = oneshot::channel::<()>();
    // A read of standard input can't be called off, so it must not be the
    // runtime's, which would wait for it.
    std::thread::spawn(move || {
        // However it ends, nobody is there any more.
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        drop(held);
    });
    ended
}
