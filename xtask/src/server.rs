//! Programs that serve on the loopback until they are no longer needed.

use crate::problem::Problem;
use crate::process::{Program, tail};
use anyhow::{Context, Result};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

/// How long a program may take until it listens, and until it has ended.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(20);
const SHOWN_LINES: usize = 20;

/// A running server; it is ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
}

impl Server {
    /// Starts `program`, and waits until `address` answers.
    ///
    /// # Errors
    ///
    /// When it can't be started, ends at once, or doesn't listen in time; the
    /// error has the end of what it printed.
    pub(crate) fn start(program: Program, address: SocketAddr, log: &str) -> Result<Self> {
        let (child, path) = program.background(log)?;
        let mut server = Self { child };
        server.wait_for(address, log, &path)?;
        Ok(server)
    }

    fn wait_for(&mut self, address: SocketAddr, name: &str, log: &Path) -> Result<()> {
        let since = Instant::now();
        loop {
            let ended = self.child.try_wait()?;
            // Somebody else's server would answer, too, if ours is gone.
            if ended.is_none() && TcpStream::connect(address).is_ok() {
                return Ok(());
            }
            if ended.is_some() || since.elapsed() > PATIENCE {
                let how = ended.map_or_else(
                    || format!("does not listen on {address}"),
                    |status| format!("ended at once ({status})"),
                );
                let said = fs::read_to_string(log).unwrap_or_default();
                let what = format!("{name} {how}\n\n{}\n", tail(&said, SHOWN_LINES));
                return Err(Problem::new(what).at(log.display().to_string()).into());
            }
            thread::sleep(PAUSE);
        }
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }
}

/// Asks first: a server with processes of its own has to end them.
impl Drop for Server {
    fn drop(&mut self) {
        let id = self.process().to_string();
        if Program::new("kill").args(["-TERM", &id]).ask().is_some() {
            let since = Instant::now();
            while since.elapsed() < PATIENCE {
                if !matches!(self.child.try_wait(), Ok(None)) {
                    return;
                }
                thread::sleep(PAUSE);
            }
        }
        // It may have ended by itself, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address of the loopback that nothing listens on at this moment.
pub(crate) fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .context("no free port on the loopback interface")?;
    Ok(listener.local_addr()?)
}
