//! Reads the configuration, at the start and again on SIGHUP.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use arc_swap::ArcSwap;
use hedgerow::config::edge::{Edge, ParsedEdge};
use tokio::task::JoinHandle;
use tracing::{info, warn};

use crate::admin::{self, Guard};
use crate::app::App;
use crate::clock::Clock;
use crate::explain::explain;
use crate::server::Listeners;
use crate::site::Site;

/// In which WebSockets are told that the proxy ends.
const FAREWELL: std::time::Duration = std::time::Duration::from_secs(1);

/// What runs, and what it can be replaced by.
pub(crate) struct Control {
    file: PathBuf,
    app: Arc<App>,
    listeners: Listeners,
    admin: Option<Admin>,
}

/// The operator's listener.
struct Admin {
    address: SocketAddr,
    guard: Arc<ArcSwap<Guard>>,
    task: JoinHandle<()>,
}

/// Reads the document.
pub(crate) fn read(file: &Path) -> Result<ParsedEdge> {
    let shown = file.display();
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {shown}"))?;
    Edge::from_json(&text).with_context(|| shown.to_string())
}

/// Says all that is wrong, one thing a line.
pub(crate) fn check(file: &Path) -> Result<()> {
    let shown = file.display();
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {shown}"))?;
    let parsed = match Edge::from_json(&text) {
        Ok(parsed) => parsed,
        Err(error) => {
            for problem in error.problems() {
                println!("{shown}: {problem}");
            }
            return Err(anyhow!("{shown} can't be used"));
        }
    };
    for warning in &parsed.warnings {
        println!("{shown}: warning: {warning}");
    }
    // Files that are named are read, but nothing is listened on.
    Site::new(&parsed.edge, None, Clock::start().now(), 0)?;
    Listeners::check(&parsed.edge)?;
    if let Some(admin) = &parsed.edge.admin {
        Guard::new(admin)?;
    }
    for line in explain(&parsed.edge)? {
        println!("{shown}: {line}");
    }
    println!("{shown} can be used");
    Ok(())
}

impl Control {
    /// Begins to serve.
    pub(crate) async fn start(file: PathBuf) -> Result<Control> {
        let parsed = read(&file)?;
        warn_of(&parsed);
        let clock = Clock::start();
        let site = Site::new(&parsed.edge, None, clock.now(), seed())?;
        site.watch(clock);
        let app = Arc::new(App::new(clock, site, seed()));
        let mut control = Control {
            listeners: Listeners::new(parsed.edge.limits.connections),
            file,
            app,
            admin: None,
        };
        let plan = control.listeners.plan(&parsed.edge)?;
        control.serve_admin(&parsed.edge).await?;
        control.listeners.apply(plan, &control.app);
        Ok(control)
    }

    /// Takes the document as it is now. What is wrong with it is logged, and
    /// nothing changes.
    pub(crate) async fn reload(&mut self) {
        match self.try_reload().await {
            Ok(()) => {
                self.app.metrics.reloads.add(1);
                info!("configuration taken over");
            }
            Err(error) => {
                self.app.metrics.reloads_refused.add(1);
                let error = format!("{error:#}");
                warn!(error, "configuration refused; the running one stays");
            }
        }
    }

    async fn try_reload(&mut self) -> Result<()> {
        let parsed = read(&self.file)?;
        warn_of(&parsed);
        let before = self.app.site.load_full();
        let now = self.app.clock.now();
        let site = Site::new(&parsed.edge, Some(&before), now, seed())?;
        let plan = self.listeners.plan(&parsed.edge)?;
        self.serve_admin(&parsed.edge).await?;
        // From here on nothing can fail.
        self.app.store.resize(&site.store);
        self.listeners.resize(site.limits.connections);
        self.take_over(site);
        self.listeners.apply(plan, &self.app);
        Ok(())
    }

    /// Puts a site in the place of the one that runs, with all that is known of
    /// its endpoints, and all that operators said of them until now.
    fn take_over(&self, site: Site) {
        let _nobody_changes = self.app.changes.lock();
        let before = self.app.site.load_full();
        site.inherit(&before, self.app.clock.now());
        site.watch(self.app.clock);
        self.app.site.store(Arc::new(site));
        self.app.changes.reloaded();
        self.app.tunnels.send_replace(false);
    }

    async fn serve_admin(&mut self, edge: &Edge) -> Result<()> {
        let Some(wanted) = &edge.admin else {
            if let Some(admin) = self.admin.take() {
                admin.task.abort();
            }
            return Ok(());
        };
        let guard = Guard::new(wanted)?;
        if let Some(running) = &self.admin
            && running.address == wanted.address
        {
            running.guard.store(Arc::new(guard));
            return Ok(());
        }
        let listener = admin::bind(wanted.address).await?;
        let guard = Arc::new(ArcSwap::from_pointee(guard));
        let serving = admin::serve(listener, Arc::clone(&self.app), Arc::clone(&guard));
        let next = Admin {
            address: wanted.address,
            guard,
            task: tokio::spawn(serving),
        };
        if let Some(before) = self.admin.replace(next) {
            before.task.abort();
        }
        Ok(())
    }

    /// Ends: nothing new is accepted, and what runs may end within the time
    /// that the configuration gives.
    pub(crate) async fn shut_down(mut self) {
        let millis = self.app.site.load().timeouts.drain_ms;
        let allowed = std::time::Duration::from_millis(millis.into());
        info!(connections = self.listeners.connections(), "draining");
        if tokio::time::timeout(allowed, self.listeners.drain())
            .await
            .is_err()
        {
            let left = self.listeners.connections();
            warn!(connections = left, "cut after the drain deadline");
            if self.app.upgrades.count() > 0 {
                self.app.tunnels.send_replace(true);
                // Who does not take the news is cut with the others.
                let _ = tokio::time::timeout(FAREWELL, self.listeners.drain()).await;
            }
            self.listeners.cut().await;
        }
    }
}

fn warn_of(parsed: &ParsedEdge) {
    for warning in &parsed.warnings {
        let warning = warning.to_string();
        warn!(warning, "configuration");
    }
}

/// For draws that need not be the same in two processes.
fn seed() -> u32 {
    use std::hash::{BuildHasher as _, RandomState};
    RandomState::new().hash_one(0) as u32
}
