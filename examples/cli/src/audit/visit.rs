//! Asks every endpoint for every asset, as the probes say.

use super::args::Args;
use super::client::Client;
use super::clock;
use super::plan::{Asset, Plan, shareable};
use super::progress::Progress;
use anyhow::Result;
use futures_util::future::join_all;
use hedgerow::asset::{Class, classify};
use hedgerow::audit::{
    Endpoint, Exchange, Failure, FailureKind, Hop, Observations, Outcome, Probe, ProbeRequest,
    Response, Visit,
};
use std::cell::Cell;
use url::Url;

/// As many redirects as browsers follow, nearly.
const REDIRECTS: usize = 10;

/// Asks all the endpoints at once, each of them for one thing after the other.
/// Says how many visits the audit's own time was too short for.
pub(super) async fn row(args: &Args, plan: &Plan) -> Result<(Observations, usize)> {
    let total = plan
        .endpoints
        .iter()
        .map(|endpoint| endpoint.assets.len())
        .sum();
    let progress = Progress::new(total);
    let unfinished = Cell::new(0);
    let mut seen = Observations::new(clock::wall());
    seen.page_origin = plan.page_origin.clone();
    seen.is_whole_row = plan.is_whole_row;
    let endpoints = plan.endpoints.iter().map(async |planned| {
        let mut endpoint = Endpoint::new(&planned.name, planned.url.as_str().trim_end_matches('/'));
        endpoint.region = planned.region.clone();
        let mut client = Client::new(&args.network)?;
        endpoint.dns_ttl_secs = client.dns_ttl(&planned.url).await;
        endpoint.handshakes = client.handshakes(&planned.url).await;
        for asset in &planned.assets {
            progress.step(asset.url.as_str());
            endpoint.visits.push(visit(&mut client, plan, asset).await);
            if client.is_over() {
                unfinished.set(unfinished.get() + 1);
            }
        }
        Ok(endpoint)
    });
    seen.endpoints = join_all(endpoints)
        .await
        .into_iter()
        .collect::<Result<_>>()?;
    Ok((seen, unfinished.get()))
}

/// Asks all that there is to ask of an asset. What did not end before the
/// audit's time was over is left out.
async fn visit(client: &mut Client, plan: &Plan, asset: &Asset) -> Visit {
    let class = classify(&asset.path, &plan.settings.rules).class;
    let origin = plan.page_origin.as_deref();
    let mut visit = Visit::new(&asset.path, asset.url.as_str());
    let Some(request) = Probe::Get.request(class, asset.url.as_str(), origin, None) else {
        return visit;
    };
    if client.is_over() {
        return visit;
    }
    let (get, last, fits) = follow(client, &request, asset).await;
    if client.is_over() {
        return visit;
    }
    visit.integrity = fits;
    let first = get.response().cloned();
    visit.exchanges.push(get);
    for &probe in Probe::ALL.iter().filter(|&&probe| probe != Probe::Get) {
        let exchange = ask(client, probe, class, &last, origin, first.as_ref()).await;
        if client.is_over() {
            return visit;
        }
        visit.exchanges.extend(exchange);
    }
    visit
}

async fn ask(
    client: &mut Client,
    probe: Probe,
    class: Class,
    url: &Url,
    origin: Option<&str>,
    first: Option<&Response>,
) -> Option<Exchange> {
    let request = probe.request(class, url.as_str(), origin, first)?;
    let url = Url::parse(&request.url).ok()?;
    let outcome = match client.ask(&request, &url, None).await {
        Ok((response, _)) => Outcome::Response(response),
        Err(failure) => Outcome::Failed(failure),
    };
    Some(Exchange::new(probe, outcome))
}

/// Follows redirects; says where they led, and whether what is there fits the
/// integrity.
async fn follow(
    client: &mut Client,
    request: &ProbeRequest,
    asset: &Asset,
) -> (Exchange, Url, Option<bool>) {
    let mut url = asset.url.clone();
    let mut hops = Vec::new();
    let (outcome, fits) = loop {
        let answer = client.ask(request, &url, asset.integrity.as_deref()).await;
        let (response, fits) = match answer {
            Ok(answer) => answer,
            Err(failure) => break (Outcome::Failed(failure), None),
        };
        let Some(target) = target(&response, &url) else {
            break (Outcome::Response(response), fits);
        };
        hops.push(Hop::new(
            url.as_str(),
            response.status,
            response.fields,
            target.as_str(),
        ));
        if hops.len() > REDIRECTS {
            let text = format!("{} redirects, the last to {target}", hops.len());
            let failure = Failure::new(FailureKind::RedirectLoop, text);
            break (Outcome::Failed(failure), None);
        }
        url = target;
    };
    let mut exchange = Exchange::new(Probe::Get, outcome);
    exchange.hops = hops;
    (exchange, url, fits)
}

/// Where a redirect leads, if it is one that can be followed.
fn target(response: &Response, url: &Url) -> Option<Url> {
    if !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response
        .fields
        .iter()
        .find(|(name, _)| name == "location")
        .map(|(_, value)| String::from_utf8_lossy(value))?;
    let target = url.join(&location).ok()?;
    matches!(target.scheme(), "http" | "https").then(|| shareable(target))
}
