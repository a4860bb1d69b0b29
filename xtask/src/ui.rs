//! Progress: each step by name, with the time it took.

use std::io::{IsTerminal, Write, stdout};
use std::time::{Duration, Instant};

/// A piece of work under way.
///
/// On a terminal its line is rewritten in place; in a log it is one line at the
/// start, one at the end, and one now and then while it lasts.
#[derive(Debug)]
pub(crate) struct Step {
    name: String,
    since: Instant,
    told: Instant,
    ended: bool,
}

/// How often a log hears that a step is still going on.
const HEARTBEAT: Duration = Duration::from_secs(20);

impl Step {
    pub(crate) fn start(name: impl Into<String>) -> Self {
        let step = Self {
            name: name.into(),
            since: Instant::now(),
            told: Instant::now(),
            ended: false,
        };
        if stdout().is_terminal() {
            step.rewrite("…");
        } else {
            println!("  {} …", step.name);
        }
        step
    }

    fn elapsed(&self) -> Duration {
        self.since.elapsed()
    }

    /// Shows what the step is at, if it is time to.
    pub(crate) fn tick(&mut self, doing: &str) {
        let every = if stdout().is_terminal() {
            Duration::from_millis(250)
        } else {
            HEARTBEAT
        };
        if self.told.elapsed() < every {
            return;
        }
        self.told = Instant::now();
        let now = seconds(self.elapsed());
        let doing: String = doing.chars().take(70).collect();
        if stdout().is_terminal() {
            self.rewrite(&format!("… {now}  {doing}"));
        } else {
            println!("  {} … {now}  {doing}", self.name);
        }
    }

    pub(crate) fn done(mut self, outcome: &str) {
        self.ended = true;
        self.end(outcome);
    }

    fn end(&self, outcome: &str) {
        let line = format!("{outcome}  ({})", seconds(self.elapsed()));
        if stdout().is_terminal() {
            self.rewrite(&line);
            println!();
        } else {
            println!("  {}: {line}", self.name);
        }
    }

    fn rewrite(&self, text: &str) {
        print!("\r\x1b[K  {}: {text}", self.name);
        // A terminal that is gone is no reason to stop the work.
        let _ = stdout().flush();
    }
}

/// A step that is given up on the way has failed, and its line says so.
impl Drop for Step {
    fn drop(&mut self) {
        if !self.ended {
            self.end("FAILED");
        }
    }
}

pub(crate) fn heading(text: &str) {
    println!("\n{text}");
}

pub(crate) fn note(text: &str) {
    println!("  {text}");
}

pub(crate) fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    if whole >= 60 {
        format!("{} min {:02} s", whole / 60, whole % 60)
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

/// Rows in columns; every column but the first is set to the right.
pub(crate) fn table(header: &[&str], rows: &[Vec<String>]) {
    let mut widths: Vec<usize> = header.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: Vec<&str>| {
        let mut text = String::from("  ");
        for (at, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            if at == 0 {
                text.push_str(&format!("{cell:<width$}"));
            } else {
                text.push_str(&format!("  {cell:>width$}"));
            }
        }
        println!("{}", text.trim_end());
    };
    line(header.to_vec());
    for row in rows {
        line(row.iter().map(String::as_str).collect());
    }
}

/// `1234567` as `1,234,567`.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(thousands(7), "7");
        assert_eq!(thousands(14_336), "14,336");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }

    #[test]
    fn long_times_have_minutes() {
        assert_eq!(seconds(Duration::from_millis(1_250)), "1.2 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 min 05 s");
    }
}
