//! What a race is told before it starts.

use hedgerow::failover::{Candidate, Phase, RaceSettings};

use crate::boundary::{Outcome, call, out, read};
use crate::observation::hedgerow_latency;
use crate::settings::{defaults, settings};
use crate::status::hedgerow_status::{self, *};
use crate::values::{endpoint, flag, narrow, never, optional_span, span};

/// How far an attempt has come.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_phase {
    /// Started, nothing received.
    HEDGEROW_PHASE_PENDING = 0,
    /// A good response head is there.
    HEDGEROW_PHASE_HEAD = 1,
    /// The body is whole.
    HEDGEROW_PHASE_COMPLETE = 2,
    /// The body is whole and verified.
    HEDGEROW_PHASE_VERIFIED = 3,
}

/// Whose defaults a race takes.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_profile {
    /// A good response head wins.
    HEDGEROW_PROFILE_PROXY = 0,
    /// A whole download wins; a suspended program counts for nobody.
    HEDGEROW_PROFILE_BROWSER = 1,
}

/// The settings of a race; `hedgerow_race_settings_init` fills them with the
/// defaults of a profile.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct hedgerow_race_settings {
    /// The size of this struct in bytes.
    pub size: u32,
    /// The `hedgerow_phase` that wins, not HEDGEROW_PHASE_PENDING.
    pub winning_phase: u32,
    /// When the whole race ends, counted from its start (10 s). An attempt that
    /// still makes progress may go on.
    pub total_timeout_us: u64,
    /// How long a commit may take once the total deadline has passed (3 s).
    pub commit_timeout_us: u64,
    /// New body bytes that count as progress (proxy 1, browser 1024).
    pub progress_bytes: u64,
    /// If a call comes later than this after the moment it was asked for, the
    /// gap counts for nobody; HEDGEROW_NEVER takes the clock as it is (proxy
    /// never, browser 750 ms).
    pub suspend_slack_us: u64,
    /// Hedges at most (proxy 2, browser 1).
    pub max_hedges: u32,
    /// 1 if a hedge that the budget refused is asked for again, each time that
    /// the silence has doubled (proxy 1, browser 0).
    pub asks_again: u32,
}
settings!(hedgerow_race_settings, 48);

impl Default for hedgerow_race_settings {
    fn default() -> hedgerow_race_settings {
        hedgerow_race_settings::of(&RaceSettings::proxy())
    }
}

impl hedgerow_race_settings {
    /// The engine's settings as C has them.
    pub(crate) fn of(settings: &RaceSettings) -> hedgerow_race_settings {
        hedgerow_race_settings {
            size: size_of::<hedgerow_race_settings>() as u32,
            winning_phase: settings.winning_phase as u32,
            total_timeout_us: settings.total_timeout.as_micros(),
            commit_timeout_us: settings.commit_timeout.as_micros(),
            progress_bytes: settings.progress_bytes,
            suspend_slack_us: never(settings.suspend_slack),
            max_hedges: settings.max_hedges.into(),
            asks_again: settings.asks_again.into(),
        }
    }

    pub(crate) fn plain(&self) -> Outcome<RaceSettings> {
        let phase = match self.winning_phase {
            1 => Phase::Head,
            2 => Phase::Complete,
            3 => Phase::Verified,
            _ => return Err(HEDGEROW_INVALID_ARGUMENT),
        };
        let mut settings = RaceSettings::proxy()
            .with_winning_phase(phase)
            .with_total_timeout(span(self.total_timeout_us))
            .with_commit_timeout(span(self.commit_timeout_us))
            .with_suspend_slack(optional_span(self.suspend_slack_us))
            .with_max_hedges(narrow(self.max_hedges)?)
            .with_asks_again(flag(self.asks_again)?);
        settings.progress_bytes = self.progress_bytes;
        Ok(settings)
    }
}

/// An endpoint that a race may use. Arrays can't grow their elements, so this
/// struct never grows; what is reserved must be 0.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct hedgerow_candidate {
    /// The endpoint.
    pub endpoint: u16,
    /// 0.
    pub reserved: [u16; 3],
    /// Silence after which the next candidate is started beside this one;
    /// HEDGEROW_NEVER for not at all.
    pub hedge_delay_us: u64,
    /// An attempt that takes longer is given up as soon as another can stand
    /// in.
    pub attempt_timeout_us: u64,
}

impl hedgerow_candidate {
    pub(crate) fn of(candidate: Candidate) -> hedgerow_candidate {
        hedgerow_candidate {
            endpoint: candidate.endpoint.get(),
            reserved: [0; 3],
            hedge_delay_us: never(candidate.hedge_delay),
            attempt_timeout_us: candidate.attempt_timeout.as_micros(),
        }
    }

    pub(crate) fn plain(&self) -> Outcome<Candidate> {
        if self.reserved != [0; 3] {
            return Err(HEDGEROW_INVALID_ARGUMENT);
        }
        Ok(Candidate::new(endpoint(self.endpoint))
            .with_hedge_delay(optional_span(self.hedge_delay_us))
            .with_attempt_timeout(span(self.attempt_timeout_us)))
    }
}

/// Fills settings of `size` bytes, which is `sizeof *settings`, with the
/// defaults of a `hedgerow_profile`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_race_settings_init(
    settings: *mut hedgerow_race_settings,
    size: usize,
    profile: u32,
) -> hedgerow_status {
    let plain = match profile {
        0 => RaceSettings::proxy(),
        1 => RaceSettings::browser(),
        _ => return HEDGEROW_INVALID_ARGUMENT,
    };
    defaults!(settings, size, hedgerow_race_settings::of(&plain))
}

/// Fills a candidate with an endpoint and the default delays: hedged after
/// 250 ms, given up after 3 s.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_candidate_init(
    candidate: *mut hedgerow_candidate,
    endpoint_id: u16,
) -> hedgerow_status {
    call(|| {
        out!(candidate)?.put(hedgerow_candidate::of(Candidate::new(endpoint(
            endpoint_id,
        ))));
        Ok(())
    })
}

/// The hedge delay for an endpoint whose requests take so long: about their
/// 99th percentile, from 10 to 50 ms, or longer if it always takes about as
/// long; 250 ms if nothing is known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_hedge_delay(
    latency: *const hedgerow_latency,
    delay_us: *mut u64,
) -> hedgerow_status {
    call(|| {
        let latency = read!(latency)?.plain();
        out!(delay_us)?.put(hedgerow::fetch::hedge_delay(latency).as_micros());
        Ok(())
    })
}
