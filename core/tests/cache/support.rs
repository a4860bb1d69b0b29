//! Messages in one line each, and a clock that stands still.

use hedgerow::cache::{
    Answer, Decision, NotStored, Policy, Request, Response, Settings, Times, date,
};
use hedgerow::types::{Reason, Timestamp};

/// Field lines as the tests keep them.
pub(crate) type Fields = Vec<(String, Vec<u8>)>;

/// When everything starts.
pub(crate) const START: u64 = 1_800_000_000;

/// `secs` after the start.
pub(crate) fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(START.saturating_add_signed(secs))
}

/// Both moments of an exchange that took no time.
pub(crate) fn exchanged(secs: i64) -> Times {
    Times::new(at(secs), at(secs))
}

/// `Name: value | Name: value`. `{-60}` is the HTTP date a minute before the
/// start.
pub(crate) fn fields(text: &str) -> Fields {
    text.split(" | ")
        .filter(|line| !line.is_empty())
        .map(|line| {
            let (name, value) = line.split_once(':').expect("a colon");
            (name.to_owned(), dated(value.trim_start()).into_bytes())
        })
        .collect()
}

fn dated(value: &str) -> String {
    match (value.find('{'), value.find('}')) {
        (Some(open), Some(close)) => {
            let secs: i64 = value[open + 1..close].parse().expect("seconds");
            let text = String::from_utf8(date::format(at(secs)).to_vec()).expect("ASCII");
            format!("{}{text}{}", &value[..open], &value[close + 1..])
        }
        _ => value.to_owned(),
    }
}

/// A response as a test stores it, with what was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) settings: Settings,
    pub(crate) method: &'static str,
    pub(crate) target: &'static str,
    pub(crate) asked: Fields,
    pub(crate) status: u16,
    pub(crate) fields: Fields,
}

impl Exchange {
    /// GET without fields, answered by a 200 with `response`.
    pub(crate) fn new(response: &str) -> Exchange {
        Exchange {
            settings: Settings::shared(),
            method: "GET",
            target: "https://example.com/a",
            asked: Fields::new(),
            status: 200,
            fields: fields(response),
        }
    }

    pub(crate) fn with_settings(mut self, settings: Settings) -> Exchange {
        self.settings = settings;
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Exchange {
        self.status = status;
        self
    }

    pub(crate) fn with_method(mut self, method: &'static str) -> Exchange {
        self.method = method;
        self
    }

    pub(crate) fn asking(mut self, request: &str) -> Exchange {
        self.asked = fields(request);
        self
    }

    pub(crate) fn store_at(&self, times: Times) -> Result<Policy, Reason> {
        let request = Request::new(self.method, &self.asked).with_target(self.target);
        Policy::store(
            &self.settings,
            &request,
            &Response::new(self.status, &self.fields),
            times,
        )
        .map_err(NotStored::reason)
    }

    pub(crate) fn store(&self) -> Result<Policy, Reason> {
        self.store_at(exchanged(0))
    }

    /// The policy of a response that is known to be storable.
    pub(crate) fn stored(&self) -> Policy {
        self.store().expect("storable")
    }

    /// What becomes of GET with `request`, `secs` later.
    pub(crate) fn then(&self, request: &str, secs: i64) -> Decision {
        self.then_by("GET", request, secs)
    }

    pub(crate) fn then_by(&self, method: &str, request: &str, secs: i64) -> Decision {
        let asked = fields(request);
        self.stored()
            .decide(&self.settings, &Request::new(method, &asked), at(secs))
    }

    /// The answer to `method` with `request` at once, and its lines in lower
    /// case, as `name: value`.
    pub(crate) fn answered(
        &self,
        method: &str,
        request: &str,
        length: Option<u64>,
    ) -> (u16, Vec<String>) {
        let asked = fields(request);
        let request = Request::new(method, &asked);
        let policy = self.stored();
        let decision = policy.decide(&self.settings, &request, at(0));
        assert!(decision.is_served(), "{decision:?}");
        let answer = policy.answer(&request, &decision, length);
        (answer.status(), lines(&answer, &self.fields))
    }
}

pub(crate) fn lines(answer: &Answer<'_>, stored: &Fields) -> Vec<String> {
    answer
        .lines(stored)
        .map(|(name, value)| {
            let name = String::from_utf8_lossy(name).to_ascii_lowercase();
            format!("{name}: {}", String::from_utf8_lossy(value))
        })
        .collect()
}
