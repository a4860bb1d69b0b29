//! One pattern without braces as an automaton.
//!
//! State *n* means that *n* tokens have matched; the states that are possible
//! are the bits of one word, which a byte of the path moves all at once
//! (shift-and, Baeza-Yates and Gonnet 1992). Nothing is ever tried again.

use super::{GlobError, token::Token};
use crate::asset::target::{Ends, Target};

type States = u128;

#[derive(Clone, Debug)]
pub(super) struct Automaton {
    /// What every match starts with; compared at once.
    prefix: Box<[u8]>,
    /// What every match ends with; it only spares the rest.
    suffix: Box<[u8]>,
    /// Whether anything at all may stand between the two.
    free: bool,
    /// The first bytes of the prefix and the last ones of the suffix.
    ends: Ends,
    /// Which bits of the ends of a path are theirs.
    own: Ends,
    /// Bytes that no token tells apart share a column.
    column: Box<[u8; 256]>,
    /// By column: the states that its bytes lead to.
    entered: Box<[States]>,
    /// States that stay on any byte.
    stays: States,
    /// States that stay on any byte but `/`.
    stays_in_segment: States,
    /// States that stay within a character of several bytes.
    stays_in_character: States,
    /// States that let the next one begin at once.
    passes: States,
    last: States,
}

impl Automaton {
    pub(super) fn compile(tokens: &[Token]) -> Result<Automaton, GlobError> {
        let prefix = literals(tokens.iter());
        let tokens = &tokens[prefix.len()..];
        let mut suffix = literals(tokens.iter().rev());
        suffix.reverse();

        let (first, own_first) = number(prefix.iter());
        let (last, own_last) = number(suffix.iter().rev());
        let mut automaton = Automaton {
            ends: Ends {
                first,
                last: last.swap_bytes(),
            },
            own: Ends {
                first: own_first,
                last: own_last.swap_bytes(),
            },
            prefix: prefix.into(),
            free: matches!(
                tokens[..tokens.len() - suffix.len()],
                [Token::Anything] | [Token::Directories, Token::InSegment]
            ),
            suffix: suffix.into(),
            column: Box::new([0; 256]),
            entered: Box::new([]),
            stays: 0,
            stays_in_segment: 0,
            stays_in_character: 0,
            passes: 0,
            last: 1,
        };
        let mut consuming = Vec::new();
        for token in tokens {
            let here = automaton.last;
            match token {
                Token::InSegment => automaton.stays_in_segment |= here,
                Token::Anything => automaton.stays |= here,
                Token::Directories => {
                    automaton.stays |= here;
                    automaton.passes |= here;
                }
                Token::Byte(_) | Token::Character | Token::Set(_) => {}
            }
            if !matches!(token, Token::InSegment | Token::Anything) {
                automaton.last = here.checked_mul(2).ok_or(GlobError::TooLong)?;
                consuming.push((automaton.last, token));
            }
            if *token == Token::Character {
                automaton.stays_in_character |= automaton.last;
            }
        }
        let mut entered: Vec<States> = Vec::new();
        for byte in 0..=u8::MAX {
            let states = consuming
                .iter()
                .filter(|(_, token)| token.accepts(byte))
                .fold(0, |states, (state, _)| states | state);
            let column = entered.iter().position(|&known| known == states);
            let column = column.unwrap_or_else(|| {
                entered.push(states);
                entered.len() - 1
            });
            // There are at most 256 columns, one a byte.
            automaton.column[usize::from(byte)] = column as u8;
        }
        automaton.entered = entered.into();
        Ok(automaton)
    }

    /// Whether a path with these ends may match: most don't.
    #[inline]
    pub(super) fn may_match(&self, ends: Ends) -> bool {
        (ends.first & self.own.first == self.ends.first)
            & (ends.last & self.own.last == self.ends.last)
    }

    pub(super) fn matches(&self, target: &Target<'_>) -> bool {
        let path = target.path();
        if !target.is_encoded() {
            // To compare with nothing would cost more than all: on nothing's address
            // some processors stall.
            if !self.suffix.is_empty() && !path.ends_with(&self.suffix) {
                return false;
            }
            if self.free && path.first() == Some(&b'/') {
                let least = self.prefix.len() + self.suffix.len();
                return path.len() >= least && path.starts_with(&self.prefix);
            }
        }
        let mut path = target.decoded_path();
        if !self.prefix.iter().all(|&byte| path.next() == Some(byte)) {
            return false;
        }
        let mut states = self.passed(1);
        for byte in path {
            states = self.step(states, byte);
            if states == 0 {
                return false;
            }
        }
        states & self.last != 0
    }

    fn step(&self, states: States, byte: u8) -> States {
        let entered = (states << 1) & self.entered[usize::from(self.column[usize::from(byte)])];
        let mut next = self.passed(entered) | states & self.stays;
        if byte != b'/' {
            next |= states & self.stays_in_segment;
        }
        if byte & 0xC0 == 0x80 {
            next |= states & self.stays_in_character;
        }
        next
    }

    fn passed(&self, entered: States) -> States {
        entered | (entered & self.passes) << 1
    }
}

/// Up to eight bytes as a number, the first the lowest, and the bits that are theirs.
fn number<'a>(bytes: impl Iterator<Item = &'a u8>) -> (u64, u64) {
    let places = (0..u64::BITS).step_by(8);
    bytes
        .zip(places)
        .fold((0, 0), |(number, own), (&byte, place)| {
            (number | u64::from(byte) << place, own | 0xFF << place)
        })
}

fn literals<'a>(tokens: impl Iterator<Item = &'a Token>) -> Vec<u8> {
    tokens
        .map_while(|token| match token {
            Token::Byte(byte) => Some(*byte),
            _ => None,
        })
        .collect()
}
