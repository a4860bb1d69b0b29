//! `hedgerow explain`: why a response is cached, or not.

use crate::audit::{self, Network};
use crate::output;
use anyhow::{Context as _, Result, bail};
use hedgerow::cache::{
    Action, Delta, Directives, Policy, Request, Response, Settings, Times, date,
};
use hedgerow::types::{Reason, Timestamp};
use serde_json::json;
use std::fmt::Write as _;
use std::io::{self, Read as _};
use std::process::ExitCode;

/// Say whether, why and for how long a cache keeps a response.
///
/// Reads a response's head from the standard input, as `curl -I`, `-i` or `-D -`
/// print it; only the last one counts, if there are several. It is told what a
/// shared cache such as a CDN does by RFC 9111, and what a browser does.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Fetch this instead of reading a head; redirects are not followed, certificates not judged
    #[arg(long, value_name = "URL", conflicts_with_all = ["method", "fields"])]
    url: Option<String>,

    #[command(flatten)]
    network: Network,

    /// The request's method
    #[arg(long, value_name = "METHOD", default_value = "GET")]
    method: String,

    /// A field of the request, as `Authorization: …`
    #[arg(short = 'H', long = "header", value_name = "FIELD")]
    fields: Vec<String>,

    /// A field that the CDN obeys before Cache-Control, such as `cdn-cache-control`
    #[arg(long, value_name = "NAME")]
    target: Vec<String>,

    /// Write JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  curl -sI https://cdn1.example.com/loader.js | hedgerow explain
  hedgerow explain --url https://cdn1.example.com/loader.js
  curl -sI https://cdn1.example.com/loader.js | hedgerow explain --target cdn-cache-control --json";

/// A head is no larger than this; servers refuse far smaller ones.
const MAX_HEAD: u64 = 1 << 20;

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let head = match &args.url {
        Some(url) => Head::fetch(&args.network, url)?,
        None => Head::read(&input()?)?,
    };
    let request = args
        .fields
        .iter()
        .map(|field| {
            let (name, value) = field
                .split_once(':')
                .with_context(|| format!("--header {field}: write it as `Name: value`"))?;
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        })
        .collect::<Result<Vec<_>>>()?;
    let shared = Settings::shared().with_targets(args.target.clone());
    let stories = [
        Story::of("a shared cache", &shared, args, &request, &head),
        Story::of("a browser", &Settings::private(), args, &request, &head),
    ];
    let text = if args.json {
        let [shared, private] = stories.each_ref().map(Story::to_json);
        let document = json!({ "status": head.status, "shared": shared, "private": private });
        serde_json::to_string_pretty(&document)? + "\n"
    } else {
        let told: Vec<String> = stories.iter().map(Story::to_text).collect();
        told.join("\n")
    };
    output::write(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn input() -> Result<Vec<u8>> {
    let mut text = Vec::new();
    io::stdin()
        .lock()
        .take(MAX_HEAD + 1)
        .read_to_end(&mut text)
        .context("cannot read the response's head")?;
    if text.len() as u64 > MAX_HEAD {
        bail!("that is no response's head: it has more than {MAX_HEAD} bytes");
    }
    Ok(text)
}

/// A response's head.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    /// When it was received; what is read from a file does not say it.
    received: Option<Timestamp>,
    status: u16,
    fields: Vec<(String, Vec<u8>)>,
}

impl Head {
    fn fetch(network: &Network, url: &str) -> Result<Head> {
        let (response, received) = audit::fetch(network, url)?;
        Ok(Head {
            received: Some(received),
            status: response.status,
            fields: response.fields,
        })
    }

    /// The last head in the text: before it may stand those of redirects and
    /// proxies, and bodies after each. Without a status line it is taken for a
    /// 200.
    fn read(text: &[u8]) -> Result<Head> {
        let mut head = None;
        let mut is_body = false;
        for line in text.split(|&byte| byte == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let is_start = line.starts_with(b"HTTP/");
            if is_body && !is_start {
                continue;
            }
            is_body = false;
            if is_start {
                let status = line
                    .split(|&byte| byte == b' ')
                    .nth(1)
                    .and_then(|status| std::str::from_utf8(status).ok()?.parse().ok())
                    .with_context(|| format!("no status in `{}`", line.escape_ascii()))?;
                head = Some(Head {
                    received: None,
                    status,
                    fields: Vec::new(),
                });
            } else if line.trim_ascii().is_empty() {
                is_body = head.is_some();
            } else if let Some(at) = line.iter().position(|&byte| byte == b':') {
                let name = String::from_utf8_lossy(line[..at].trim_ascii()).into_owned();
                let value = line[at + 1..].trim_ascii().to_vec();
                head.get_or_insert_with(|| Head {
                    received: None,
                    status: 200,
                    fields: Vec::new(),
                })
                .fields
                .push((name, value));
            } else {
                bail!("`{}` is no field", line.escape_ascii());
            }
        }
        head.context("there is no response's head on the standard input")
    }

    /// When it was received, or else when it was made.
    fn date(&self) -> Timestamp {
        if let Some(received) = self.received {
            return received;
        }
        // Two-digit years are read from here; nobody sends them any more.
        let now = Timestamp::from_secs(0);
        self.fields
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("date"))
            .and_then(|(_, value)| date::parse(value, now))
            .unwrap_or(now)
    }
}

/// What one kind of cache makes of the response.
#[derive(Debug)]
struct Story {
    cache: &'static str,
    refused: Option<Reason>,
    /// Right after it was received.
    action: Option<(Action, Reason)>,
    lifetime: u64,
    age: u64,
    directives: Directives,
    has_validator: bool,
}

impl Story {
    fn of(
        cache: &'static str,
        settings: &Settings,
        args: &Args,
        request: &[(String, String)],
        head: &Head,
    ) -> Story {
        let fields = request.to_vec();
        let request = Request::new(&args.method, &fields);
        let response = Response::new(head.status, &head.fields);
        let now = head.date();
        let directives = Policy::directives(settings, &response);
        let stored = Policy::store(settings, &request, &response, Times::new(now, now));
        let mut story = Story {
            cache,
            refused: None,
            action: None,
            lifetime: 0,
            age: 0,
            directives,
            has_validator: false,
        };
        match stored {
            Err(why) => story.refused = Some(why.reason()),
            Ok(policy) => {
                let decision = policy.decide(settings, &request, now);
                story.action = Some((decision.action, decision.reason));
                story.lifetime = policy.freshness_lifetime();
                story.age = policy.age(now);
                story.has_validator = policy.etag().is_some() || policy.last_modified().is_some();
            }
        }
        story
    }

    fn to_text(&self) -> String {
        let mut out = format!("{}\n", capital(self.cache));
        // Writing to a string can't fail.
        let _ = match (self.refused, self.action) {
            (Some(why), _) => writeln!(out, "  does not store it: {}", why.description()),
            (None, Some((Action::Serve, reason))) => writeln!(
                out,
                "  stores it, and serves it for {} ({} s of {} s are left): {}",
                span(self.lifetime.saturating_sub(self.age)),
                self.lifetime.saturating_sub(self.age),
                self.lifetime,
                reason.description()
            ),
            (None, Some((_, reason))) => {
                writeln!(
                    out,
                    "  stores it, but asks before each use: {}",
                    reason.description()
                )
            }
            (None, None) => Ok(()),
        };
        if self.refused.is_none() {
            let after = if self.has_validator {
                "then asks whether it is still current (304 if so)"
            } else {
                "then fetches it again as a whole: it has neither ETag nor Last-Modified"
            };
            let _ = writeln!(out, "  {after}");
            for (delta, what) in [
                (self.directives.stale_while_revalidate, "while it asks"),
                (self.directives.stale_if_error, "if the origin fails"),
            ] {
                if let Delta::Secs(secs) = delta {
                    let _ = writeln!(out, "  may serve it stale for {} {what}", span(secs.into()));
                }
            }
            if self.directives.immutable() {
                let _ = writeln!(
                    out,
                    "  does not ask when the page is reloaded: it is immutable"
                );
            }
        }
        out
    }

    fn to_json(&self) -> serde_json::Value {
        let (action, reason) = match (self.refused, self.action) {
            (Some(why), _) => ("not_stored", why),
            (None, Some((Action::Serve, reason))) => ("served", reason),
            (None, Some((_, reason))) => ("revalidated", reason),
            (None, None) => return serde_json::Value::Null,
        };
        json!({
            "outcome": action,
            "reason": reason.as_str(),
            "description": reason.description(),
            "lifetimeSeconds": self.lifetime,
            "ageSeconds": self.age,
            "hasValidator": self.has_validator,
        })
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// Seconds in the largest unit that they fill.
fn span(secs: u64) -> String {
    let (count, unit) = match secs {
        0..=119 => (secs, "second"),
        120..=7199 => (secs / 60, "minute"),
        7200..=172_799 => (secs / 3600, "hour"),
        _ => (secs / 86_400, "day"),
    };
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{s}")
}
