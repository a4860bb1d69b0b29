//! `hedgerow headers`: what a URL's response should say.

use crate::{config, output};
use anyhow::Result;
use hedgerow::delivery::Exchange;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// Say which fields the response of a URL should have, and why.
///
/// Nothing is fetched: the class comes from the URL, and the fields from the
/// class and from the configuration.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// A URL or a path
    url: String,

    /// The origin of the page that asks, as `https://www.example.com`
    #[arg(short, long, value_name = "ORIGIN")]
    origin: Option<String>,

    /// The configuration document, with its sections `classes` and `delivery`
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Write JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  hedgerow headers /webmessaging/loader.js
  hedgerow headers --config hedgerow.json --origin https://www.example.com https://cdn1.example.com/widget-v2.1.0.js";

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let delivery = config::delivery(args.config.as_deref())?;
    let plan = delivery.plan(&args.url);
    let request: Vec<(&str, &str)> = args
        .origin
        .iter()
        .map(|origin| ("origin", origin.as_str()))
        .collect();
    // What an upstream sends that knows nothing of all this.
    let response: [(&str, &str); 0] = [];
    let is_secure = !args.url.starts_with("http://");
    let exchange = Exchange::new("GET", &request, 200, &response).with_secure(is_secure);
    let fields = plan.fields(&exchange);
    let found = plan.classification();
    let mut lines: Vec<(&str, String)> = fields
        .edits
        .lines()
        .map(|(name, value)| (name, String::from_utf8_lossy(value).into_owned()))
        .collect();
    lines.sort();
    let evidence = String::from_utf8_lossy(found.evidence.of(args.url.as_bytes()));
    let text = if args.json {
        let fields_by_name: serde_json::Map<_, _> = lines
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        let document = json!({
            "url": args.url,
            "class": found.class.as_str(),
            "reason": found.reason.as_str(),
            "evidence": evidence,
            "caching": fields.caching.as_str(),
            "cors": fields.cors.map(hedgerow::types::Reason::as_str),
            "fields": fields_by_name,
        });
        serde_json::to_string_pretty(&document)? + "\n"
    } else {
        let mut text = String::new();
        for (name, value) in lines {
            text.push_str(&format!("{name}: {value}\n"));
        }
        text.push_str(&format!(
            "\n{}: {}",
            found.class,
            found.reason.description()
        ));
        if !evidence.is_empty() {
            text.push_str(&format!(" ({evidence})"));
        }
        text.push_str(&format!("\ncaching: {}\n", fields.caching.description()));
        if let Some(reason) = fields.cors {
            text.push_str(&format!("cross-origin: {}\n", reason.description()));
        }
        text
    };
    output::write(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
