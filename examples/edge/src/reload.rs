//! Reads the configuration, at the start and again on SIGHUP.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use hedgerow::config::edge::{Edge, ParsedEdge};
use tokio::task::JoinHandle;
use tracing::{info, warn};

use crate::admin;
use crate::app::App;
use crate::clock::Clock;
use crate::server::Listeners;
use crate::site::Site;

/// What runs, and what it can be replaced by.
pub(crate) struct Control {
    file: PathBuf,
    app: Arc<App>,
    listeners: Listeners,
    admin: Option<(std::net::SocketAddr, JoinHandle<()>)>,
}

/// Reads the document.
pub(crate) fn read(file: &Path) -> Result<ParsedEdge> {
    let shown = file.display();
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {shown}"))?;
    Edge::from_json(&text).map_err(|error| anyhow!(error))
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
        let app = Arc::new(App::new(clock, site));
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
            Ok(()) => info!("configuration taken over"),
            Err(error) => {
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
        site.watch(self.app.clock);
        self.app.site.store(Arc::new(site));
        self.listeners.apply(plan, &self.app);
        Ok(())
    }

    async fn serve_admin(&mut self, edge: &Edge) -> Result<()> {
        let running = self.admin.as_ref().map(|(address, _)| *address);
        if running == edge.admin {
            return Ok(());
        }
        let next = match edge.admin {
            Some(address) => {
                let listener = admin::bind(address).await?;
                let task = tokio::spawn(admin::serve(listener, Arc::clone(&self.app)));
                Some((address, task))
            }
            None => None,
        };
        if let Some((_, task)) = std::mem::replace(&mut self.admin, next) {
            task.abort();
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
