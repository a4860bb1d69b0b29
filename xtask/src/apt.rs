//! Debian packages that a bare machine lacks.

use crate::problem::Problem;
use crate::process::{Program, on_path};
use crate::ui::{self, Step};
use anyhow::Result;
use std::path::Path;
use std::sync::OnceLock;

/// A package, and how to tell that it (or its like) is there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Package {
    pub(crate) name: &'static str,
    pub(crate) present: fn() -> bool,
}

/// What the browser tests need.
pub(crate) const BROWSERS: &[Package] = &[
    Package {
        name: "chromium",
        present: || on_path("chromium"),
    },
    Package {
        name: "firefox-esr",
        present: || on_path("firefox-esr") || on_path("firefox"),
    },
    Package {
        name: "webkit2gtk-driver",
        present: || on_path("WebKitWebDriver") && mini_browser(),
    },
    Package {
        name: "xvfb",
        present: || on_path("Xvfb"),
    },
    Package {
        name: "libnss3-tools",
        present: || on_path("certutil"),
    },
    Package {
        name: "openssl",
        present: || on_path("openssl"),
    },
];

fn mini_browser() -> bool {
    let Ok(libraries) = Path::new("/usr/lib").read_dir() else {
        return false;
    };
    libraries
        .flatten()
        .any(|dir| dir.path().join("webkit2gtk-4.1/MiniBrowser").is_file())
}

/// Whether packages can be installed here, and now.
pub(crate) fn usable() -> bool {
    on_path("apt-get") && is_root()
}

/// Installs those of `packages` that are missing.
///
/// # Errors
///
/// When one is missing and this machine has no apt-get, or we are not root; the
/// error names the command that a person has to run.
pub(crate) fn ensure(packages: &[Package], why: &str) -> Result<()> {
    let missing: Vec<&str> = packages
        .iter()
        .filter(|package| !(package.present)())
        .map(|package| package.name)
        .collect();
    install(&missing, why)
}

/// Installs `names`, after one `apt-get update` for the whole run.
pub(crate) fn install(names: &[&str], why: &str) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    let list = names.join(" ");
    if !usable() {
        let problem = Problem::new(format!("{why} needs what this machine lacks: {list}"));
        return Err(problem.remedy(by_hand(&list)).into());
    }
    ui::note(&format!("{why} needs {list}: installing by apt-get"));
    update()?;
    let mut step = Step::start(format!("apt-get install {list}"));
    let args = [
        "install",
        "--yes",
        "--no-install-recommends",
        "-o",
        "DPkg::Lock::Timeout=600",
    ];
    apt_get(&args)
        .args(names)
        .remedy(by_hand(&list))
        .logged("apt-install", &mut step)?
        .check()?;
    step.done("installed");
    Ok(())
}

fn update() -> Result<()> {
    static DONE: OnceLock<()> = OnceLock::new();
    if DONE.get().is_some() {
        return Ok(());
    }
    let mut step = Step::start("apt-get update");
    // A mirror that is down is no reason to stop: the lists at hand may do.
    let finished = apt_get(&["update"]).logged("apt-update", &mut step)?;
    step.done(if finished.status.success() {
        "done"
    } else {
        "failed; going on with the old lists"
    });
    let _ = DONE.set(());
    Ok(())
}

fn apt_get(args: &[&str]) -> Program {
    Program::new("apt-get")
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(args)
}

fn by_hand(list: &str) -> String {
    if on_path("apt-get") {
        format!("sudo apt-get update && sudo apt-get install --no-install-recommends {list}")
    } else {
        format!("install what Debian calls {list} with your system's package manager")
    }
}

fn is_root() -> bool {
    Program::new("id")
        .args(["-u"])
        .ask()
        .is_some_and(|id| id == "0")
}
