//! The state as people read it.

use std::fmt::Write as _;

use serde_json::Value;

const COLUMNS: [&str; 10] = [
    "ENDPOINT", "USE", "STATE", "HEALTH", "PRIO", "WEIGHT", "LATENCY", "SENT", "WON", "FLIGHT",
];

/// The whole state, or that of one upstream.
pub(super) fn state(state: &Value) -> String {
    let Some(upstreams) = state["upstreams"].as_array() else {
        return upstream(state);
    };
    let mut out = format!(
        "{} {}, since {}, epoch {}\n{} connections, {} keys in {} bytes stored\n",
        text(&state["name"]),
        text(&state["version"]),
        text(&state["started"]),
        text(&state["epoch"]),
        state["connections"],
        state["store"]["keys"],
        state["store"]["bytes"],
    );
    for each in upstreams {
        out.push('\n');
        out.push_str(&upstream(each));
    }
    out
}

/// One upstream.
pub(super) fn upstream(upstream: &Value) -> String {
    let mut out = String::new();
    // Writing to a string can't fail, here and below.
    let _ = writeln!(
        out,
        "{}: {} hedges and {} retries left",
        text(&upstream["id"]),
        upstream["budgets"]["hedges"],
        upstream["budgets"]["retries"],
    );
    let endpoints = upstream["endpoints"].as_array();
    let endpoints = endpoints.map(Vec::as_slice).unwrap_or_default();
    let rows = endpoints.iter().map(row);
    let rows: Vec<[String; 10]> = std::iter::once(COLUMNS.map(str::to_owned))
        .chain(rows)
        .collect();
    let widths: [usize; 10] =
        std::array::from_fn(|at| rows.iter().map(|row| row[at].len()).max().unwrap_or(0));
    for row in &rows {
        let cells = row.iter().zip(widths);
        let cells: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        let _ = writeln!(out, "  {}", cells.join("  ").trim_end());
    }
    for endpoint in endpoints {
        for set in ["stateSet", "weightSet"] {
            if endpoint[set].is_object() {
                let id = text(&endpoint["id"]);
                let _ = writeln!(out, "  {id}: {}", order(&endpoint[set]));
            }
        }
    }
    if upstream["swap"].is_object() {
        let swap = &upstream["swap"];
        let pair = swap["endpoints"].as_array().or(swap["groups"].as_array());
        let pair = pair.into_iter().flatten();
        let pair: Vec<String> = pair.map(text).collect();
        let _ = writeln!(out, "  swapped {}: {}", pair.join(" and "), order(swap));
    }
    if upstream["drill"].is_object() {
        let _ = writeln!(out, "  {}", drill(&upstream["drill"]));
    }
    out
}

fn row(endpoint: &Value) -> [String; 10] {
    let why = &endpoint["why"];
    let latency = &endpoint["latencyMs"];
    let health = match &endpoint["healthSince"] {
        Value::String(since) => format!(
            "{}, {} since {since}",
            text(&endpoint["health"]),
            text(&endpoint["healthWhy"])
        ),
        _ => text(&endpoint["health"]),
    };
    [
        text(&endpoint["id"]),
        if endpoint["inUse"] == true {
            "yes".to_owned()
        } else {
            text(why)
        },
        text(&endpoint["state"]),
        health,
        text(&endpoint["priority"]),
        text(&endpoint["weight"]),
        match latency["mean"].as_u64() {
            Some(0) | None => "-".to_owned(),
            Some(mean) => format!("{mean}/{} ms", text(&latency["p95"])),
        },
        text(&endpoint["requests"]["sent"]),
        text(&endpoint["requests"]["won"]),
        text(&endpoint["requests"]["inFlight"]),
    ]
}

/// Who set something, why and until when.
fn order(order: &Value) -> String {
    let what = match (&order["state"], &order["weight"]) {
        (Value::String(state), _) => format!("{state} "),
        (_, weight @ Value::Number(_)) => format!("weight {weight} "),
        _ => String::new(),
    };
    let until = order["until"].as_str().unwrap_or("it is undone");
    let reason = order["reason"].as_str();
    let reason = reason.map_or_else(String::new, |reason| format!(" ({reason})"));
    let (by, change) = (text(&order["by"]), text(&order["change"]));
    format!("{what}until {until}, by {by}{reason}, change {change}")
}

/// What became of a drill.
pub(super) fn drill(drill: &Value) -> String {
    let first = match drill["firstElsewhereMs"].as_f64() {
        Some(ms) => format!(
            "first answer elsewhere after {ms} ms, the slowest took {} ms",
            drill["slowestMs"]
        ),
        None => "no answer elsewhere".to_owned(),
    };
    let over = match drill["endedBy"].as_str() {
        Some(by) => format!("ended by {by}"),
        None => format!("until {}", text(&drill["until"])),
    };
    format!(
        "drill at {} ({}), {over}: {} requests, {} answered elsewhere, {} of them moved, {} failed; \
         {first}",
        text(&drill["endpoint"]),
        text(&drill["mode"]),
        drill["requests"],
        drill["elsewhere"],
        drill["moved"],
        drill["failed"],
    )
}

/// A text without its quotes, or any other value as it is.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        other => other.to_string(),
    }
}
