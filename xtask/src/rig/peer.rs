//! The proxies under test.

use super::{Upstreams, files, openresty, results};
use crate::apt::{self, Package};
use crate::paths;
use crate::process::{Program, on_path};
use crate::proxy::{self, Build, Keeps, Maker};
use crate::server::{Server, free_address};
use anyhow::{Context, Result};
use clap::ValueEnum;
use serde_json::{Value, json};
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// A proxy, and how it is configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Peer {
    /// The proxy of examples/edge, whose clients may go elsewhere
    Edge,
    /// The same where the upstream owns its sessions: it never hedges
    EdgeOwner,
    /// nginx in the shape of the Co-browse guide
    NginxGuide,
    /// The same with a read timeout of 5 s
    NginxGuideRt5,
    /// nginx with limits of 1 s and everything retried elsewhere
    NginxTuned,
    /// The same with limits of 250 ms
    NginxTight,
    /// nginx that fails over by examples/openresty, with hedges
    Openresty,
    /// The same through nginx's own proxy: the balancer, without hedges
    OpenrestyBalancer,
    /// HAProxy in the style of the Co-browse guide
    HaproxyGuide,
    /// HAProxy with limits of 1 s, fast checks and everything retried elsewhere
    HaproxyTuned,
    /// The same with limits of 250 ms
    HaproxyTight,
}

const NGINX: Package = Package {
    name: "nginx-light",
    present: || on_path("nginx"),
};
const HAPROXY: Package = Package {
    name: "haproxy",
    present: || on_path("haproxy"),
};

const EDGE: Maker = Maker::Edge(Build::Release, Keeps::ForAll);

/// A proxy at work; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Proxy {
    pub(super) address: SocketAddr,
    _server: Server,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Make {
    Edge,
    Nginx,
    Openresty,
    Haproxy,
}

impl Peer {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Edge => "edge",
            Self::EdgeOwner => "edge_owner",
            Self::NginxGuide => "nginx_guide",
            Self::NginxGuideRt5 => "nginx_guide_rt5",
            Self::NginxTuned => "nginx_tuned",
            Self::NginxTight => "nginx_tight",
            Self::Openresty => "openresty",
            Self::OpenrestyBalancer => "openresty_balancer",
            Self::HaproxyGuide => "haproxy_guide",
            Self::HaproxyTuned => "haproxy_tuned",
            Self::HaproxyTight => "haproxy_tight",
        }
    }

    const fn make(self) -> Make {
        match self {
            Self::Edge | Self::EdgeOwner => Make::Edge,
            Self::NginxGuide | Self::NginxGuideRt5 | Self::NginxTuned | Self::NginxTight => {
                Make::Nginx
            }
            Self::Openresty | Self::OpenrestyBalancer => Make::Openresty,
            Self::HaproxyGuide | Self::HaproxyTuned | Self::HaproxyTight => Make::Haproxy,
        }
    }

    /// Builds or installs it, so that starting it is a matter of a moment.
    pub(super) fn prepare(self) -> Result<()> {
        match self.make() {
            Make::Edge => EDGE.prepare(),
            Make::Nginx => apt::ensure(&[NGINX], "the comparison with nginx"),
            Make::Openresty => openresty::prepare(),
            Make::Haproxy => apt::ensure(&[HAPROXY], "the comparison with HAProxy"),
        }
    }

    /// Starts it, [prepared](Self::prepare) before, in front of the upstreams.
    pub(super) fn start(self, upstreams: &Upstreams, log: &str) -> Result<Proxy> {
        let address = free_address()?;
        let folder = results().join("run").join(log);
        fs::create_dir_all(&folder)?;
        let program = match self.make() {
            Make::Edge => {
                let file = folder.join("edge.json");
                let document = self.document(address, upstreams);
                fs::write(&file, serde_json::to_string_pretty(&document)?)?;
                proxy::with_document(Build::Release, &file)
            }
            Make::Nginx | Make::Openresty => {
                let file = self.configuration("conf", address, upstreams, &folder)?;
                Program::new("nginx")
                    .arg_path("-p", &folder)
                    .arg_path("-c", &file)
                    .args(["-e", "stderr"])
            }
            Make::Haproxy => {
                let file = self.configuration("cfg", address, upstreams, &folder)?;
                Program::new("haproxy").args(["-db"]).arg_path("-f", &file)
            }
        };
        Ok(Proxy {
            address,
            _server: Server::start(program, address, log)?,
        })
    }

    fn document(self, listen: SocketAddr, upstreams: &Upstreams) -> Value {
        let mode = if self == Self::EdgeOwner {
            "owner"
        } else {
            "prefer"
        };
        json!({"edge": {
            "listen": [listen],
            "upstreams": [{
                "id": "cluster",
                "affinity": {"cookie": "gcbSessionServer", "mode": mode},
                "health": {"path": "/health"},
                "endpoints": [
                    {"id": "A", "url": format!("http://{}", upstreams.a())},
                    {"id": "B", "url": format!("http://{}", upstreams.b())},
                ],
            }],
            "routes": [{"upstream": "cluster", "cache": "off"}],
        }})
    }

    /// Fills in what differs from run to run.
    fn configuration(
        self,
        suffix: &str,
        listen: SocketAddr,
        upstreams: &Upstreams,
        folder: &Path,
    ) -> Result<PathBuf> {
        let name = format!("{}.{suffix}", self.name());
        let template = files().join("peers").join(&name);
        let text = fs::read_to_string(&template)
            .with_context(|| format!("cannot read {}", paths::shown(&template)))?;
        let user = Program::new("id").args(["-un"]).ask().unwrap_or_default();
        let text = text
            .replace("@LISTEN@", &listen.to_string())
            .replace("@A@", &upstreams.a().to_string())
            .replace("@B@", &upstreams.b().to_string())
            .replace("@USER@", &user)
            .replace("@LUA@", &openresty::modules().display().to_string());
        let file = folder.join(name);
        fs::write(&file, text)?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_peer_has_its_files_with_every_place_to_fill_in() {
        for peer in Peer::value_variants() {
            let suffix = match peer.make() {
                Make::Edge => continue,
                Make::Nginx | Make::Openresty => "conf",
                Make::Haproxy => "cfg",
            };
            let file = files()
                .join("peers")
                .join(format!("{}.{suffix}", peer.name()));
            let text = fs::read_to_string(&file).expect("it is committed");
            for place in ["@LISTEN@", "@A@", "@B@"] {
                assert!(text.contains(place), "{} has no {place}", file.display());
            }
        }
    }

    #[test]
    fn names_are_those_of_the_command_line() {
        for peer in Peer::value_variants() {
            let value = peer.to_possible_value().expect("none is hidden");
            assert_eq!(value.get_name(), peer.name());
        }
    }
}
