//! Caching proxies before an origin server on the loopback: ours, and a peer.

mod edge;
mod nginx;

use crate::paths;
use crate::server::{Server, free_address};
use anyhow::{Context, Result};
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

pub(crate) use edge::{Build, Keeps, with_document};

/// A proxy that can be started here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Maker {
    /// `examples/edge`.
    Edge(Build, Keeps),
    /// nginx, as Debian has it, with `proxy_cache`.
    Nginx,
}

/// A proxy at work; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    server: Server,
}

/// Where a proxy listens, what it fetches from, and a folder of its own.
#[derive(Debug)]
struct Place {
    listen: SocketAddr,
    origin: SocketAddr,
    folder: PathBuf,
}

impl Maker {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Edge(..) => "hedgerow-edge",
            Self::Nginx => "nginx",
        }
    }

    /// Name and version, as the program itself gives them.
    pub(crate) fn version(self) -> Result<String> {
        match self {
            Self::Edge(build, _) => edge::version(build),
            Self::Nginx => Ok(nginx::version()),
        }
    }

    /// Builds or installs it, so that starting it is a matter of a moment.
    pub(crate) fn prepare(self) -> Result<()> {
        match self {
            Self::Edge(build, _) => edge::prepare(build),
            Self::Nginx => nginx::prepare(),
        }
    }

    /// Starts it, [prepared](Self::prepare) before, with an empty store before
    /// `origin`, on any core or on one; `log` names its log.
    pub(crate) fn start(self, origin: SocketAddr, core: Option<usize>, log: &str) -> Result<Proxy> {
        let folder = paths::work().join("proxies").join(log);
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("cannot empty {}", paths::shown(&folder)))?;
        }
        fs::create_dir_all(&folder)?;
        let place = Place {
            listen: free_address()?,
            origin,
            folder,
        };
        let program = match self {
            Self::Edge(build, keeps) => edge::program(build, keeps, &place)?,
            Self::Nginx => nginx::program(&place)?,
        };
        let program = match core {
            Some(core) => program.pinned(core),
            None => program,
        };
        let server = Server::start(program, place.listen, log)?;
        Ok(Proxy {
            address: place.listen,
            server,
        })
    }
}

impl Proxy {
    /// The process that was started; it may have children.
    pub(crate) fn process(&self) -> u32 {
        self.server.process()
    }
}
