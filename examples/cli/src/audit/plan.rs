//! Which assets are asked for at which endpoints.

use super::args::Args;
use anyhow::{Context as _, Result, bail, ensure};
use hedgerow::asset::{self, Glob, Rules};
use hedgerow::audit::Settings;
use hedgerow::config::{Config, DeliveryConfig};
use hedgerow::delivery::{Cors, Policy, Rule};
use std::fs;
use url::{Origin, Position, Url};

/// What to do.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) settings: Settings,
    /// The page's origin, as browsers send it.
    pub(super) page_origin: Option<String>,
    pub(super) endpoints: Vec<Endpoint>,
    /// The endpoints are all that there are.
    pub(super) is_whole_row: bool,
}

#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) name: String,
    pub(super) url: Url,
    pub(super) region: Option<String>,
    pub(super) assets: Vec<Asset>,
}

#[derive(Clone, Debug)]
pub(super) struct Asset {
    pub(super) path: String,
    pub(super) url: Url,
    /// Hashes as in an `integrity` attribute.
    pub(super) integrity: Option<String>,
}

/// More would be asked for hours.
const MOST: usize = 1000;

impl Plan {
    pub(super) fn read(args: &Args) -> Result<Plan> {
        let mut classes = asset::Settings::new();
        for (glob, class) in &args.classes {
            classes = classes.with_rule(glob, *class);
        }
        let mut pinned = args.pinned.clone();
        let mut is_public = args.public;
        let (endpoints, classes) = match &args.config {
            Some(file) => {
                let shown = file.display();
                let text =
                    fs::read_to_string(file).with_context(|| format!("cannot read {shown}"))?;
                let parsed = Config::from_json(&text).with_context(|| format!("in {shown}"))?;
                for warning in &parsed.warnings {
                    eprintln!("hedgerow: {shown}: {warning}");
                }
                // What the document says comes after what the command line says.
                let own =
                    DeliveryConfig::from_json(&text).with_context(|| format!("in {shown}"))?;
                let DeliveryConfig {
                    classes: known,
                    delivery,
                    ..
                } = own.config;
                classes.rules.extend(known.rules);
                classes.health_checks.extend(known.health_checks);
                classes.fallback_pages.extend(known.fallback_pages);
                classes.configuration.extend(known.configuration);
                if let Some(delivery) = delivery {
                    is_public |= delivery.profile.cors.as_ref().is_some_and(Cors::is_public);
                    let rules = delivery.rules.into_iter();
                    let is_pinned = |rule: &Rule| rule.profile.cache_control == Policy::Pinned;
                    pinned.extend(rules.filter(is_pinned).map(|rule| rule.pattern));
                }
                from_config(&parsed.config, classes)
            }
            None => (from_urls(&args.urls)?, classes),
        };
        let count: usize = endpoints.iter().map(|endpoint| endpoint.assets.len()).sum();
        ensure!(
            count > 0,
            "there is no asset to ask for: give a URL with a path"
        );
        ensure!(
            count <= MOST,
            "{count} assets are too many at once: {MOST} at most"
        );
        let pinned = pinned
            .iter()
            .map(|glob| Glob::new(glob).with_context(|| format!("--pinned {glob}")))
            .collect::<Result<_>>()?;
        Ok(Plan {
            settings: Settings::new()
                .with_rules(Rules::compile(&classes).context("--class")?)
                .with_pinned(pinned)
                .with_public_assets(is_public),
            page_origin: args.origin.as_deref().map(origin).transpose()?,
            is_whole_row: args.config.is_some(),
            endpoints,
        })
    }
}

/// The URL, if it can be asked. Nothing of it that may be a secret is told.
pub(super) fn web_url(text: &str) -> Result<Url> {
    let url = Url::parse(text).with_context(|| format!("{} is no URL", without_user(text)))?;
    ensure!(
        matches!(url.scheme(), "http" | "https"),
        "{}: only https and http can be asked",
        without_user(text)
    );
    Ok(shareable(url))
}

/// The URL without what is none of a reader's business, a user's name and
/// password, and without its fragment, which is never sent.
pub(super) fn shareable(mut url: Url) -> Url {
    // Both exist wherever there is a host, as in every URL of the web.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    url
}

/// The same for what is no URL: all up to the last `@` may be a password.
fn without_user(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((_, rest)) => format!("…@{rest}"),
        None => text.to_owned(),
    }
}

/// The origin of a page, be it given as a URL of one.
fn origin(text: &str) -> Result<String> {
    let shown = without_user(text);
    let url = Url::parse(text).with_context(|| format!("--origin {shown}"))?;
    match url.origin() {
        Origin::Opaque(_) => bail!("--origin {shown}: write it as https://www.example.com"),
        origin => Ok(origin.ascii_serialization()),
    }
}

fn from_config(config: &Config, mut classes: asset::Settings) -> (Vec<Endpoint>, asset::Settings) {
    let mut endpoints = Vec::new();
    for endpoint in &config.endpoints {
        let mut assets: Vec<Asset> = config
            .assets
            .iter()
            .map(|asset| Asset {
                path: asset.path.as_str().to_owned(),
                url: endpoint.join(&asset.path),
                integrity: asset
                    .integrity
                    .as_ref()
                    .map(|hash| hash.as_str().to_owned()),
            })
            .collect();
        if let Some(health) = &endpoint.health {
            classes = classes.with_health_check(health.path.as_str());
            assets.push(Asset {
                path: health.path.as_str().to_owned(),
                url: endpoint.join(&health.path),
                integrity: None,
            });
        }
        endpoints.push(Endpoint {
            name: endpoint.id.as_str().to_owned(),
            url: endpoint.url.clone(),
            region: endpoint
                .region
                .as_ref()
                .map(|region| region.as_str().to_owned()),
            assets,
        });
    }
    (endpoints, classes)
}

/// Every path at every origin, in the order in which they are given.
fn from_urls(urls: &[String]) -> Result<Vec<Endpoint>> {
    let mut endpoints: Vec<Endpoint> = Vec::new();
    let mut wanted: Vec<Url> = Vec::new();
    for text in urls {
        let url = web_url(text)?;
        let base = Url::parse(&url.origin().ascii_serialization())?;
        let path = path(&url);
        if path != "/" && wanted.iter().all(|known| self::path(known) != path) {
            wanted.push(url);
        }
        if endpoints.iter().all(|known| known.url != base) {
            endpoints.push(Endpoint {
                name: authority(&base),
                url: base,
                region: None,
                assets: Vec::new(),
            });
        }
    }
    for endpoint in &mut endpoints {
        for asset in &wanted {
            // Not joined: a path may start with two slashes.
            let mut url = endpoint.url.clone();
            url.set_path(asset.path());
            url.set_query(asset.query());
            endpoint.assets.push(Asset {
                path: path(asset).to_owned(),
                url,
                integrity: None,
            });
        }
    }
    Ok(endpoints)
}

/// Path and query.
fn path(url: &Url) -> &str {
    &url[Position::BeforePath..Position::AfterQuery]
}

/// Host and port, the port only if it is not the scheme's own.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
