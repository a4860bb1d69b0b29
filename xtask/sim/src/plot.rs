//! Pictures: how a trace went over time, and all traces beside each other.

use std::fmt::Write;

use hedgerow_sim::figures::Point;
use hedgerow_sim::run::Plan;
use hedgerow_sim::trace::SECOND;

use crate::cli::Policy;
use crate::play::Played;

const WIDTH: f64 = 960.0;
const LEFT: f64 = 76.0;
const RIGHT: f64 = 24.0;
const PANEL: f64 = 190.0;

/// What a curve looks like: Okabe and Ito's colours, which the colour-blind can
/// tell apart, and a dash for those who print in black and white.
const fn look(policy: Policy) -> (&'static str, &'static str, f64) {
    match policy {
        Policy::Hedgerow => ("#0072b2", "none", 2.8),
        Policy::NginxTight => ("#e69f00", "6 2", 1.8),
        Policy::Nginx => ("#d55e00", "2 2", 1.8),
        Policy::Dns => ("#009e73", "9 3 2 3", 1.8),
        Policy::Classic => ("#cc79a7", "4 3", 1.8),
    }
}

/// Times on a logarithmic scale, in ms.
const FASTEST: f64 = 5.0;
const SLOWEST: f64 = 100_000.0;
const TIMES: [(f64, &str); 5] = [
    (10.0, "10 ms"),
    (100.0, "100 ms"),
    (1_000.0, "1 s"),
    (10_000.0, "10 s"),
    (100_000.0, "failed"),
];

#[derive(Debug)]
struct Svg(String);

impl Svg {
    fn new(height: f64, title: &str, subtitle: &str) -> Svg {
        let mut svg = Svg(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
             width=\"{WIDTH}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"13\" \
             fill=\"#333\">\n<title>{title}</title>\n\
             <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n"
        ));
        svg.line(format_args!(
            "<text x=\"{LEFT}\" y=\"30\" font-size=\"18\" font-weight=\"bold\" fill=\"#111\">{title}</text>\n\
             <text x=\"{LEFT}\" y=\"50\" fill=\"#666\">{subtitle}</text>"
        ));
        svg
    }

    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "{text}");
    }

    fn text(&mut self, x: f64, y: f64, anchor: &str, text: &str) {
        self.line(format_args!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"#666\">{text}</text>"
        ));
    }

    fn across(&mut self, y: f64, label: &str) {
        self.line(format_args!(
            "<path d=\"M{LEFT} {y:.1}H{:.1}\" stroke=\"#e4e4e4\"/>",
            WIDTH - RIGHT
        ));
        self.text(LEFT - 8.0, y + 4.5, "end", label);
    }

    /// Names the policies, each beside what `draw` draws for it.
    fn legend(&mut self, policies: &[Policy], y: f64, draw: fn(&mut Svg, Policy, f64, f64)) {
        for (at, policy) in policies.iter().enumerate() {
            let x = LEFT + 130.0 * at as f64;
            draw(self, *policy, x + 13.0, y);
            let (x, y) = (x + 32.0, y + 4.5);
            self.line(format_args!(
                "<text x=\"{x}\" y=\"{y}\">{}</text>",
                policy.name()
            ));
        }
    }

    fn done(mut self) -> String {
        self.0.push_str("</svg>\n");
        self.0
    }
}

/// How one trace went: who was served in time, and how long the slowest of a
/// hundred waited.
pub(crate) fn timeline(plan: &Plan, played: &[Played]) -> String {
    let trace = plan.scenario.trace(plan.seed);
    let (first, second) = (112.0, 112.0 + PANEL + 56.0);
    let height = second + PANEL + 52.0;
    let requests = played.first().map_or(0, |one| one.figures.requests);
    let subtitle = format!(
        "{requests} requests through six proxies, seed {}; each point is 5 s",
        plan.seed
    );
    let title = format!("{}: {}", plan.scenario.name, plan.scenario.about);
    let mut svg = Svg::new(height, &title, &subtitle);
    let policies: Vec<Policy> = played.iter().map(|one| one.policy).collect();
    svg.legend(&policies, 72.0, dash);
    let span = (trace.span / SECOND) as f64;
    let x = |seconds: f64| LEFT + seconds / span * (WIDTH - LEFT - RIGHT);
    // The faults of random traces differ from world to world.
    let shaded = if plan.scenario.is_random() {
        &[][..]
    } else {
        &trace.faults
    };
    for top in [first, second] {
        for (from, to) in shaded {
            let [from, to] = [*from, *to].map(|at| x(at as f64 / SECOND as f64));
            svg.line(format_args!(
                "<rect x=\"{from:.1}\" y=\"{top}\" width=\"{:.1}\" height=\"{PANEL}\" \
                 fill=\"#f6e3df\" fill-opacity=\".7\"/>",
                (to - from).max(1.0)
            ));
        }
    }
    svg.line(format_args!(
        "<text x=\"{LEFT}\" y=\"{}\" font-weight=\"bold\">Answered within one second</text>\n\
         <text x=\"{LEFT}\" y=\"{}\" font-weight=\"bold\">Time to the answer, 99th percentile</text>",
        first - 10.0,
        second - 10.0
    ));
    for percent in [0, 25, 50, 75, 100] {
        let y = first + PANEL * (1.0 - f64::from(percent) / 100.0);
        svg.across(y, &format!("{percent} %"));
    }
    for (ms, label) in TIMES {
        svg.across(second + height_of(Some(ms)), label);
    }
    for minute in 0..=(span / 60.0) as u32 {
        let at = x(f64::from(minute) * 60.0);
        svg.line(format_args!(
            "<path d=\"M{at:.1} {:.1}v5\" stroke=\"#999\"/>",
            second + PANEL
        ));
        svg.text(at, second + PANEL + 20.0, "middle", &minute.to_string());
    }
    svg.text(
        (LEFT + WIDTH - RIGHT) / 2.0,
        second + PANEL + 40.0,
        "middle",
        "simulated time in minutes; shaded: something is wrong",
    );
    // Hedgerow last, on top of the others.
    for one in played.iter().rev() {
        curve(&mut svg, one, x, |point| {
            first + PANEL * (1.0 - point.in_time)
        });
        curve(&mut svg, one, x, |point| second + height_of(point.p99_ms));
    }
    svg.done()
}

/// A piece of a policy's curve.
fn dash(svg: &mut Svg, policy: Policy, x: f64, y: f64) {
    let (colour, dash, thick) = look(policy);
    svg.line(format_args!(
        "<path d=\"M{} {y}h26\" stroke=\"{colour}\" stroke-width=\"{thick}\" \
         stroke-dasharray=\"{dash}\"/>",
        x - 13.0
    ));
}

/// Below the panel's top. What failed is at the top.
fn height_of(ms: Option<f64>) -> f64 {
    let ms = ms.unwrap_or(SLOWEST);
    let share = (ms / FASTEST).log10() / (SLOWEST / FASTEST).log10();
    PANEL * (1.0 - share.clamp(0.0, 1.0))
}

fn curve(svg: &mut Svg, one: &Played, x: impl Fn(f64) -> f64, y: impl Fn(&Point) -> f64) {
    let (colour, dash, thick) = look(one.policy);
    let mut path = String::new();
    let mut before = 0.0;
    for (index, point) in one.timeline.iter().enumerate() {
        let pen = if index == 0 { 'M' } else { 'L' };
        let middle = f64::midpoint(before, point.at);
        before = point.at;
        let _ = write!(path, "{pen}{:.1} {:.1}", x(middle), y(point));
    }
    svg.line(format_args!(
        "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{thick}\" \
         stroke-dasharray=\"{dash}\" stroke-linejoin=\"round\"/>"
    ));
}

/// The least share that is told apart from none.
const LEAST: f64 = 1e-6;

/// All traces: which share of the requests was bad, for each policy.
pub(crate) fn overview(results: &[(&str, Vec<Played>)]) -> String {
    let (top, row) = (118.0, 30.0);
    let left = 150.0;
    let height = top + row * results.len() as f64 + 50.0;
    let mut svg = Svg::new(
        height,
        "Requests that failed or took longer than a second",
        "share of all requests of the trace, on a logarithmic scale; further left is better",
    );
    let policies = results.first().map_or(&[][..], |(_, played)| played);
    let policies: Vec<Policy> = policies.iter().map(|one| one.policy).collect();
    svg.legend(&policies, 74.0, mark);
    let bottom = top + row * results.len() as f64;
    let x = |share: f64| {
        let place = (share.max(LEAST) / LEAST).log10() / (1.0 / LEAST).log10();
        left + 30.0 + place * (WIDTH - RIGHT - left - 60.0)
    };
    let ticks = [
        (0.0, "none"),
        (1e-5, "0.001 %"),
        (1e-4, "0.01 %"),
        (1e-3, "0.1 %"),
        (1e-2, "1 %"),
        (1e-1, "10 %"),
        (1.0, "100 %"),
    ];
    for (share, label) in ticks {
        let at = x(share);
        svg.line(format_args!(
            "<path d=\"M{at:.1} {:.1}V{bottom:.1}\" stroke=\"#e4e4e4\"/>",
            top - 8.0
        ));
        svg.text(at, bottom + 22.0, "middle", label);
    }
    for (index, (name, played)) in results.iter().enumerate() {
        let y = top + row * (index as f64 + 0.4);
        svg.text(left - 8.0, y + 4.5, "end", name);
        svg.line(format_args!(
            "<path d=\"M{left} {y:.1}H{:.1}\" stroke=\"#f0f0f0\"/>",
            WIDTH - RIGHT
        ));
        for one in played.iter().rev() {
            let figures = &one.figures;
            let at = x(figures.bad as f64 / figures.requests.max(1) as f64);
            mark(&mut svg, one.policy, at, y);
        }
    }
    svg.done()
}

/// Shapes differ as well as colours.
fn mark(svg: &mut Svg, policy: Policy, x: f64, y: f64) {
    let colour = look(policy).0;
    let shape = match policy {
        Policy::Hedgerow => "m-7 0a7 7 0 1 0 14 0a7 7 0 1 0-14 0",
        Policy::NginxTight => "m-6-6h12v12h-12z",
        Policy::Nginx => "m0-7l7 12h-14z",
        Policy::Dns => "m0-8l7 8l-7 8l-7-8z",
        Policy::Classic => "m0 7l7-12h-14z",
    };
    svg.line(format_args!(
        "<path d=\"M{x:.1} {y:.1}{shape}\" fill=\"{colour}\" fill-opacity=\".85\" stroke=\"#fff\"/>"
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_is_high_and_nothing_leaves_its_panel() {
        assert!(height_of(Some(1000.0)) < height_of(Some(100.0)));
        assert_eq!(height_of(None), 0.0);
        assert_eq!(height_of(Some(1e9)), 0.0);
        assert_eq!(height_of(Some(0.1)), PANEL);
    }

    #[test]
    fn nothing_played_is_an_empty_picture() {
        let svg = overview(&[]);
        assert!(svg.ends_with("</svg>\n") && !svg.contains("NaN"));
    }
}
