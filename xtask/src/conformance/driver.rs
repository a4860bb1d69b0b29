//! The suite's origin and client, in Node: `xtask/conformance/run.mjs`.

use super::run::Run;
use super::suite::Test;
use crate::problem::Problem;
use crate::process::{Program, tail};
use crate::ui::Step;
use crate::{npm, paths};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::fs;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdout};

/// What to run, and how loudly.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Choice<'a> {
    /// Suites and tests; none means all.
    pub(crate) filter: &'a [String],
    /// Show every request and response of the selected tests.
    pub(crate) trace: bool,
    /// The tests for private caches, and only those.
    pub(crate) private: bool,
    /// The origin's port, if a proxy of the user's own waits for it there.
    pub(crate) origin: Option<u16>,
}

/// A driver whose origin server listens, and whose client waits for a proxy.
#[derive(Debug)]
pub(crate) struct Driver {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    log: PathBuf,
    origin: u16,
    trace: bool,
}

/// A line of the driver's.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Message {
    Origin(u16),
    Progress { done: usize, of: usize },
    Results(Vec<Test>),
}

/// The installed suite's folder.
fn suite() -> Result<PathBuf> {
    let installed = npm::locked("conformance", "cache tests")?;
    Ok(installed.join("node_modules").join("http-cache-tests"))
}

impl Driver {
    pub(crate) fn start(choice: Choice<'_>, log: &str) -> Result<Self> {
        let script = paths::root().join("xtask/conformance/run.mjs");
        let mut program = Program::new("node").args([script, suite()?]);
        if let Some(port) = choice.origin {
            program = program.args(["--origin", &port.to_string()]);
        }
        if choice.private {
            program = program.args(["--private"]);
        }
        if choice.trace {
            program = program.args(["--trace"]);
        }
        for word in choice.filter {
            program = program.args(["--filter", word]);
        }
        let (mut child, log) = program.piped(log)?;
        let out = child.stdout.take().context("the driver has no stdout")?;
        let mut driver = Self {
            child,
            lines: BufReader::new(out).lines(),
            log,
            origin: 0,
            trace: choice.trace,
        };
        match driver.next()? {
            Some(Message::Origin(origin)) => driver.origin = origin,
            _ => return Err(driver.ended("before its origin server listened")),
        }
        Ok(driver)
    }

    /// The origin server's port.
    pub(crate) fn origin(&self) -> u16 {
        self.origin
    }

    /// Runs the tests against the proxy at `base`, while `step` shows how far
    /// it is.
    pub(crate) fn run(mut self, base: &str, step: &mut Step) -> Result<Run> {
        let mut input = self.child.stdin.take().context("the driver has no stdin")?;
        writeln!(input, "{base}").context("the driver does not listen")?;
        loop {
            match self.next()? {
                Some(Message::Progress { done, of }) => step.tick(&format!("{done} of {of} tests")),
                Some(Message::Results(tests)) => return Ok(Run::new(tests)),
                Some(Message::Origin(_)) => bail!("the driver has started a second origin"),
                None => return Err(self.ended("before the tests did")),
            }
        }
    }

    /// The next message. Every other line is the suite's own: its dumps, and
    /// warnings that it also has without reason.
    fn next(&mut self) -> Result<Option<Message>> {
        for line in &mut self.lines {
            let line = line?;
            if line.starts_with('{') {
                let message = serde_json::from_str(&line);
                return Ok(Some(message.context("the driver is not understood")?));
            }
            if self.trace {
                println!("{line}");
            }
        }
        Ok(None)
    }

    fn ended(&self, when: &str) -> anyhow::Error {
        let said = fs::read_to_string(&self.log).unwrap_or_default();
        let what = format!("the test driver ended {when}\n\n{}\n", tail(&said, 20));
        Problem::new(what).at(paths::shown(&self.log)).into()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended by itself, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
