//! `hedgerow classify`: what each of many URLs is.

use anyhow::{Context, Result};
use hedgerow::asset::{self, Rules};
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Write};
use std::process::ExitCode;

/// Say what each URL or path on the standard input is.
///
/// Reads one URL or path a line, of any bytes, and writes for each one line:
/// class, reason, and the URL as it was given, separated by tabs.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {}

const EXAMPLES: &str = "\
Examples:
  echo /assets/index-B0yz5e_c.js | hedgerow classify
  find dist -type f | hedgerow classify | cut -f1 | sort | uniq -c";

/// Large enough that reading and writing cost little beside classifying.
const BUFFER: usize = 1 << 18;

pub(crate) fn run(_args: &Args) -> Result<ExitCode> {
    let input = BufReader::with_capacity(BUFFER, io::stdin().lock());
    let output = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    match classify(input, output, &Rules::default()) {
        // Whoever reads has seen enough, as `head` has.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        done => done.map(|()| ExitCode::SUCCESS).context("cannot classify"),
    }
}

fn classify(mut input: impl BufRead, mut output: impl Write, rules: &Rules) -> io::Result<()> {
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let url = line.strip_suffix(b"\n").unwrap_or(&line);
        let url = url.strip_suffix(b"\r").unwrap_or(url);
        let found = asset::classify(url, rules);
        output.write_all(found.class.as_str().as_bytes())?;
        output.write_all(b"\t")?;
        output.write_all(found.reason.as_str().as_bytes())?;
        output.write_all(b"\t")?;
        output.write_all(url)?;
        output.write_all(b"\n")?;
        line.clear();
    }
    output.flush()
}
