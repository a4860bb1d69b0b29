//! Running other programs with their output in a log.

use crate::paths;
use crate::problem::Problem;
use crate::ui::Step;
use anyhow::{Context, Result};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

/// A program to run, and what to tell the user if it fails.
#[derive(Debug)]
pub(crate) struct Program {
    command: Command,
    remedy: Option<String>,
}

/// A finished program: how it ended, and all that it printed.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) output: String,
    pub(crate) log: PathBuf,
    shown: String,
    place: String,
    remedy: Option<String>,
}

/// How much of a failed program's output is repeated on the screen.
const SHOWN_LINES: usize = 200;

impl Program {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        command.current_dir(paths::root());
        Self {
            command,
            remedy: None,
        }
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn arg_path(mut self, name: &str, path: &Path) -> Self {
        self.command.arg(name).arg(path);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn dir(mut self, dir: &Path) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// What a person should do if this program fails.
    pub(crate) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// The same program, bound to one core by `taskset`.
    pub(crate) fn pinned(self, core: usize) -> Self {
        let mut command = Command::new("taskset");
        command
            .args(["--cpu-list", &core.to_string()])
            .arg(self.command.get_program())
            .args(self.command.get_args())
            .current_dir(self.command.get_current_dir().unwrap_or(&paths::root()));
        for (name, value) in self.command.get_envs() {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        Self { command, ..self }
    }

    fn shown(&self) -> String {
        let mut text = short_name(self.command.get_program());
        for arg in self.command.get_args() {
            text.push(' ');
            text.push_str(&arg.to_string_lossy());
        }
        text
    }

    fn place(&self) -> String {
        let dir = self
            .command
            .get_current_dir()
            .map_or_else(paths::root, Path::to_path_buf);
        let shown = paths::shown(&dir);
        if shown.is_empty() {
            String::from("the repository's root")
        } else {
            shown
        }
    }

    fn could_not_start(&self, cause: &std::io::Error) -> anyhow::Error {
        let name = short_name(self.command.get_program());
        let mut problem = Problem::new(format!("`{name}` could not be started: {cause}"));
        problem = problem.at(self.place());
        let remedy = self.remedy.clone();
        problem
            .remedy(remedy.unwrap_or_else(|| format!("install {name}, or put it on PATH")))
            .into()
    }

    /// What it prints, if it ends well; `None` if it is missing or fails.
    pub(crate) fn ask(mut self) -> Option<String> {
        let output = self
            .command
            .stderr(Stdio::null())
            .stdin(Stdio::null())
            .output()
            .ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    }

    /// Runs it on the user's terminal.
    pub(crate) fn attended(mut self) -> Result<ExitStatus> {
        self.command
            .status()
            .map_err(|cause| self.could_not_start(&cause))
    }

    fn spawn(&mut self) -> Result<Child> {
        self.command
            .spawn()
            .map_err(|cause| self.could_not_start(&cause))
    }

    /// Starts it with its output in a log, and leaves it running.
    pub(crate) fn background(mut self, log: &str) -> Result<(Child, PathBuf)> {
        let (path, file) = log_file(log)?;
        self.command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file);
        Ok((self.spawn()?, path))
    }

    /// Starts it with a pipe in and a pipe out; what it complains of goes to a
    /// log.
    pub(crate) fn piped(mut self, log: &str) -> Result<(Child, PathBuf)> {
        let (path, file) = log_file(log)?;
        self.command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(file);
        Ok((self.spawn()?, path))
    }

    /// Runs it with its output in `<logs>/<log>.log`, while `step` shows the
    /// last line.
    pub(crate) fn logged(mut self, log: &str, step: &mut Step) -> Result<Finished> {
        let (path, file) = log_file(log)?;
        self.command
            // In a log, colours are noise.
            .env("CARGO_TERM_COLOR", "never")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file);
        let mut child = self.spawn()?;
        let mut pause = Duration::from_millis(2);
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(100));
            step.tick(&last_line(&path));
        };
        let output = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
        Ok(Finished {
            status,
            output,
            log: path,
            shown: self.shown(),
            place: self.place(),
            remedy: self.remedy,
        })
    }
}

impl Finished {
    /// An error, with the end of the output, unless it ended well.
    pub(crate) fn check(self) -> Result<Self> {
        if self.status.success() {
            Ok(self)
        } else {
            Err(self.problem().into())
        }
    }

    pub(crate) fn problem(&self) -> Problem {
        self.problem_telling(&tail(&self.output, SHOWN_LINES))
    }

    /// The problem with `told` for the end of the output.
    pub(crate) fn problem_telling(&self, told: &str) -> Problem {
        let mut what = format!("`{}` failed ({})", self.shown, self.status);
        if !told.is_empty() {
            what.push_str("\n\n");
            what.push_str(told);
            what.push('\n');
        }
        let place = format!(
            "{}; the whole output is in {}",
            self.place,
            paths::shown(&self.log)
        );
        let problem = Problem::new(what).at(place);
        match &self.remedy {
            Some(remedy) => problem.remedy(remedy.clone()),
            None => problem,
        }
    }
}

/// Whether `program` can be found on PATH.
pub(crate) fn on_path(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}

fn short_name(program: &OsStr) -> String {
    let path = Path::new(program);
    path.file_name()
        .unwrap_or(program)
        .to_string_lossy()
        .into_owned()
}

fn log_file(log: &str) -> Result<(PathBuf, File)> {
    let path = paths::logs().join(log).with_extension("log");
    fs::create_dir_all(paths::logs())?;
    let file =
        File::create(&path).with_context(|| format!("cannot write the log {}", path.display()))?;
    Ok((path, file))
}

/// The last lines of a log, set apart from what is said about them.
pub(crate) fn tail(output: &str, shown: usize) -> String {
    let lines: Vec<&str> = output.trim_end().lines().collect();
    let skipped = lines.len().saturating_sub(shown);
    let mut text = String::new();
    if skipped > 0 {
        text.push_str(&format!("    ({skipped} lines before)\n"));
    }
    for line in &lines[skipped..] {
        text.push_str("    ");
        text.push_str(line);
        text.push('\n');
    }
    text.trim_end().to_owned()
}

fn last_line(log: &Path) -> String {
    let read = || -> std::io::Result<String> {
        let mut file = File::open(log)?;
        let end = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(end.saturating_sub(2_000)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Ok(text
            .lines()
            .rfind(|line| !line.trim().is_empty())
            .unwrap_or("")
            .trim()
            .to_owned())
    };
    read().unwrap_or_default()
}
