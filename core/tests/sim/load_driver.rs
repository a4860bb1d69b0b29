//! Carries the views of a visitor out in virtual time.

use std::fmt::Write as _;

use hedgerow::load::{Early, Load, LoadInput, LoadOutput, LoadSettings, Memory, Plan, Verdict};
use hedgerow::types::{AttemptId, EndpointId, Instant, Reason, Timestamp};

use crate::agenda::{self, Next};
use crate::dice::Dice;
use crate::invariants::{Invariant, Violation};
use crate::liveness::must_load;
use crate::load_checker::LoadChecker;
use crate::loader::Loader;
use crate::memory_model::{Effective, Store, kept, learned};
use crate::remote::Remote;
use crate::runner::Run;
use crate::session::{ORIGIN, Session, View};
use crate::world::{Effect, Fault, Host, MS, Signal};

/// Everything that came out of the loads of a session.
#[derive(Debug, Default)]
pub(crate) struct LoadLog {
    outputs: Vec<LoadOutput>,
    words: Vec<u32>,
    text: Option<String>,
}

impl LoadLog {
    fn note(&mut self, now: u64, what: std::fmt::Arguments<'_>) {
        if let Some(text) = &mut self.text {
            let ms = (now as f64 - ORIGIN as f64) / 1000.0;
            let _ = writeln!(text, "{ms:>12.3} ms  {what}");
        }
    }
}

#[derive(Clone, Debug)]
enum Event {
    Signal(AttemptId, Signal),
    Effect(AttemptId, Effect),
    Input(LoadInput),
    Suspend(u64),
}

/// What the views of a session were, for the statistics.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Totals {
    pub(crate) views: u64,
    pub(crate) loaded: u64,
    pub(crate) suppressed: u64,
    pub(crate) must_load: u64,
    pub(crate) remembered: u64,
    pub(crate) refreshed: u64,
}

impl Totals {
    pub(crate) fn add(&mut self, other: Totals) {
        self.views += other.views;
        self.loaded += other.loaded;
        self.suppressed += other.suppressed;
        self.must_load += other.must_load;
        self.remembered += other.remembered;
        self.refreshed += other.refreshed;
    }
}

/// Makes the load of one view.
pub(crate) type Make<'a, L> =
    &'a dyn Fn(LoadSettings, Option<Memory>, Option<Early>, Instant, Timestamp) -> L;

struct Driver<'a, L> {
    view: &'a View,
    load: L,
    checker: LoadChecker<'a>,
    dice: Dice,
    events: Vec<(u64, Event)>,
    told: Vec<(u64, Signal)>,
    sees_progress: bool,
    store: &'a mut Store,
    before: Option<Memory>,
    /// A probe's verdict or a remote configuration has come in.
    taught: bool,
    totals: Totals,
    log: &'a mut LoadLog,
}

const MOST_OUTPUTS: usize = 400;

/// The memory as the view finds it. One that lasts longer than any can was
/// written before the wall clock was set back.
fn stored(view: &View, settings: &LoadSettings, store: &mut Store) -> Option<Memory> {
    let latest = view.wall + u64::from(settings.memory_ttl_secs) + 60;
    if let (Some((index, word)), Some(words)) = (view.damage, &mut store.words) {
        let index = index % words.len();
        words[index] = word;
        store.damaged = true;
    }
    let memory = store
        .words
        .as_ref()
        .and_then(|words| Memory::from_words(words, settings).ok());
    memory.filter(|memory| (view.wall + 1..=latest).contains(&memory.expires().as_secs()))
}

fn run_view<L: Loader>(
    session: &Session,
    index: usize,
    store: &mut Store,
    make: Make<'_, L>,
    log: &mut LoadLog,
) -> Result<Totals, Violation> {
    let view = &session.views[index];
    let before = stored(view, &session.settings, store);
    if before.is_none() {
        *store = Store::default();
    }
    let mut settings = session.settings.clone();
    (settings.seed, settings.session_open) = (view.seed, view.session_open);
    let effective = Effective::new(&settings, store.remote.as_ref());
    let fresh = Memory::new(&settings);
    let order = Plan::new(&settings, before.as_ref().unwrap_or(&fresh)).order;
    let early = view.early.and_then(|(age, other)| {
        let other = other.filter(|id| order.contains(id));
        Some((age, other.or(order.first().copied())?))
    });
    let tokens = before
        .as_ref()
        .map_or(10, |memory| memory.hedge_milli().min(10_000) / 1_000);
    let load = make(
        settings.clone(),
        before.clone(),
        early.map(|(age, id)| Early::new(id, Instant::from_micros(ORIGIN - age))),
        Instant::from_micros(ORIGIN),
        Timestamp::from_secs(view.wall),
    );
    let must = must_load(&settings, &effective, view) && !store.damaged;
    let lenient = store.damaged;
    let mut driver = Driver {
        view,
        load,
        checker: LoadChecker::new(&settings, &effective, lenient, tokens, early),
        dice: Dice::new(session.seed ^ index as u64 ^ 0xA11CE),
        events: weather(view),
        told: Vec::new(),
        sees_progress: settings.sees_progress,
        store,
        before,
        taught: false,
        totals: Totals {
            views: 1,
            must_load: u64::from(must),
            ..Totals::default()
        },
        log,
    };
    if let Some((age, endpoint)) = early {
        for asset in 0..settings.assets.len() {
            driver.download(ORIGIN - age, AttemptId::new(asset as u16), asset, endpoint);
        }
    }
    driver.go(&settings, &effective)?;
    let loaded = driver.checker.done == Some(true);
    Invariant::Liveness.holds(loaded || !must, || {
        format!("view {index} should have loaded")
    })?;
    Ok(driver.totals)
}

fn weather(view: &View) -> Vec<(u64, Event)> {
    let mut events = Vec::new();
    if let Some((from, to)) = view.offline {
        events.push((from, Event::Input(LoadInput::Offline(true))));
        events.push((to, Event::Input(LoadInput::Offline(false))));
    }
    if let Some((from, to)) = view.hidden {
        events.push((from, Event::Input(LoadInput::Hidden(true))));
        events.push((to, Event::Input(LoadInput::Hidden(false))));
    }
    if let Some(at) = view.leaving {
        events.push((at, Event::Input(LoadInput::Leaving(true))));
    }
    if let Some((at, span)) = view.suspend {
        events.push((at, Event::Suspend(span)));
    }
    events
}

impl<L: Loader> Driver<'_, L> {
    fn go(&mut self, settings: &LoadSettings, effective: &Effective) -> Result<(), Violation> {
        let mut now = ORIGIN;
        let mut wake = self.drain(now, settings, effective)?;
        loop {
            match agenda::next(&mut self.events, wake, self.view.slop, &mut self.dice) {
                Some(Next::Event(at, event)) => {
                    now = now.max(at);
                    if let Event::Suspend(span) = event {
                        now += span;
                    }
                    self.happen(now, event)?;
                }
                Some(Next::Timer(at)) => now = now.max(at),
                None => break,
            }
            self.checker.called(now);
            wake = self.drain(now, settings, effective)?;
            if self.view.misuse > 0 && self.dice.once_in(self.view.misuse) {
                self.misuse(Instant::from_micros(now));
                wake = self.drain(now, settings, effective)?;
            }
        }
        Invariant::Drains.holds(self.checker.done.is_some(), || "idle without an end".into())?;
        self.drain(now, settings, effective)?;
        Ok(())
    }

    fn drain(
        &mut self,
        now: u64,
        settings: &LoadSettings,
        effective: &Effective,
    ) -> Result<Option<u64>, Violation> {
        for _ in 0..MOST_OUTPUTS {
            let output = self.load.poll(Instant::from_micros(now));
            self.log.note(now, format_args!("▶ {output:?}"));
            self.log.outputs.push(output);
            self.checker.output(now, &output)?;
            match output {
                LoadOutput::Start {
                    attempt,
                    asset,
                    endpoint,
                    ..
                } => {
                    self.download(now, attempt, asset.index(), endpoint);
                }
                LoadOutput::Commit { attempt } => {
                    if let Some((asset, endpoint)) = self.checker.attempt(attempt) {
                        let host = self.host(asset, endpoint);
                        let (delay, effect) = host.execute(&mut self.dice, now);
                        self.events
                            .push((now + delay, Event::Effect(attempt, effect)));
                    }
                }
                LoadOutput::Done { ok, .. } => {
                    self.totals.loaded += u64::from(ok);
                    self.totals.suppressed += u64::from(self.checker.suppressed);
                }
                LoadOutput::Probe { endpoint } | LoadOutput::Diagnose { endpoint } => {
                    let verdict = Verdict::from_number(self.dice.below(4) as u32);
                    let answer = Event::Input(LoadInput::Probed(endpoint, verdict));
                    let delay = self.dice.below(500 * MS);
                    self.events.push((now + delay, answer));
                }
                LoadOutput::Refresh => {
                    let document = self.view.refresh.as_ref().map(Remote::document);
                    let answer = document.map_or(LoadInput::RefreshFailed, LoadInput::Refreshed);
                    let delay = self.dice.below(500 * MS);
                    self.events.push((now + delay, Event::Input(answer)));
                }
                LoadOutput::Warn {
                    reason: Reason::RefreshAccepted,
                    ..
                } => {
                    self.totals.refreshed += 1;
                    self.store.remote = self.view.refresh.clone();
                }
                LoadOutput::Save => self.save(settings, effective)?,
                LoadOutput::Wait(wake) => return Ok(Some(wake.as_micros())),
                LoadOutput::Idle => return Ok(None),
                _ => {}
            }
        }
        Invariant::Drains.holds(false, || format!("{MOST_OUTPUTS} outputs and no end"))?;
        Ok(None)
    }

    fn save(&mut self, settings: &LoadSettings, effective: &Effective) -> Result<(), Violation> {
        let words = self.load.words();
        self.log.words.extend(&words);
        self.totals.remembered += 1;
        let lesson = &self.checker.lesson;
        let before = self.before.as_ref();
        if lesson.loaded == Some(true) {
            if !self.taught && !self.store.damaged {
                learned(&words, before, effective, settings, self.view.wall, lesson)?;
            }
        } else {
            Invariant::MemoryKept.holds(self.taught, || "saved after loading nothing".into())?;
            kept(before, &words, settings)?;
        }
        self.store.words = Some(words);
        Ok(())
    }

    fn host(&self, asset: usize, endpoint: EndpointId) -> Host {
        let mut host = self.view.hosts[endpoint.index()];
        if self.view.ill_asset[endpoint.index()].is_some_and(|ill| ill != asset) {
            host.faults = [Fault::Healthy; 2];
        }
        host
    }

    fn is_offline(&self, now: u64) -> bool {
        self.view
            .offline
            .is_some_and(|(from, to)| (from..to).contains(&now))
    }

    fn download(&mut self, now: u64, attempt: AttemptId, asset: usize, endpoint: EndpointId) {
        let host = self.host(asset, endpoint);
        host.respond(&mut self.dice, now, &mut self.told);
        if self.is_offline(now) {
            self.told.clear();
            self.told
                .push((5 * MS, Signal::Failed(Reason::NetworkError)));
        }
        let sees_progress = self.sees_progress;
        let told = self.told.iter().filter(|(_, signal)| {
            sees_progress || !matches!(signal, Signal::Head | Signal::Bytes(_))
        });
        self.events
            .extend(told.map(|(after, signal)| (now + after, Event::Signal(attempt, *signal))));
    }

    fn happen(&mut self, now: u64, event: Event) -> Result<(), Violation> {
        self.checker.called(now);
        self.log.note(now, format_args!("◀ {event:?}"));
        let at = Instant::from_micros(now);
        match event {
            Event::Signal(attempt, mut signal) => {
                if self.is_offline(now) {
                    signal = Signal::Failed(Reason::NetworkError);
                }
                self.checker.signalled(now, attempt, signal);
                let size = self
                    .checker
                    .attempt(attempt)
                    .map(|(asset, id)| self.host(asset, id).size);
                self.load.handle(
                    at,
                    match signal {
                        Signal::Head => LoadInput::Head(attempt),
                        Signal::Bytes(bytes) => LoadInput::Progress(attempt, bytes),
                        Signal::Complete => {
                            LoadInput::Downloaded(attempt, size.unwrap_or(0) as u32)
                        }
                        Signal::Failed(reason) => LoadInput::Failed(attempt, reason),
                    },
                );
            }
            Event::Effect(attempt, effect) => {
                self.checker.effected(attempt, effect)?;
                self.load.handle(
                    at,
                    match effect {
                        Effect::Executed => LoadInput::Executed(attempt),
                        Effect::Refused(reason) => LoadInput::CommitFailed(attempt, reason),
                        Effect::RanWrong(reason) => LoadInput::RanNotReady(attempt, reason),
                    },
                );
            }
            Event::Input(input) => {
                match &input {
                    LoadInput::Offline(offline) => {
                        self.checker.excuses[0] = *offline;
                        self.checker.silence_proves_nothing |= offline;
                    }
                    LoadInput::Leaving(leaving) => {
                        self.checker.excuses[1] = *leaving;
                        self.checker.silence_proves_nothing |= leaving;
                    }
                    LoadInput::Hidden(hidden) => self.checker.silence_proves_nothing |= hidden,
                    LoadInput::Probed(..) | LoadInput::Refreshed(_) | LoadInput::RefreshFailed => {
                        self.taught = true;
                    }
                    _ => {}
                }
                self.load.handle(at, input);
            }
            Event::Suspend(_) => {}
        }
        Ok(())
    }

    /// Inputs that fit nothing; none may have an effect.
    fn misuse(&mut self, at: Instant) {
        let any = AttemptId::new(self.dice.below(12) as u16);
        let known = self.checker.attempt(any).is_some();
        let unasked = self.checker.committing != Some(any);
        let input = match self.dice.below(4) {
            0 if !known => LoadInput::Downloaded(any, 5),
            1 if !known => LoadInput::Failed(any, Reason::NetworkError),
            2 if unasked => LoadInput::Executed(any),
            3 if unasked => LoadInput::RanNotReady(any, Reason::ReadyMissing),
            _ => return,
        };
        self.log
            .note(at.as_micros(), format_args!("◀ out of place: {input:?}"));
        self.load.handle(at, input);
    }
}

fn run<L: Loader>(
    session: &Session,
    make: Make<'_, L>,
    log: &mut LoadLog,
) -> Result<Totals, Violation> {
    let mut store = Store::default();
    let mut totals = Totals::default();
    for index in 0..session.views.len() {
        if let Some(text) = &mut log.text {
            let _ = writeln!(text, "view {index}");
        }
        totals.add(run_view(session, index, &mut store, make, log)?);
    }
    Ok(totals)
}

/// The load as it should be.
pub(crate) fn genuine(
    settings: LoadSettings,
    memory: Option<Memory>,
    early: Option<Early>,
    now: Instant,
    wall: Timestamp,
) -> Load {
    Load::new(settings, memory, early, now, wall)
}

/// Runs the session of `seed`, and every so often a second time to compare.
pub(crate) fn check<L: Loader>(seed: u64, text: bool, make: Make<'_, L>) -> Run<Totals> {
    let session = Session::draw(seed);
    let text = text.then(|| format!("{session:#?}\n"));
    let mut log = LoadLog {
        text,
        ..LoadLog::default()
    };
    let result = run(&session, make, &mut log).and_then(|totals| {
        if seed.is_multiple_of(8) {
            let mut again = LoadLog::default();
            let _ = run(&session, make, &mut again);
            let same = log.outputs == again.outputs && log.words == again.words;
            Invariant::Deterministic.holds(same, || "the second run differs".into())?;
        }
        Ok(totals)
    });
    (result, log.text)
}
