//! `hedgerow classify`: what each of many URLs is.

use anyhow::{Context, Result, anyhow};
use hedgerow::config::DeliveryConfig;
use hedgerow::delivery::Delivery;
use std::fs;
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Say what each URL or path on the standard input is.
///
/// Reads one URL or path a line, of any bytes, and writes for each one line:
/// class, reason, Cache-Control, and the URL as it was given, separated by
/// tabs.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// A configuration document, whose sections `classes` and `delivery` count
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  echo /assets/index-B0yz5e_c.js | hedgerow classify
  find dist -type f | hedgerow classify | cut -f1 | sort | uniq -c
  awk '{print $7}' access.log | hedgerow classify --rules site.json | grep ^other";

/// Large enough that reading and writing cost little beside classifying.
const BUFFER: usize = 1 << 18;

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let config = match &args.rules {
        Some(file) => read(file)?,
        None => DeliveryConfig::default(),
    };
    let delivery = config.compile().map_err(|error| anyhow!(error))?;
    let input = BufReader::with_capacity(BUFFER, io::stdin().lock());
    match lines(input, io::stdout().lock(), &delivery) {
        // Whoever reads has seen enough, as `head` has.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        done => done
            .map(|()| ExitCode::SUCCESS)
            .context("cannot read or write"),
    }
}

/// Reads the document; what it warns of goes to the standard error.
fn read(file: &Path) -> Result<DeliveryConfig> {
    let shown = file.display();
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {shown}"))?;
    let parsed =
        DeliveryConfig::from_json(&text).with_context(|| format!("{shown} can't be used"))?;
    for warning in &parsed.warnings {
        eprintln!("hedgerow: {shown}: warning: {warning}");
    }
    Ok(parsed.config)
}

/// Answers line by line, out of the buffers of reading and writing.
fn lines(mut input: impl BufRead, mut output: impl Write, delivery: &Delivery) -> io::Result<()> {
    let mut answers = Vec::with_capacity(2 * BUFFER);
    // The start of a line whose end is not read yet.
    let mut begun = Vec::new();
    loop {
        let read = match input.fill_buf() {
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let length = read.len();
        if length == 0 {
            break;
        }
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', read) {
            let line = &read[start..end];
            if begun.is_empty() {
                answer(line, delivery, &mut answers);
            } else {
                begun.extend_from_slice(line);
                answer(&begun, delivery, &mut answers);
                begun.clear();
            }
            start = end + 1;
            if answers.len() >= BUFFER {
                output.write_all(&answers)?;
                answers.clear();
            }
        }
        begun.extend_from_slice(&read[start..]);
        input.consume(length);
        // Whoever asks line by line gets answers line by line.
        output.write_all(&answers)?;
        answers.clear();
    }
    if !begun.is_empty() {
        answer(&begun, delivery, &mut answers);
        output.write_all(&answers)?;
    }
    output.flush()
}

fn answer(line: &[u8], delivery: &Delivery, answers: &mut Vec<u8>) {
    let url = line.strip_suffix(b"\r").unwrap_or(line);
    let plan = delivery.plan(url);
    let found = plan.classification();
    for field in [
        found.class.as_str(),
        found.reason.as_str(),
        plan.cache_control(),
    ] {
        answers.extend_from_slice(field.as_bytes());
        answers.push(b'\t');
    }
    answers.extend_from_slice(url);
    answers.push(b'\n');
}
