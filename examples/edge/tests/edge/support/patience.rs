//! How long a test waits: what never comes is a failure that says what it was,
//! and who waited for it.

use std::fmt::Display;
use std::panic::Location;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use tokio::time::Instant;

/// Far more than anything takes on a machine that has much else to do: nothing
/// is measured with it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Awaits this for as long as tests wait.
///
/// # Panics
///
/// If it has not come by then, saying `what` was waited for, and where.
#[track_caller]
pub(crate) fn within<T>(
    what: impl Display,
    waited: impl Future<Output = T>,
) -> impl Future<Output = T> {
    let patience = Patience::begin();
    async move {
        match tokio::time::timeout(PATIENCE, waited).await {
            Ok(came) => came,
            Err(_) => patience.fail(what),
        }
    }
}

/// Asks again and again until this holds, for as long as tests wait.
#[track_caller]
pub(crate) fn until(
    what: impl Display,
    mut holds: impl AsyncFnMut() -> bool,
) -> impl Future<Output = ()> {
    within(what, async move {
        while !holds().await {
            // Who is asked has a processor to answer with.
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
}

/// One wait: who began it, and until when it may last.
pub(crate) struct Patience {
    until: Instant,
    caller: &'static Location<'static>,
}

impl Patience {
    #[track_caller]
    pub(crate) fn begin() -> Patience {
        Patience {
            until: Instant::now() + PATIENCE,
            caller: Location::caller(),
        }
    }

    pub(crate) fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    pub(crate) fn is_over(&self) -> bool {
        self.left().is_zero()
    }

    /// It has lasted too long.
    pub(crate) fn fail(&self, what: impl Display) -> ! {
        let caller = self.caller;
        panic!("{caller} waited {PATIENCE:?} for {what}")
    }
}

/// Waits for the end of a process; one that does not end is killed.
pub(crate) fn ended(child: &mut Child, patience: &Patience, what: impl Display) -> ExitStatus {
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if patience.is_over() {
            // It fails only if there is nothing left to end.
            let _ = child.kill();
            patience.fail(format_args!("the end of {what}, now killed"));
        }
        pause();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "nothing tells that a process has ended but asking again"
)]
fn pause() {
    std::thread::sleep(Duration::from_millis(2));
}

/// Runs this program to its end.
#[track_caller]
pub(crate) fn run(command: &mut Command) -> Output {
    finish(command, &Patience::begin())
}

/// The same off the test's own thread, which has the origins.
#[track_caller]
pub(crate) fn run_beside(mut command: Command) -> impl Future<Output = Output> {
    let patience = Patience::begin();
    let finished = tokio::task::spawn_blocking(move || finish(&mut command, &patience));
    async move {
        match finished.await {
            Ok(output) => output,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

fn finish(command: &mut Command, patience: &Patience) -> Output {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let said = [
        drain(child.stdout.take().unwrap()),
        drain(child.stderr.take().unwrap()),
    ];
    let status = ended(&mut child, patience, format_args!("{command:?}"));
    let [stdout, stderr] = said.map(|said| said.join().unwrap());
    Output {
        status,
        stdout,
        stderr,
    }
}

/// Reads beside the wait, so that no full pipe keeps the program from ending.
fn drain(mut pipe: impl std::io::Read + Send + 'static) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut said = Vec::new();
        pipe.read_to_end(&mut said).unwrap();
        said
    })
}
