//! The two upstreams that break on demand.

use super::files;
use crate::problem::Problem;
use crate::process::Program;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Child;

/// The running upstreams; they end when this is dropped.
#[derive(Debug)]
pub(super) struct Upstreams {
    child: Child,
    ports: Ports,
}

#[derive(Debug, Deserialize)]
struct Ports {
    #[serde(rename = "A")]
    a: u16,
    #[serde(rename = "B")]
    b: u16,
    control: u16,
}

impl Upstreams {
    pub(super) fn start() -> Result<Self> {
        let program = Program::new("python3").arg_path("-u", &files().join("upstreams.py"));
        let (mut child, log) = program.piped("rig-upstreams")?;
        let mut line = String::new();
        let out = child.stdout.take().context("it has no output")?;
        BufReader::new(out).read_line(&mut line)?;
        match serde_json::from_str(&line) {
            Ok(ports) => Ok(Self { child, ports }),
            Err(_) => {
                // It has ended, or says what nobody expects: either way it goes.
                let _ = child.kill();
                let _ = child.wait();
                let what = format!("the rig's upstreams did not start, but said {line:?}");
                Err(Problem::new(what).at(log.display().to_string()).into())
            }
        }
    }

    pub(super) fn a(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.ports.a).into()
    }

    pub(super) fn b(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.ports.b).into()
    }

    pub(super) const fn control(&self) -> u16 {
        self.ports.control
    }
}

impl Drop for Upstreams {
    fn drop(&mut self) {
        // They end with their standard input.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
