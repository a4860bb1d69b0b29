//! The figures as a picture: time a pick takes, by the number of endpoints.

use std::fmt::Write;

use crate::Row;

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 260.0;
const MARGIN: f64 = 60.0;
/// The axis of times, in ns; both axes are logarithmic.
const TIMES: (f64, f64) = (0.5, 100_000.0);
const COLOURS: [&str; 6] = [
    "#0b6e4f", "#6bbf59", "#08415c", "#cc2936", "#f18f01", "#7d5ba6",
];

/// A panel for each group of pickers; with half of the endpoints down the lines
/// are dashed.
pub(crate) fn draw(sizes: &[usize], groups: &[(&str, &[Row])]) -> String {
    let panel = WIDTH + 2.0 * MARGIN + 170.0;
    let (width, height) = (panel * groups.len() as f64, HEIGHT + 2.0 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for (index, (title, rows)) in groups.iter().enumerate() {
        let left = panel * index as f64 + MARGIN;
        // Writing to a string never fails.
        let _ = axes(&mut svg, left, title, sizes);
        for (row, colour) in rows.iter().zip(COLOURS) {
            let _ = lines(&mut svg, left, sizes, row, colour);
        }
        for (place, (row, colour)) in rows.iter().zip(COLOURS).enumerate() {
            let (x, y) = (left + WIDTH + 12.0, MARGIN + 16.0 * place as f64);
            let name = row.name;
            let _ = writeln!(
                svg,
                "<text x=\"{x}\" y=\"{y}\" fill=\"{colour}\">{name}</text>"
            );
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn x(left: f64, sizes: &[usize], size: usize) -> f64 {
    let log = |size: usize| (size as f64).log10();
    let (first, last) = (log(sizes[0]), log(sizes[sizes.len() - 1]));
    left + (log(size) - first) / (last - first) * WIDTH
}

fn y(nanos: f64) -> f64 {
    let (low, high) = (TIMES.0.log10(), TIMES.1.log10());
    let share = (nanos.clamp(TIMES.0, TIMES.1).log10() - low) / (high - low);
    MARGIN + HEIGHT * (1.0 - share)
}

fn axes(svg: &mut String, left: f64, title: &str, sizes: &[usize]) -> std::fmt::Result {
    let (right, bottom) = (left + WIDTH, MARGIN + HEIGHT);
    writeln!(
        svg,
        "<text x=\"{left}\" y=\"24\" font-size=\"15\">a pick {title}, in ns, by the number of \
         endpoints (dashed: half of them down)</text>"
    )?;
    for nanos in [1.0, 10.0, 100.0, 1000.0, 10_000.0, 100_000.0] {
        let y = y(nanos);
        writeln!(
            svg,
            "<path d=\"M{left} {y}H{right}\" stroke=\"#ddd\"/>\
             <text x=\"{}\" y=\"{}\" text-anchor=\"end\">{nanos}</text>",
            left - 6.0,
            y + 4.0
        )?;
    }
    for size in sizes {
        let (x, y) = (x(left, sizes, *size), bottom + 18.0);
        writeln!(
            svg,
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{size}</text>"
        )?;
    }
    Ok(())
}

fn lines(
    svg: &mut String,
    left: f64,
    sizes: &[usize],
    row: &Row,
    colour: &str,
) -> std::fmt::Result {
    for (figures, dashes) in [(&row.healthy, "none"), (&row.half, "4 3")] {
        let points: Vec<String> = (sizes.iter().zip(figures))
            .map(|(size, figures)| format!("{},{}", x(left, sizes, *size), y(figures.nanos)))
            .collect();
        let points = points.join(" ");
        writeln!(
            svg,
            "<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" \
             stroke-width=\"2\" stroke-dasharray=\"{dashes}\"/>"
        )?;
    }
    Ok(())
}
