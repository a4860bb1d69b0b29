//! A compiler that can target `wasm32-unknown-unknown`.
//!
//! Where the standard library can be built from source it is preferred: without
//! panic messages and for size, which the prebuilt one is not.

use crate::apt;
use crate::paths;
use crate::problem::Problem;
use crate::process::Program;
use crate::ui;
use anyhow::Result;
use clap::ValueEnum;
use std::env;
use std::path::{Path, PathBuf};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// `-Cpanic=immediate-abort` came with this version.
const OLDEST_FROM_SOURCE: u32 = 92;

const FLAGS_FROM_SOURCE: &[&str] = &[
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    // The stack comes first, and what lies behind it has short addresses. The
    // deepest call takes less than half of this.
    "-Clink-arg=-zstack-size=4096",
    // Only numbers cross into JavaScript: without the feature there is no table
    // of references, and no glue to fill it.
    "-Ctarget-feature=-reference-types",
    // Measured together: after brotli 3 % less than opt-level z or s alone.
    "-Cllvm-args=-inline-threshold=35",
    "-Cllvm-args=-hoist-common-insts",
    "-Cllvm-args=-sink-common-insts",
    "-Zinline-mir=yes",
    "-Zinline-mir-threshold=100",
    // A panic stops the engine and tells nothing, so nothing is kept to tell.
    "-Zlocation-detail=none",
    "-Zfmt-debug=none",
];

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_PACKAGES: &[&str] = &["rustc-web", "rust-web-src", "rust-web-llvm"];

/// A way to compile for WebAssembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Way {
    /// A compiler with the library's source at hand: std is built for size
    Source,
    /// Debian's rustc-web, std built from source (installed if missing and we are root)
    Debian,
    /// `rustup component add rust-src`, std built from source
    RustSrc,
    /// The target that the active toolchain already has
    Installed,
    /// `rustup target add wasm32-unknown-unknown`
    Rustup,
}

/// The compiler that was found, and how to call it.
#[derive(Debug)]
pub(crate) struct Toolchain {
    cargo: PathBuf,
    rustc: PathBuf,
    linker: Option<PathBuf>,
    from_source: bool,
    told: String,
}

impl Toolchain {
    /// Finds a way, `only` that one if given.
    ///
    /// # Errors
    ///
    /// When no way works here; the error lists what a person can do.
    pub(crate) fn find(only: Option<Way>) -> Result<Self> {
        let debian_now = || {
            if apt::usable() {
                install_debian()
            } else {
                Ok(None)
            }
        };
        let found = match only {
            Some(Way::Source) => with_source(),
            Some(Way::Debian) => install_debian()?,
            Some(Way::RustSrc) => by_component(),
            Some(Way::Installed) => installed(),
            Some(Way::Rustup) => by_rustup(),
            None => match with_source() {
                Some(found) => Some(found),
                None => match debian_now()? {
                    Some(found) => Some(found),
                    None => by_component().or_else(installed).or_else(by_rustup),
                },
            },
        };
        found.ok_or_else(|| no_way().into())
    }

    /// Which way it is, for a person.
    pub(crate) fn told(&self) -> &str {
        &self.told
    }

    /// Tells one compiler, and one way to call it, from another.
    pub(crate) fn key(&self) -> String {
        format!("{} {:?} {}", self.rustc.display(), self.linker, self.told)
    }

    /// cargo, for builds of std from source; `None` where its source is not at
    /// hand.
    pub(crate) fn cargo_with_source(&self) -> Option<Program> {
        let program = || {
            Program::new(&self.cargo)
                .env("RUSTC", &self.rustc)
                .env("RUSTC_BOOTSTRAP", "1")
        };
        self.from_source.then(program)
    }

    /// The target that the compiler itself runs on.
    pub(crate) fn host(&self) -> Option<String> {
        let told = Program::new(&self.rustc).args(["-vV"]).ask()?;
        let host = told.lines().find_map(|line| line.strip_prefix("host: "))?;
        Some(host.to_owned())
    }

    /// `cargo build` for the browser, in the loader's profile.
    pub(crate) fn build(&self, package: &str) -> Program {
        let mut program = Program::new(&self.cargo)
            .args([
                "rustc",
                "--lib",
                // Even of the engine alone: a library of another kind would
                // need another build of std.
                "--crate-type=cdylib",
                "--package",
                package,
                "--target",
                TARGET,
                "--profile",
                "loader",
            ])
            .arg_path("--target-dir", &target_dir())
            // wasm-bindgen reads the features from a section that stripping
            // removes, and the check for forbidden code reads the names.
            .env("CARGO_PROFILE_LOADER_STRIP", "none")
            .env("RUSTC", &self.rustc);
        if self.from_source {
            program = program
                .args([
                    "-Zbuild-std=std,panic_abort",
                    "-Zbuild-std-features=optimize_for_size",
                ])
                .env("RUSTC_BOOTSTRAP", "1")
                .env("RUSTFLAGS", FLAGS_FROM_SOURCE.join(" "));
        }
        if let Some(linker) = &self.linker {
            program = program.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
        program
    }
}

/// Apart from the host's builds: another compiler writes here.
pub(crate) fn target_dir() -> PathBuf {
    paths::target().join("wasm")
}

/// A compiler at hand that has the library's source beside it.
fn with_source() -> Option<Toolchain> {
    let active = rustup_which("rustc", None).or_else(|| Some(PathBuf::from("rustc")));
    let nightly = rustup_which("rustc", Some("nightly"));
    let debian = Some(PathBuf::from(DEBIAN_RUSTC)).filter(|path| path.is_file());
    [active, nightly, debian]
        .into_iter()
        .flatten()
        .find_map(|rustc| from_source(&rustc))
}

fn from_source(rustc: &Path) -> Option<Toolchain> {
    let sysroot = sysroot(rustc)?;
    let (version, minor) = version(rustc)?;
    let source = sysroot.join("lib/rustlib/src/rust/library/std/src/lib.rs");
    if minor < OLDEST_FROM_SOURCE || !source.is_file() {
        return None;
    }
    Some(Toolchain {
        cargo: cargo(),
        rustc: rustc.to_path_buf(),
        linker: Some(lld(&sysroot)?),
        from_source: true,
        told: format!("{version} ({}), std built from source", rustc.display()),
    })
}

fn install_debian() -> Result<Option<Toolchain>> {
    let debian = Path::new(DEBIAN_RUSTC);
    if from_source(debian).is_none() {
        apt::install(DEBIAN_PACKAGES, "the smallest WASM build")?;
    }
    if from_source(debian).is_none()
        && let Some(package) = sysroot(debian).and_then(|_| debian_lld())
    {
        apt::install(&[&package], "linking the WASM")?;
    }
    Ok(from_source(debian))
}

/// The package with the linker that `rust-web-llvm` points to but only
/// suggests.
fn debian_lld() -> Option<String> {
    let link = Path::new("/usr/bin/rust-lld").read_link().ok()?;
    link.to_str()
        .filter(|name| name.starts_with("lld-"))
        .map(str::to_owned)
}

fn installed() -> Option<Toolchain> {
    let rustc = rustup_which("rustc", None).unwrap_or_else(|| PathBuf::from("rustc"));
    let library = sysroot(&rustc)?
        .join("lib/rustlib")
        .join(TARGET)
        .join("lib");
    if !library.is_dir() {
        return None;
    }
    let (version, _) = version(&rustc)?;
    let told = format!("{version}, the active toolchain's own {TARGET}");
    Some(Toolchain {
        cargo: cargo(),
        rustc,
        linker: None,
        from_source: false,
        told,
    })
}

fn by_component() -> Option<Toolchain> {
    ui::note("trying `rustup component add rust-src`");
    Program::new("rustup")
        .args(["component", "add", "rust-src"])
        .ask()?;
    with_source()
}

fn by_rustup() -> Option<Toolchain> {
    ui::note(&format!("trying `rustup target add {TARGET}`"));
    Program::new("rustup")
        .args(["target", "add", TARGET])
        .ask()?;
    installed()
}

fn no_way() -> Problem {
    let remedy = format!(
        "one of\n\
         rustup component add rust-src\n\
         rustup target add {TARGET}\n\
         sudo apt-get update && sudo apt-get install {}   (Debian 12 or newer)",
        DEBIAN_PACKAGES.join(" ")
    );
    Problem::new(format!("no Rust compiler here can target {TARGET}")).remedy(remedy)
}

fn cargo() -> PathBuf {
    env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

fn rustup_which(program: &str, toolchain: Option<&str>) -> Option<PathBuf> {
    let mut args = vec!["which", program];
    if let Some(toolchain) = toolchain {
        args.extend(["--toolchain", toolchain]);
    }
    Program::new("rustup").args(args).ask().map(PathBuf::from)
}

fn sysroot(rustc: &Path) -> Option<PathBuf> {
    Program::new(rustc)
        .args(["--print", "sysroot"])
        .ask()
        .map(PathBuf::from)
}

/// The version as text, and its minor number.
fn version(rustc: &Path) -> Option<(String, u32)> {
    let text = Program::new(rustc).args(["--version"]).ask()?;
    let number = text.split_whitespace().nth(1)?.to_owned();
    let minor = number.split('.').nth(1)?.parse().ok()?;
    Some((format!("rustc {number}"), minor))
}

/// The toolchain's linker, else the active toolchain's, else the system's: any
/// of them links what one rustc has made.
fn lld(sysroot: &Path) -> Option<PathBuf> {
    let active = rustup_which("rustc", None).and_then(|rustc| self::sysroot(&rustc));
    let in_toolchain = [Some(sysroot.to_path_buf()), active]
        .into_iter()
        .flatten()
        .filter_map(|sysroot| sysroot.join("lib/rustlib").read_dir().ok())
        .flat_map(Iterator::flatten)
        .map(|target| target.path().join("bin/rust-lld"));
    in_toolchain
        .chain([PathBuf::from("/usr/bin/rust-lld")])
        .find(|path| path.is_file())
}
