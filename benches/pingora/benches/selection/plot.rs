//! The figures as a picture: the time that a pick takes, by the number of
//! endpoints.

use std::fmt::Write;

use crate::Row;
use crate::measure::Figures;

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 64.0;
const TOP: f64 = 64.0;
const BOTTOM: f64 = 48.0;
/// Beside the lines, for their names.
const LEGEND: f64 = 190.0;
/// The least time on the axis, in ns; both axes are logarithmic.
const LEAST: f64 = 1.0;

/// A panel for each group of pickers; with half of the endpoints down the lines
/// are dashed.
pub(crate) fn draw(sizes: &[usize], groups: &[(&str, &[Row])]) -> String {
    let panel = LEFT + WIDTH + LEGEND;
    let (width, height) = (panel * groups.len() as f64, TOP + HEIGHT + BOTTOM);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"sans-serif\" font-size=\"12\" fill=\"#222\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for (index, (title, rows)) in groups.iter().enumerate() {
        let all = (rows.iter()).flat_map(|row| row.healthy.iter().chain(&row.half));
        let most = all.map(|figures| figures.nanos).fold(10.0, f64::max);
        let axes = Axes {
            left: panel * index as f64 + LEFT,
            sizes,
            decades: (most / LEAST).log10().ceil() as i32,
        };
        // Writing to a string never fails.
        let _ = axes.draw(&mut svg, title);
        for (place, row) in rows.iter().enumerate() {
            let _ = axes.lines(&mut svg, row);
            let _ = axes.legend(&mut svg, row, place);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

struct Axes<'a> {
    left: f64,
    sizes: &'a [usize],
    /// The times reach over so many powers of ten.
    decades: i32,
}

impl Axes<'_> {
    fn x(&self, size: usize) -> f64 {
        let log = |size: usize| (size as f64).log10();
        let (first, last) = (self.sizes[0], self.sizes[self.sizes.len() - 1]);
        self.left + (log(size) - log(first)) / (log(last) - log(first)) * WIDTH
    }

    fn y(&self, nanos: f64) -> f64 {
        let share = (nanos.max(LEAST) / LEAST).log10() / f64::from(self.decades);
        TOP + HEIGHT * (1.0 - share)
    }

    fn draw(&self, svg: &mut String, title: &str) -> std::fmt::Result {
        let (left, right, bottom) = (self.left, self.left + WIDTH, TOP + HEIGHT);
        writeln!(
            svg,
            "<text x=\"{left}\" y=\"26\" font-size=\"16\">A pick {title}</text>\
             <text x=\"{left}\" y=\"46\" fill=\"#666\">ns, by the number of endpoints; \
             dashed: half of them down</text>"
        )?;
        for decade in 0..=self.decades {
            let nanos = LEAST * 10_f64.powi(decade);
            let y = self.y(nanos);
            writeln!(
                svg,
                "<path d=\"M{left} {y:.1}H{right}\" stroke=\"#ddd\"/>\
                 <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{nanos}</text>",
                left - 8.0,
                y + 4.0
            )?;
        }
        for size in self.sizes {
            let x = self.x(*size);
            writeln!(
                svg,
                "<path d=\"M{x:.1} {bottom}v5\" stroke=\"#999\"/>\
                 <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{size}</text>",
                bottom + 20.0
            )?;
        }
        Ok(())
    }

    fn lines(&self, svg: &mut String, row: &Row) -> std::fmt::Result {
        let colour = colour(row.name);
        let point = |(size, figures): (&usize, &Figures)| (self.x(*size), self.y(figures.nanos));
        for (figures, dashes) in [(&row.healthy, "none"), (&row.half, "5 4")] {
            let points: Vec<_> = self.sizes.iter().zip(figures).map(point).collect();
            let line: Vec<String> = (points.iter())
                .map(|(x, y)| format!("{x:.1},{y:.1}"))
                .collect();
            writeln!(
                svg,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" \
                 stroke-dasharray=\"{dashes}\"/>",
                line.join(" ")
            )?;
            for (x, y) in points {
                writeln!(
                    svg,
                    "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>"
                )?;
            }
        }
        Ok(())
    }

    fn legend(&self, svg: &mut String, row: &Row, place: usize) -> std::fmt::Result {
        let (x, y) = (self.left + WIDTH + 20.0, TOP + 20.0 * place as f64);
        writeln!(
            svg,
            "<path d=\"M{x} {y}h18\" stroke=\"{}\" stroke-width=\"3\"/>\
             <text x=\"{}\" y=\"{}\">{}</text>",
            colour(row.name),
            x + 24.0,
            y + 4.0,
            row.name
        )
    }
}

/// Pickers of one crate have colours of one kind, in both panels.
fn colour(name: &str) -> &'static str {
    match name {
        "hedgerow, in turn" => "#57a773",
        "hedgerow, better of two" | "hedgerow, unequal weights" => "#9fcd8a",
        "pingora, round robin" => "#ee8a54",
        "rand_distr, alias table" => "#7d5ba6",
        "maglev" => "#2d6fb4",
        "ketama" => "#8a6d3b",
        _ if name.starts_with("pingora") => "#b3202a",
        _ => "#0b6e4f",
    }
}
