//! wrk, and what it says.

use crate::apt::{self, Package};
use crate::process::{Program, on_path};
use crate::ui::Step;
use anyhow::{Context, Result, ensure};
use std::net::SocketAddr;
use std::time::Duration;

const PACKAGE: Package = Package {
    name: "wrk",
    present: || on_path("wrk"),
};

/// What one run of the load generator saw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Seen {
    pub(super) per_second: f64,
    /// The slowest of a hundred, in milliseconds.
    pub(super) p99_ms: f64,
    pub(super) requests: u64,
}

pub(super) fn prepare() -> Result<()> {
    apt::ensure(&[PACKAGE], "the load generator")
}

/// Asks for one object over `connections`, as fast as answers come.
///
/// # Errors
///
/// When wrk fails, or any answer is an error: then nothing was measured.
pub(super) fn run(
    at: SocketAddr,
    object: usize,
    (connections, time): (usize, Duration),
    core: usize,
    step: &mut Step,
) -> Result<Seen> {
    let finished = Program::new("wrk")
        .args(["--threads", "1", "--latency"])
        .args(["--connections", &connections.to_string()])
        .args(["--duration", &format!("{}s", time.as_secs())])
        .args([format!("http://{at}/{object}")])
        .pinned(core)
        .logged("wrk", step)?
        .check()?;
    read(&finished.output)
}

fn read(output: &str) -> Result<Seen> {
    let line = |start: &str| {
        let mut lines = output.lines().map(str::trim);
        lines.find_map(|line| line.strip_prefix(start).map(str::trim))
    };
    for trouble in ["Non-2xx or 3xx responses:", "Socket errors:"] {
        let seen = line(trouble);
        ensure!(
            seen.is_none(),
            "{trouble} {}",
            seen.unwrap_or_default().to_owned()
        );
    }
    let per_second = line("Requests/sec:").context("wrk counted no requests")?;
    let p99 = line("99%").context("wrk told no latency")?;
    let requests = output
        .lines()
        .find_map(|line| line.split_once(" requests in "))
        .context("wrk told no number of requests")?;
    Ok(Seen {
        per_second: per_second.parse()?,
        p99_ms: milliseconds(p99).with_context(|| format!("no time: {p99}"))?,
        requests: requests.0.trim().parse()?,
    })
}

fn milliseconds(text: &str) -> Option<f64> {
    let units = [("us", 0.001), ("ms", 1.0), ("s", 1_000.0), ("m", 60_000.0)];
    units.iter().find_map(|(unit, factor)| {
        let number: f64 = text.strip_suffix(unit)?.parse().ok()?;
        Some(number * factor)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "Running 1s test @ http://127.0.0.1:1/1024
  1 threads and 8 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   100.00us   20.00us   1.20ms   90.00%
    Req/Sec    50.00k     1.00k   60.00k    80.00%
  Latency Distribution
     50%   95.00us
     99%    1.25ms
  50123 requests in 1.00s, 60.00MB read
Requests/sec:  50012.50
Transfer/sec:     60.00MB
";

    #[test]
    fn the_figures_are_found() {
        let seen = read(OUTPUT).expect("what wrk prints");
        let expected = Seen {
            per_second: 50_012.5,
            p99_ms: 1.25,
            requests: 50_123,
        };
        assert_eq!(seen, expected);
    }

    #[test]
    fn errors_are_no_throughput() {
        let non_2xx = format!("{OUTPUT}  Non-2xx or 3xx responses: 7\n");
        assert!(read(&non_2xx).is_err());
        let socket = format!("{OUTPUT}  Socket errors: connect 0, read 1, write 0, timeout 0\n");
        assert!(read(&socket).is_err());
        assert!(read("").is_err());
    }

    #[test]
    fn times_have_units() {
        assert_eq!(milliseconds("250.00us"), Some(0.25));
        assert_eq!(milliseconds("1.50s"), Some(1_500.0));
        assert_eq!(milliseconds("2.00m"), Some(120_000.0));
        assert_eq!(milliseconds("fast"), None);
    }
}
