//! `hedgerow classify`: what each of many URLs is.

use crate::{config, output};
use anyhow::{Context, Result};
use hedgerow::delivery::Delivery;
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

/// Say what each URL or path on the standard input is.
///
/// Reads one URL or path a line, of any bytes, and writes for each one line:
/// class, reason, Cache-Control, and the URL as it was given, separated by
/// tabs.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// A configuration document, whose sections `classes` and `delivery` count
    #[arg(long, value_name = "FILE", visible_alias = "config")]
    rules: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  echo /assets/index-B0yz5e_c.js | hedgerow classify
  find dist -type f | hedgerow classify | cut -f1 | sort | uniq -c
  awk '{print $7}' access.log | hedgerow classify --rules site.json | grep ^other";

/// How many bytes one thread answers at a time: so many that starting it, reading
/// and writing cost little beside classifying.
const SHARE: usize = 1 << 18;
/// The longest line, in bytes: what has none would fill the memory.
const LONGEST: usize = 16 << 20;
/// With more threads, reading and writing would take most of the time.
const THREADS: usize = 16;

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let delivery = config::delivery(args.rules.as_deref())?;
    let threads = thread::available_parallelism().map_or(1, |threads| threads.get().min(THREADS));
    let input = BufReader::with_capacity(threads * SHARE, io::stdin().lock());
    let done = lines(input, io::stdout().lock(), &delivery, threads);
    output::written(done).context("cannot read or write")?;
    Ok(ExitCode::SUCCESS)
}

/// Answers all that is read at once, and then reads on.
fn lines(
    mut input: impl BufRead,
    mut output: impl Write,
    delivery: &Delivery,
    threads: usize,
) -> io::Result<()> {
    let mut answers = vec![Vec::new(); threads];
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
        let mut whole = &read[..line_end(memchr::memrchr, read)];
        let rest = &read[whole.len()..];
        if !begun.is_empty() {
            let (end, after) = whole.split_at(line_end(memchr::memchr, whole));
            begun.extend_from_slice(end);
            whole = after;
        }
        if begun.ends_with(b"\n") {
            answer_all(&begun, delivery, &mut answers[0]);
            begun.clear();
        }
        answer_shares(whole, delivery, &mut answers)?;
        begun.extend_from_slice(rest);
        if begun.len() > LONGEST {
            let text = format!("a line has more than {LONGEST} bytes");
            return Err(io::Error::new(ErrorKind::InvalidData, text));
        }
        input.consume(length);
        // Whoever asks line by line gets answers line by line.
        for answers in &mut answers {
            output.write_all(answers)?;
            answers.clear();
        }
    }
    if !begun.is_empty() {
        answer(&begun, delivery, &mut answers[0]);
        output.write_all(&answers[0])?;
    }
    output.flush()
}

/// Where the line ends that the search finds, or zero.
fn line_end(search: impl Fn(u8, &[u8]) -> Option<usize>, text: &[u8]) -> usize {
    search(b'\n', text).map_or(0, |end| end + 1)
}

/// Answers whole lines in their order, each share on a thread of its own. What a
/// pipe or a terminal gives at once is no more than one share.
fn answer_shares(mut text: &[u8], delivery: &Delivery, answers: &mut [Vec<u8>]) -> io::Result<()> {
    let size = text.len().div_ceil(answers.len()).max(SHARE);
    thread::scope(|threads| {
        for answers in answers {
            let end = size.min(text.len());
            let end = end + line_end(memchr::memchr, &text[end..]);
            let (share, rest) = text.split_at(end);
            text = rest;
            if rest.is_empty() {
                answer_all(share, delivery, answers);
                break;
            }
            thread::Builder::new()
                .spawn_scoped(threads, move || answer_all(share, delivery, answers))?;
        }
        Ok(())
    })
}

fn answer_all(lines: &[u8], delivery: &Delivery, answers: &mut Vec<u8>) {
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', lines) {
        answer(&lines[start..end], delivery, answers);
        start = end + 1;
    }
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
