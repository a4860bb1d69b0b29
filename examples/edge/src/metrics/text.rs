//! Writes what was counted, in the two text formats that scrapers read:
//! OpenMetrics 1.0, and the older one of Prometheus (0.0.4).

use std::fmt::{Display, Write as _};

use super::count::Histogram;

/// Which of the formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    OpenMetrics,
    Prometheus,
}

impl Format {
    /// The one that a scraper prefers, by its `Accept` field.
    pub(crate) fn of(accept: &str) -> Format {
        if accept.contains("application/openmetrics-text") {
            Format::OpenMetrics
        } else {
            Format::Prometheus
        }
    }

    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Format::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Format::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
        }
    }
}

/// What a family is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
}

/// Labels and their values.
pub(super) type Labels<'a> = &'a [(&'a str, &'a str)];

/// A text that is being written.
#[derive(Debug)]
pub(super) struct Text {
    out: String,
    format: Format,
    /// The family that is being written.
    name: &'static str,
    kind: Kind,
    /// Its help, as long as its head is not written.
    help: Option<&'static str>,
}

impl Text {
    pub(super) fn new(format: Format) -> Text {
        Text {
            out: String::with_capacity(16 * 1024),
            format,
            name: "",
            kind: Kind::Gauge,
            help: None,
        }
    }

    /// Begins a family; its samples follow. The name has no prefix, and no
    /// `_total`. One without samples is left out, as parsers want it.
    pub(super) const fn family(&mut self, kind: Kind, name: &'static str, help: &'static str) {
        (self.name, self.kind) = (name, kind);
        self.help = Some(help);
    }

    fn head(&mut self) {
        let Some(help) = self.help.take() else {
            return;
        };
        // Only OpenMetrics has one name for the family and one for its samples.
        let total = match (self.kind, self.format) {
            (Kind::Counter, Format::Prometheus) => "_total",
            _ => "",
        };
        let kind = match self.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        let name = self.name;
        // Writing to a string can't fail, here and below.
        let _ = writeln!(self.out, "# HELP hedgerow_{name}{total} {help}");
        let _ = writeln!(self.out, "# TYPE hedgerow_{name}{total} {kind}");
    }

    /// A sample of a counter or a gauge.
    pub(super) fn sample(&mut self, labels: Labels<'_>, value: impl Display) {
        let suffix = match self.kind {
            Kind::Counter => "_total",
            _ => "",
        };
        self.line(suffix, labels, None, value);
    }

    /// The samples of a histogram.
    pub(super) fn histogram(&mut self, labels: Labels<'_>, histogram: &Histogram) {
        let mut count = 0;
        for (bound, sum) in histogram.cumulative() {
            let bound = bound.map_or_else(|| "+Inf".to_owned(), |us| number(us as f64 / 1e6));
            self.line("_bucket", labels, Some(("le", &bound)), sum);
            count = sum;
        }
        self.line("_sum", labels, None, histogram.sum_us() as f64 / 1e6);
        self.line("_count", labels, None, count);
    }

    pub(super) fn finish(mut self) -> String {
        if self.format == Format::OpenMetrics {
            self.out.push_str("# EOF\n");
        }
        self.out
    }

    fn line(
        &mut self,
        suffix: &str,
        labels: Labels<'_>,
        more: Option<(&str, &str)>,
        value: impl Display,
    ) {
        self.head();
        let _ = write!(self.out, "hedgerow_{}{suffix}", self.name);
        for (index, (name, value)) in labels.iter().copied().chain(more).enumerate() {
            let before = if index == 0 { '{' } else { ',' };
            let _ = write!(self.out, "{before}{name}=\"");
            self.escaped(value);
            self.out.push('"');
        }
        if !labels.is_empty() || more.is_some() {
            self.out.push('}');
        }
        let _ = writeln!(self.out, " {value}");
    }

    fn escaped(&mut self, value: &str) {
        for char in value.chars() {
            match char {
                '\\' => self.out.push_str("\\\\"),
                '"' => self.out.push_str("\\\""),
                '\n' => self.out.push_str("\\n"),
                other => self.out.push(other),
            }
        }
    }
}

/// A bound, always written as a decimal: OpenMetrics tells `1.0` from `1`.
fn number(value: f64) -> String {
    if value.fract() == 0.0 {
        format!("{value:.1}")
    } else {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hedgerow::types::Duration;

    fn text(format: Format) -> String {
        let mut text = Text::new(format);
        text.family(Kind::Counter, "a", "Help.");
        text.sample(&[("x", "1\"\\\n"), ("y", "")], 3);
        text.family(Kind::Gauge, "b", "Help.");
        text.sample(&[], 0.5);
        text.family(Kind::Gauge, "without_samples", "Help.");
        text.finish()
    }

    #[test]
    fn the_formats_differ_in_names_and_end() {
        assert_eq!(
            text(Format::OpenMetrics),
            "# HELP hedgerow_a Help.\n# TYPE hedgerow_a counter\n\
             hedgerow_a_total{x=\"1\\\"\\\\\\n\",y=\"\"} 3\n\
             # HELP hedgerow_b Help.\n# TYPE hedgerow_b gauge\nhedgerow_b 0.5\n# EOF\n"
        );
        let older = text(Format::Prometheus);
        assert!(older.contains("# TYPE hedgerow_a_total counter"), "{older}");
        assert!(older.ends_with("hedgerow_b 0.5\n"), "{older}");
    }

    #[test]
    fn buckets_add_up() {
        let histogram = Histogram::default();
        histogram.add(Duration::from_millis(2));
        histogram.add(Duration::from_secs(60));
        let mut text = Text::new(Format::OpenMetrics);
        text.family(Kind::Histogram, "h", "Help.");
        text.histogram(&[("x", "y")], &histogram);
        let text = text.finish();
        for line in [
            "hedgerow_h_bucket{x=\"y\",le=\"0.001\"} 0",
            "hedgerow_h_bucket{x=\"y\",le=\"0.005\"} 1",
            "hedgerow_h_bucket{x=\"y\",le=\"30.0\"} 1",
            "hedgerow_h_bucket{x=\"y\",le=\"+Inf\"} 2",
            "hedgerow_h_sum{x=\"y\"} 60.002",
            "hedgerow_h_count{x=\"y\"} 2",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }
}
