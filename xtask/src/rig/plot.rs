//! Every request as a dot: when it was due, and how long it took.
//!
//! One panel for each mode, one colour for each peer, both axes shared. The
//! wait for the slowest answers, before A heals, is left out of the time.

use super::cell::Cell;
use super::figures::{Recording, Request};
use super::{Mode, Peer};
use std::collections::BTreeSet;
use std::fmt::Write;

const WIDTH: f64 = 960.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 56.0;
const PANEL: f64 = 150.0;
const GAP: f64 = 56.0;

/// Seconds, on a logarithmic scale: from what the loopback takes to what a
/// proxy waits by default.
const FASTEST: f64 = 5e-4;
const SLOWEST: f64 = 100.0;
const TICKS: [(f64, &str); 6] = [
    (1e-3, "1 ms"),
    (1e-2, "10 ms"),
    (1e-1, "100 ms"),
    (1.0, "1 s"),
    (10.0, "10 s"),
    (100.0, "100 s"),
];

/// Okabe and Ito's colours, which the colour-blind can tell apart.
const COLOURS: [&str; 8] = [
    "#0072b2", "#d55e00", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#000000", "#b0a000",
];

/// The whole picture.
pub(super) fn svg(cells: &[Cell], rps: f64) -> String {
    let peers: Vec<Peer> = in_order(cells.iter().map(|cell| cell.peer));
    let modes: Vec<Mode> = in_order(cells.iter().map(|cell| cell.mode));
    let height = TOP + (PANEL + GAP) * modes.len() as f64;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>Latency of each request around an outage of upstream A</title>\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    for (at, peer) in peers.iter().enumerate() {
        let x = LEFT + 120.0 * at as f64;
        line(
            &mut out,
            &format!(
                "<circle cx=\"{x}\" cy=\"22\" r=\"5\" fill=\"{}\"/><text x=\"{}\" y=\"26\">{}</text>",
                COLOURS[at % COLOURS.len()],
                x + 10.0,
                peer.name()
            ),
        );
    }
    let span = cells.iter().map(|cell| times(&cell.recording, rps));
    let span = span.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1), a.2.max(b.2)));
    let Some((first, healed, last)) = span else {
        out.push_str("</svg>\n");
        return out;
    };
    let scale = Scale { first, last };
    for (row, mode) in modes.iter().enumerate() {
        let top = TOP + (PANEL + GAP) * row as f64;
        panel(&mut out, &scale, top, *mode, healed);
        for (at, peer) in peers.iter().enumerate() {
            let of_both = |cell: &&Cell| cell.peer == *peer && cell.mode == *mode;
            if let Some(cell) = cells.iter().find(of_both) {
                let colour = COLOURS[at % COLOURS.len()];
                dots(&mut out, &scale, top, &cell.recording, rps, colour);
            }
        }
    }
    out.push_str("</svg>\n");
    out
}

fn in_order<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut found = Vec::new();
    for one in all {
        if !found.contains(&one) {
            found.push(one);
        }
    }
    found
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

/// When the first request was due, when A healed, and when the last was due.
fn times(recording: &Recording, rps: f64) -> (f64, f64, f64) {
    let healed = recording.fault.len() as f64 / rps;
    (
        -(recording.healthy.len() as f64) / rps,
        healed,
        healed + recording.healed.len() as f64 / rps,
    )
}

#[derive(Debug)]
struct Scale {
    first: f64,
    last: f64,
}

impl Scale {
    fn x(&self, seconds: f64) -> f64 {
        let share = (seconds - self.first) / (self.last - self.first).max(1e-9);
        LEFT + share.clamp(0.0, 1.0) * (WIDTH - LEFT - RIGHT)
    }

    /// Below the panel's top.
    fn y(latency: f64) -> f64 {
        let share = (latency / FASTEST).log10() / (SLOWEST / FASTEST).log10();
        PANEL * (1.0 - share.clamp(0.0, 1.0))
    }
}

fn panel(out: &mut String, scale: &Scale, top: f64, mode: Mode, healed: f64) {
    let (from, to) = (scale.x(0.0), scale.x(healed));
    let bottom = top + PANEL;
    line(
        out,
        &format!(
            "<text x=\"{LEFT}\" y=\"{:.0}\" font-weight=\"bold\">{}</text>\
             <text x=\"{:.0}\" y=\"{:.0}\" fill=\"#555\">{}</text>\n\
             <rect x=\"{from:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{PANEL}\" fill=\"#f3e9e9\"/>",
            top - 8.0,
            mode.name(),
            LEFT + 80.0,
            top - 8.0,
            mode.meaning(),
            to - from
        ),
    );
    for (latency, label) in TICKS {
        let y = top + Scale::y(latency);
        line(
            out,
            &format!(
                "<path d=\"M{LEFT} {y:.1}H{:.1}\" stroke=\"#ddd\"/>\
                 <text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#555\">{label}</text>",
                WIDTH - RIGHT,
                LEFT - 6.0,
                y + 4.0
            ),
        );
    }
    for (at, label) in [(0.0, "A fails"), (healed, "A heals")] {
        line(
            out,
            &format!(
                "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"#555\">{label}</text>",
                scale.x(at),
                bottom + 16.0
            ),
        );
    }
}

/// Answers are dots, errors are crosses. What would cover another of its kind
/// is left out.
fn dots(out: &mut String, scale: &Scale, top: f64, recording: &Recording, rps: f64, colour: &str) {
    let (first, healed, _) = times(recording, rps);
    let phases: [(f64, &[Request]); 3] = [
        (first, &recording.healthy),
        (0.0, &recording.fault),
        (healed, &recording.healed),
    ];
    let mut answers = BTreeSet::new();
    let mut errors = BTreeSet::new();
    for (since, requests) in phases {
        for request in requests {
            let x = scale.x(since + request.due());
            let y = top + Scale::y(request.latency());
            // In halves of a pixel.
            let place = ((x * 2.0).round() as i64, (y * 2.0).round() as i64);
            if request.is_error() {
                errors.insert(place);
            } else {
                answers.insert(place);
            }
        }
    }
    let draw = |out: &mut String, places: &BTreeSet<(i64, i64)>, shape: &str, stroke: &str| {
        if places.is_empty() {
            return;
        }
        out.push_str("<path d=\"");
        for (x, y) in places {
            // Writing to a string does not fail.
            let _ = write!(out, "M{} {}{shape}", *x as f64 / 2.0, *y as f64 / 2.0);
        }
        let _ = writeln!(out, "\" stroke=\"{colour}\" fill=\"none\" {stroke}/>");
    };
    let round = "stroke-width=\"2.4\" stroke-linecap=\"round\" stroke-opacity=\".7\"";
    draw(out, &answers, "h0", round);
    draw(out, &errors, "m-2-2l4 4m0-4l-4 4", "stroke-width=\"1\"");
}

#[cfg(test)]
mod tests {
    use super::super::figures::Figures;
    use super::*;

    fn cell(peer: Peer, mode: Mode, latency: f64, status: u16) -> Cell {
        let request = |due, latency, status| Request(due, latency, status, "A".to_owned());
        let recording = Recording {
            healthy: vec![request(0.0, 0.001, 200)],
            fault: vec![request(0.05, latency, status)],
            healed: vec![request(0.05, 0.001, 200)],
            hits: 1,
        };
        let figures = Figures::of(&recording).expect("whole");
        Cell {
            peer,
            mode,
            recording,
            figures,
        }
    }

    #[test]
    fn each_mode_has_a_panel_and_each_peer_a_colour() {
        let cells = [
            cell(Peer::Edge, Mode::Hang, 0.05, 200),
            cell(Peer::NginxTight, Mode::Hang, 0.25, 200),
            cell(Peer::Edge, Mode::E503, 0.05, 200),
        ];
        let svg = svg(&cells, 1.0);
        assert_eq!(svg.matches("A fails").count(), 2);
        assert_eq!(svg.matches("<circle").count(), 2);
        assert_eq!(svg.matches("stroke-linecap").count(), 3);
        assert_eq!(svg.matches(COLOURS[1]).count(), 2);
        assert!(!svg.contains("l4 4"), "nothing failed");
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
    }

    #[test]
    fn an_error_is_a_cross() {
        let svg = svg(&[cell(Peer::Edge, Mode::Hang, 60.0, 0)], 1.0);
        assert_eq!(svg.matches("l4 4").count(), 1);
    }

    #[test]
    fn slow_is_high_and_nothing_leaves_its_panel() {
        assert!(Scale::y(1.0) < Scale::y(0.1));
        assert_eq!(Scale::y(1e6), 0.0);
        assert_eq!(Scale::y(0.0), PANEL);
        let scale = Scale {
            first: -2.0,
            last: 22.0,
        };
        assert_eq!(scale.x(-2.0), LEFT);
        assert!((scale.x(22.0) - (WIDTH - RIGHT)).abs() < 1e-9);
        assert_eq!(scale.x(99.0), WIDTH - RIGHT);
    }

    #[test]
    fn nothing_recorded_is_an_empty_picture() {
        assert!(svg(&[], 100.0).ends_with("</svg>\n"));
    }
}
