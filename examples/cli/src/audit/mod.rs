//! `hedgerow audit`: what CDNs really send, and what is wrong with it.

mod args;
mod body;
mod client;
mod clock;
mod connect;
mod dns;
mod ocsp;
mod pace;
mod plan;
mod progress;
mod report;
mod visit;
mod x509;

pub(crate) use self::args::{Args, Network};

use anyhow::{Context as _, Result, anyhow};
use hedgerow::asset::Class;
use hedgerow::audit::{Observations, Probe, Response, Severity, audit};
use hedgerow::types::Timestamp;
use std::process::ExitCode;

use crate::output;

use self::args::FailOn;
use self::client::Client;
use self::plan::{Plan, web_url};

/// The exit code when something was found that is bad enough.
const FOUND: u8 = 1;
/// The exit code when not all could be asked, as when nothing could.
const INCOMPLETE: u8 = 2;

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let plan = Plan::read(args)?;
    let (seen, unfinished) = wait_for(visit::row(args, &plan))??;
    let report = audit(&plan.settings, &seen);
    output::write(report::write(args, &seen, &report, unfinished)?.as_bytes())?;
    let code = exit_code(args.fail_on, report.worst());
    if unfinished == 0 {
        return Ok(code);
    }
    let s = if unfinished == 1 { "" } else { "s" };
    eprintln!(
        "hedgerow: the time was over before {unfinished} asset{s} had been asked for everything; \
         raise --max-time"
    );
    // What was not seen is not known to be well.
    Ok(if code == ExitCode::SUCCESS {
        ExitCode::from(INCOMPLETE)
    } else {
        code
    })
}

/// The head of the response to GET, and when it was received. Redirects are
/// not followed.
pub(crate) fn fetch(network: &Network, url: &str) -> Result<(Response, Timestamp)> {
    let url = web_url(url)?;
    let request = Probe::Get
        .request(Class::Other, url.as_str(), None, None)
        .context("it can't be asked for")?;
    let mut client = Client::new(network)?;
    let answered = wait_for(client.ask(&request, &url, None))?;
    let (response, _) = answered.map_err(|failure| anyhow!("{url}: {}", failure.text))?;
    Ok((response, clock::wall()))
}

fn wait_for<F: Future>(asking: F) -> Result<F::Output> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // Else clocks and the others' sockets wait for many turns of a server
        // that sends without end.
        .event_interval(1)
        .build()
        .context("cannot start")?;
    let done = runtime.block_on(asking);
    // The system's resolver can't be stopped, and takes its time.
    runtime.shutdown_background();
    Ok(done)
}

fn exit_code(fail_on: FailOn, worst: Option<Severity>) -> ExitCode {
    let is_bad = match fail_on {
        FailOn::Never => false,
        FailOn::Error => worst >= Some(Severity::Error),
        FailOn::Warning => worst >= Some(Severity::Warning),
        FailOn::Note => worst >= Some(Severity::Note),
    };
    if is_bad {
        ExitCode::from(FOUND)
    } else {
        ExitCode::SUCCESS
    }
}

/// How many requests were answered or failed.
fn count(seen: &Observations) -> usize {
    seen.endpoints
        .iter()
        .flat_map(|endpoint| &endpoint.visits)
        .map(|visit| visit.exchanges.len())
        .sum()
}
