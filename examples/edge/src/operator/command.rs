//! The subcommands, and the orders that they make.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::{Args, Subcommand, ValueEnum};
use http::Method;
use serde_json::{Map, Value, json};

/// Looks at a running proxy, or changes it, through its admin listener.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    hedgerow-edge admin state\n  \
    hedgerow-edge admin drain assets cdn1 --for 10m --reason 'new release'\n  \
    hedgerow-edge admin service assets cdn1 maintenance --for 1h\n  \
    hedgerow-edge admin weight assets cdn2 20\n  \
    hedgerow-edge admin swap assets cdn1 cdn2\n  \
    hedgerow-edge admin swap assets --undo\n  \
    hedgerow-edge admin drill assets cdn1 --for 60s --mode hang\n\n\
    What has no --for holds until --undo, also over a reload, but not over a restart.")]
pub(crate) struct Operate {
    /// Where the admin listener is
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9080")]
    pub(super) address: SocketAddr,

    /// Take address and token from this configuration document instead
    #[arg(long, value_name = "FILE", conflicts_with_all = ["address", "token_file"])]
    pub(super) config: Option<PathBuf>,

    /// A file with the token; without, that in HEDGEROW_ADMIN_TOKEN, if any
    #[arg(long, value_name = "FILE")]
    pub(super) token_file: Option<PathBuf>,

    /// Only if nothing was changed since this `epoch` of the state
    #[arg(long, value_name = "EPOCH")]
    pub(super) if_epoch: Option<String>,

    #[command(subcommand)]
    pub(super) action: Action,
}

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// Show every endpoint: in use or why not, health, latency, what was set
    State {
        /// Only this upstream
        upstream: Option<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Set an endpoint's state
    Service(Service),
    /// Send no new users to an endpoint; those with a session stay until the end of --for
    Drain(Drain),
    /// Set an endpoint's weight
    Weight(Weight),
    /// Let two endpoints, or two groups, change places
    Swap(Swap),
    /// Treat an endpoint as failing for a while, and report what became of the requests
    Drill(Drill),
}

/// How long, and why.
#[derive(Args, Debug)]
pub(super) struct Terms {
    /// For how long, such as 90s, 10m or 2h
    #[arg(long = "for", value_name = "SPAN", value_parser = seconds)]
    span: Option<u64>,

    /// Why, for the log and for other operators
    #[arg(long)]
    reason: Option<String>,

    /// Who wants it [default: your address]
    #[arg(long)]
    by: Option<String>,

    /// Give back what the document says
    #[arg(long, conflicts_with = "span")]
    undo: bool,
}

#[derive(Args, Debug)]
pub(super) struct Service {
    upstream: String,
    endpoint: String,
    #[arg(required_unless_present = "undo")]
    state: Option<State>,
    /// Even if no endpoint is left in service
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    terms: Terms,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum State {
    Active,
    Draining,
    Maintenance,
    Down,
}

#[derive(Args, Debug)]
pub(super) struct Drain {
    upstream: String,
    endpoint: String,
    /// Even if no endpoint is left in service
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    terms: Terms,
}

#[derive(Args, Debug)]
pub(super) struct Weight {
    upstream: String,
    endpoint: String,
    /// 0 to 65535; 0 is used only when the others have been tried
    #[arg(required_unless_present = "undo")]
    weight: Option<u16>,
    #[command(flatten)]
    terms: Terms,
}

#[derive(Args, Debug)]
pub(super) struct Swap {
    upstream: String,
    /// The ids of two endpoints
    #[arg(num_args = 2, required_unless_present_any = ["undo", "groups"])]
    endpoints: Vec<String>,
    /// The priorities of two groups
    #[arg(
        long,
        num_args = 2,
        value_name = "PRIORITY",
        conflicts_with = "endpoints"
    )]
    groups: Vec<u16>,
    #[command(flatten)]
    terms: Terms,
}

#[derive(Args, Debug)]
pub(super) struct Drill {
    pub(super) upstream: String,
    #[arg(required_unless_present = "undo")]
    endpoint: Option<String>,
    /// How it fails: it is known to be down, refuses, or never answers
    #[arg(long, default_value = "down")]
    mode: Mode,
    /// Even if no other endpoint is well
    #[arg(long)]
    force: bool,
    /// Do not wait for the report
    #[arg(long)]
    pub(super) no_wait: bool,
    #[command(flatten)]
    terms: Terms,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Mode {
    Down,
    Refuse,
    Hang,
}

/// A request to the admin listener.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Value,
}

impl Order {
    fn new(sets: Method, path: String, terms: &Terms, fields: Value) -> Order {
        if terms.undo {
            return Order {
                method: Method::DELETE,
                path,
                body: Value::Null,
            };
        }
        let mut body = match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        if let Some(span) = terms.span {
            body.insert("forSeconds".to_owned(), span.into());
        }
        for (name, text) in [("reason", &terms.reason), ("by", &terms.by)] {
            if let Some(text) = text {
                body.insert(name.to_owned(), text.as_str().into());
            }
        }
        Order {
            method: sets,
            path,
            body: Value::Object(body),
        }
    }

    pub(super) fn is_undo(&self) -> bool {
        self.method == Method::DELETE
    }

    pub(super) fn of_service(service: &Service) -> Order {
        let Service {
            upstream, endpoint, ..
        } = service;
        let path = format!("/upstreams/{upstream}/endpoints/{endpoint}/service");
        let state = match service.state {
            Some(State::Draining) => "draining",
            Some(State::Maintenance) => "maintenance",
            Some(State::Down) => "down",
            Some(State::Active) | None => "active",
        };
        let fields = json!({"state": state, "force": service.force});
        Order::new(Method::PUT, path, &service.terms, fields)
    }

    pub(super) fn of_drain(drain: &Drain) -> Order {
        let Drain {
            upstream, endpoint, ..
        } = drain;
        let path = format!("/upstreams/{upstream}/endpoints/{endpoint}/service");
        let fields = json!({"state": "draining", "force": drain.force});
        Order::new(Method::PUT, path, &drain.terms, fields)
    }

    pub(super) fn of_weight(weight: &Weight) -> Order {
        let Weight {
            upstream, endpoint, ..
        } = weight;
        let path = format!("/upstreams/{upstream}/endpoints/{endpoint}/weight");
        let fields = json!({"weight": weight.weight});
        Order::new(Method::PUT, path, &weight.terms, fields)
    }

    pub(super) fn of_swap(swap: &Swap) -> Order {
        let path = format!("/upstreams/{}/swap", swap.upstream);
        let fields = if swap.groups.is_empty() {
            json!({"endpoints": swap.endpoints})
        } else {
            json!({"groups": swap.groups})
        };
        Order::new(Method::POST, path, &swap.terms, fields)
    }

    /// The order for a drill.
    ///
    /// # Errors
    ///
    /// Without an end: a drill has one.
    pub(super) fn of_drill(drill: &Drill) -> Result<Order> {
        ensure!(
            drill.terms.undo || drill.terms.span.is_some(),
            "say how long the drill lasts, an hour at most: --for 60s"
        );
        let path = format!("/upstreams/{}/drill", drill.upstream);
        let mode = match drill.mode {
            Mode::Down => "down",
            Mode::Refuse => "refuse",
            Mode::Hang => "hang",
        };
        let fields = json!({"endpoint": drill.endpoint, "mode": mode, "force": drill.force});
        Ok(Order::new(Method::POST, path, &drill.terms, fields))
    }
}

/// A span as people write it, in seconds.
fn seconds(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|char: char| char.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err("write a number with s, m, h or d, such as 10m".to_owned()),
    };
    let number: u64 = digits
        .parse()
        .map_err(|_| "write a number with s, m, h or d, such as 10m".to_owned())?;
    Ok(number.saturating_mul(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them() {
        for (text, expected) in [
            ("90", Ok(90)),
            ("90s", Ok(90)),
            ("10m", Ok(600)),
            ("2h", Ok(7_200)),
            ("1d", Ok(86_400)),
            ("99999999999999999999", Err(())),
            ("18446744073709551615h", Ok(u64::MAX)),
            ("", Err(())),
            ("m", Err(())),
            ("-1m", Err(())),
            ("1.5h", Err(())),
            ("10min", Err(())),
            ("10é", Err(())),
        ] {
            assert_eq!(seconds(text).map_err(drop), expected, "{text}");
        }
    }
}
