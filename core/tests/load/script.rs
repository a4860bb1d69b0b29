//! Loads told as scripts: what happens on the page, and what the load says.
//!
//! ```text
//! 250 poll: start a1 s0 e1 hedge, wait 500
//! 280 down a1 4096: commit a1, wait 10000
//! ```
//!
//! Times are in ms; `a1` is attempt 1, `s0` asset 0, `e1` endpoint 1. A script
//! is checked as a whole: what stands after the colon must be exactly what
//! came out.

use hedgerow::cdn::Endpoint;
use hedgerow::load::{
    AssetSettings, Early, Load, LoadInput, LoadOutput, LoadSettings, Memory, Refresh, Verdict,
};
use hedgerow::types::{EndpointId, Instant, Timestamp};

use crate::remote::Remote;
use crate::scripts::{Input, cancelled, compare, ended};

/// The wall clock of a script's 0 ms, in s.
pub(crate) const WALL: u64 = 1_800_000_000;
/// The page's clock at 0 ms, so that an early download can lie before it.
const ORIGIN: u64 = 1_000_000;

pub(crate) struct Setup {
    pub(crate) settings: LoadSettings,
    pub(crate) memory: Option<Memory>,
    pub(crate) wall: u64,
    early: Option<(u64, u16)>,
    /// What arrives with `refreshed`.
    pub(crate) refresh: Remote,
}

pub(crate) const fn e(index: u16) -> EndpointId {
    EndpointId::new(index)
}

/// One asset from `endpoints` endpoints, primary first.
pub(crate) fn page(endpoints: u16) -> Setup {
    let endpoints = (0..endpoints).map(|index| Endpoint::new(e(index)).with_priority(index));
    Setup {
        settings: LoadSettings::new(endpoints.collect(), 7),
        memory: None,
        wall: WALL,
        early: None,
        refresh: Remote::default(),
    }
}

impl Setup {
    pub(crate) fn with(mut self, change: impl FnOnce(LoadSettings) -> LoadSettings) -> Setup {
        self.settings = change(self.settings);
        self
    }

    /// As many assets as there are values, which say whether it has integrity.
    pub(crate) fn with_assets(self, integrity: &[bool]) -> Setup {
        let assets = integrity
            .iter()
            .map(|given| AssetSettings::new(*given))
            .collect();
        self.with(|settings| settings.with_assets(assets))
    }

    pub(crate) fn with_memory(mut self, memory: &Memory) -> Setup {
        self.memory = Some(memory.clone());
        self
    }

    /// So many seconds later.
    pub(crate) fn with_wall(mut self, secs: u64) -> Setup {
        self.wall = secs;
        self
    }

    /// The first downloads were started this many ms before.
    pub(crate) fn with_early(mut self, ms: u64, endpoint: u16) -> Setup {
        self.early = Some((ms, endpoint));
        self
    }

    pub(crate) fn with_refresh(mut self, change: impl FnOnce(&mut Remote)) -> Setup {
        change(&mut self.refresh);
        self
    }

    /// Plays `script` and compares; gives the load as it then stands.
    #[track_caller]
    pub(crate) fn check(self, script: &str) -> Load {
        let early = self
            .early
            .map(|(ms, endpoint)| Early::new(e(endpoint), Instant::from_millis(ORIGIN - ms)));
        let wall = Timestamp::from_secs(self.wall);
        let origin = Instant::from_millis(ORIGIN);
        let mut load = Load::new(self.settings, self.memory, early, origin, wall);
        let document = self.refresh.document();
        compare(script, |input| play(&mut load, &document, input));
        load
    }

    /// The memory that `script` leaves, through the words that storage keeps.
    #[track_caller]
    pub(crate) fn memory_after(self, script: &str) -> Memory {
        let settings = self.settings.clone();
        let words = self.check(script).memory_words();
        Memory::from_words(&words, &settings).expect("a load reads what it wrote")
    }
}

fn play(load: &mut Load, refresh: &Refresh, input: &Input<'_>) -> Vec<String> {
    let now = Instant::from_millis(ORIGIN + input.number(0));
    let attempt = || input.attempt();
    let reason = || input.reason(3);
    let size = || input.words.get(3).map_or(0, |_| input.number(3));
    let verdict = || match input.word(3) {
        "reachable" => Verdict::Reachable,
        "opaque" => Verdict::Opaque,
        "unreadable" => Verdict::Unreadable,
        "unreachable" => Verdict::Unreachable,
        other => panic!("no verdict {other:?}"),
    };
    let event = match input.verb() {
        "poll" => None,
        "head" => Some(LoadInput::Head(attempt())),
        "bytes" => Some(LoadInput::Progress(attempt(), size())),
        "down" => Some(LoadInput::Downloaded(attempt(), size() as u32)),
        "fail" => Some(LoadInput::Failed(attempt(), reason())),
        "ran" => Some(LoadInput::Executed(attempt())),
        "unusable" => Some(LoadInput::CommitFailed(attempt(), reason())),
        "not_ready" => Some(LoadInput::RanNotReady(attempt(), reason())),
        "offline" => Some(LoadInput::Offline(true)),
        "online" => Some(LoadInput::Offline(false)),
        "leaving" => Some(LoadInput::Leaving(true)),
        "back" => Some(LoadInput::Leaving(false)),
        "hidden" => Some(LoadInput::Hidden(true)),
        "shown" => Some(LoadInput::Hidden(false)),
        "probed" => Some(LoadInput::Probed(input.endpoint(), verdict())),
        "refreshed" => Some(LoadInput::Refreshed(refresh.clone())),
        "refresh_failed" => Some(LoadInput::RefreshFailed),
        other => panic!("no input {other:?}"),
    };
    if let Some(event) = event {
        load.handle(now, event);
    }
    let mut said = Vec::new();
    loop {
        let output = load.poll(now);
        said.push(tell(&output));
        if matches!(output, LoadOutput::Wait(_) | LoadOutput::Idle) {
            return said;
        }
    }
}

fn tell(output: &LoadOutput) -> String {
    let of = |endpoint: &Option<EndpointId>| {
        endpoint.map_or(String::new(), |id| format!(" e{}", id.get()))
    };
    match output {
        LoadOutput::Start {
            attempt,
            asset,
            endpoint,
            why,
            ..
        } => {
            let (attempt, asset) = (attempt.get(), asset.get());
            format!("start a{attempt} s{asset} e{} {why}", endpoint.get())
        }
        LoadOutput::Cancel { attempt, reason } => cancelled(*attempt, *reason),
        LoadOutput::Commit { attempt } => format!("commit a{}", attempt.get()),
        LoadOutput::Ended {
            attempt,
            ending,
            reason,
        } => ended(*attempt, *ending, *reason),
        LoadOutput::Suppress { tier, reason } => format!("suppress {} {reason}", tier.number()),
        LoadOutput::Warn { reason, endpoint } => format!("warn {reason}{}", of(endpoint)),
        LoadOutput::Done {
            ok,
            reason,
            endpoint,
        } => {
            format!(
                "{} {reason}{}",
                if *ok { "done" } else { "failed" },
                of(endpoint)
            )
        }
        LoadOutput::Diagnose { endpoint } => format!("diagnose e{}", endpoint.get()),
        LoadOutput::Probe { endpoint } => format!("probe e{}", endpoint.get()),
        LoadOutput::Refresh => "refresh".into(),
        LoadOutput::Save => "save".into(),
        LoadOutput::Idle => "idle".into(),
        LoadOutput::Wait(until) => {
            format!("wait {}", until.as_micros() as f64 / 1000.0 - ORIGIN as f64)
        }
        other => format!("{other:?}"),
    }
}
