//! The command line of `hedgerow audit`.

use clap::ValueEnum;
use hedgerow::asset::Class;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Ask real endpoints, and say what is wrong with what they send.
///
/// Every asset is asked for at every endpoint: URLs of one asset at several
/// CDNs, or of several assets at one, or an endpoint's URL alone, which is then
/// asked for the assets of the others. Requests only read; about a dozen are
/// made for each asset at each endpoint.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Assets, or endpoints
    #[arg(value_name = "URL", required_unless_present = "config")]
    pub(super) urls: Vec<String>,

    /// The configuration document, whose endpoints and assets are audited
    #[arg(short, long, value_name = "FILE", conflicts_with = "urls")]
    pub(super) config: Option<PathBuf>,

    /// The page that loads the assets, as `https://www.example.com`; without it nothing is said of CORS
    #[arg(short, long, value_name = "ORIGIN")]
    pub(super) origin: Option<String>,

    /// What matches is of this class, such as `/legacy/*.js=other`; the first that matches counts
    #[arg(long = "class", value_name = "GLOB=CLASS", value_parser = class_rule)]
    pub(super) classes: Vec<(String, Class)>,

    /// Entry points that may be cached for long
    #[arg(long, value_name = "GLOB")]
    pub(super) pinned: Vec<String>,

    /// Every origin may read the assets, so a wildcard is no finding
    #[arg(long)]
    pub(super) public: bool,

    /// How bad a finding must be for the exit code 1
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    pub(super) fail_on: FailOn,

    #[command(flatten)]
    pub(super) format: Format,

    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Color,

    #[command(flatten)]
    pub(super) network: Network,
}

/// How endpoints are reached, and for how long.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Network {
    /// Trust the authorities in this PEM file instead of the public ones
    #[arg(long, value_name = "FILE")]
    pub(super) ca: Option<PathBuf>,

    /// Connect to this address for a host and port, as `cdn1.example.com:443=192.0.2.1:443`
    #[arg(long, value_name = "HOST:PORT=ADDRESS", value_parser = resolved)]
    pub(super) resolve: Vec<(String, SocketAddr)>,

    /// How long to wait for a connection, a response or the next bytes
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub(super) timeout: Duration,

    /// How long all of it may take
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = seconds)]
    pub(super) max_time: Duration,

    /// How much of a body is read, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = 16 << 20)]
    pub(super) max_body: usize,
}

/// How the findings are written.
#[derive(Clone, Copy, Debug, clap::Args)]
#[group(multiple = false)]
pub(super) struct Format {
    /// Write JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Write SARIF 2.1.0, for code scanning
    #[arg(long)]
    pub(super) sarif: bool,
    /// Write JUnit XML, for test reports
    #[arg(long)]
    pub(super) junit: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    Error,
    Warning,
    Note,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

const EXAMPLES: &str = "\
Exit codes: 0 nothing that bad was found, 1 findings, 2 the audit could not run, or not to its end.

Examples:
  hedgerow audit https://cdn1.example.com/loader.js https://cdn2.example.com
  hedgerow audit --origin https://www.example.com --config hedgerow.json
  hedgerow audit --config hedgerow.json --fail-on warning --sarif > audit.sarif";

fn class_rule(text: &str) -> Result<(String, Class), String> {
    let (glob, name) = text.rsplit_once('=').ok_or("write GLOB=CLASS")?;
    let class = Class::from_name(name).ok_or_else(|| {
        let names: Vec<_> = Class::ALL.iter().map(|class| class.as_str()).collect();
        format!(
            "there is no class {name}: write one of {}",
            names.join(", ")
        )
    })?;
    Ok((glob.to_owned(), class))
}

fn resolved(text: &str) -> Result<(String, SocketAddr), String> {
    let (name, address) = text.rsplit_once('=').ok_or("write HOST:PORT=ADDRESS")?;
    if !name.contains(':') {
        return Err(format!("{name} has no port: write HOST:PORT=ADDRESS"));
    }
    let address = address
        .parse()
        .map_err(|_| format!("{address} is no address with a port"))?;
    Ok((name.to_ascii_lowercase(), address))
}

fn seconds(text: &str) -> Result<Duration, String> {
    // A day is longer than anybody waits, and can be added to every clock.
    match text.parse::<f64>() {
        Ok(secs) if secs > 0.0 && secs <= 86_400.0 => Ok(Duration::from_secs_f64(secs)),
        _ => Err("write a number of seconds, more than 0 and a day at most".to_owned()),
    }
}
