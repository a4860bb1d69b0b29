//! nginx as a caching proxy with one worker.

use super::Place;
use crate::apt::{self, Package};
use crate::process::{Program, on_path};
use anyhow::Result;
use std::fs;

const PACKAGE: Package = Package {
    name: "nginx-light",
    present: || on_path("nginx"),
};

pub(super) fn prepare() -> Result<()> {
    apt::ensure(&[PACKAGE], "the comparison with nginx")
}

pub(super) fn version() -> String {
    // It says so on stderr.
    let version = Program::new("sh").args(["-c", "nginx -v 2>&1"]).ask();
    version
        .as_deref()
        .and_then(|text| text.rsplit_once("nginx/"))
        .map_or_else(
            || "nginx".to_owned(),
            |(_, version)| format!("nginx {version}"),
        )
}

pub(super) fn program(place: &Place) -> Result<Program> {
    let file = place.folder.join("nginx.conf");
    fs::create_dir_all(place.folder.join("tmp"))?;
    fs::write(&file, configuration(place))?;
    Ok(Program::new("nginx")
        .arg_path("-p", &place.folder)
        .arg_path("-c", &file)
        .args(["-e", "stderr", "-g", "daemon off;"]))
}

/// What its documentation recommends for a cache: files sent by the kernel and
/// kept open, connections to the origin kept, expired responses revalidated,
/// stale ones served when the origin fails.
fn configuration(place: &Place) -> String {
    let Place { listen, origin, .. } = place;
    let ask = |what: &str| Program::new("id").args([what]).ask().unwrap_or_default();
    let (user, group) = (ask("-un"), ask("-gn"));
    format!(
        "user {user} {group};
worker_processes 1;
pid nginx.pid;
error_log stderr warn;
events {{
  worker_connections 4096;
}}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  open_file_cache max=1000;
  open_file_cache_valid 1h;
  client_body_temp_path tmp/body;
  proxy_temp_path tmp/proxy;
  fastcgi_temp_path tmp/fastcgi;
  uwsgi_temp_path tmp/uwsgi;
  scgi_temp_path tmp/scgi;
  proxy_cache_path store levels=1:2 keys_zone=store:10m max_size=1g inactive=1h use_temp_path=off;
  upstream origin {{
    server {origin};
    keepalive 16;
  }}
  server {{
    listen {listen};
    location / {{
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Connection \"\";
      proxy_cache store;
      proxy_cache_revalidate on;
      proxy_cache_use_stale error timeout;
    }}
  }}
}}
"
    )
}
