//! What the scripts of all state machines have in common: how a line is read,
//! how what came out is compared with it, and how attempts are told.

use hedgerow::failover::Ending;
use hedgerow::types::{AttemptId, EndpointId, Reason};

/// What stands before the colon of a line: `9 head a0 503`.
pub(crate) struct Input<'a> {
    line: &'a str,
    /// Word by word: the time, what happens, to what.
    pub(crate) words: Vec<&'a str>,
}

impl<'a> Input<'a> {
    /// What happens.
    pub(crate) fn verb(&self) -> &'a str {
        self.word(1)
    }

    /// The word at this place.
    #[track_caller]
    pub(crate) fn word(&self, place: usize) -> &'a str {
        let word = self.words.get(place);
        word.unwrap_or_else(|| panic!("word {place} in {:?}", self.line))
    }

    /// The number at this place.
    #[track_caller]
    pub(crate) fn number(&self, place: usize) -> u64 {
        self.parsed(self.word(place))
    }

    /// The attempt `a1` at the third place.
    #[track_caller]
    pub(crate) fn attempt(&self) -> AttemptId {
        AttemptId::new(self.id())
    }

    /// The endpoint `e1` at the third place.
    #[track_caller]
    pub(crate) fn endpoint(&self) -> EndpointId {
        EndpointId::new(self.id())
    }

    /// The reason that is named at this place.
    #[track_caller]
    pub(crate) fn reason(&self, place: usize) -> Reason {
        let name = self.word(place);
        let named = Reason::ALL.iter().find(|reason| reason.as_str() == name);
        *named.unwrap_or_else(|| panic!("reason in {:?}", self.line))
    }

    #[track_caller]
    fn id(&self) -> u16 {
        self.parsed(&self.word(2)[1..]) as u16
    }

    #[track_caller]
    fn parsed(&self, text: &str) -> u64 {
        let number = text.parse();
        number.unwrap_or_else(|_| panic!("number in {:?}", self.line))
    }
}

/// Plays each line of `script` and compares: what stands after the colon must
/// be exactly what came out.
#[track_caller]
pub(crate) fn compare(script: &str, mut play: impl FnMut(&Input<'_>) -> Vec<String>) {
    let lines = script.lines().map(str::trim);
    let (mut expected, mut actual) = (String::new(), String::new());
    for line in lines.filter(|line| !line.is_empty()) {
        let input = Input {
            line,
            words: line
                .split(':')
                .next()
                .map_or(Vec::new(), |input| input.split_whitespace().collect()),
        };
        let said = play(&input).join(", ");
        expected.extend([line, "\n"]);
        actual.extend([&input.words.join(" "), ": ", &said, "\n"]);
    }
    assert!(
        expected == actual,
        "expected\n{expected}\nbut it was\n{actual}"
    );
}

/// An attempt was called off.
pub(crate) fn cancelled(attempt: AttemptId, reason: Reason) -> String {
    format!("cancel a{} {reason}", attempt.get())
}

/// An attempt has ended.
pub(crate) fn ended(attempt: AttemptId, ending: Ending, reason: Reason) -> String {
    let ending = match ending {
        Ending::Won => "won",
        Ending::Cancelled => "cancelled",
        Ending::Lost => "lost",
        Ending::Failed => "failed",
        _ => "?",
    };
    format!("a{} {ending} {reason}", attempt.get())
}
