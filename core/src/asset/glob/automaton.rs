//! One pattern without braces as an automaton.
//!
//! State *n* means that *n* tokens have matched; the states that are possible
//! are the bits of one word, which a byte of the path moves all at once
//! (shift-and, Baeza-Yates and Gonnet 1992). Nothing is ever tried again.

use super::{GlobError, token::Token};
use crate::asset::target::Target;

type States = u128;

#[derive(Clone, Debug)]
pub(super) struct Automaton {
    /// What every match starts with; compared at once.
    prefix: Box<[u8]>,
    /// What every match ends with; it only spares the rest.
    suffix: Box<[u8]>,
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

        let mut automaton = Automaton {
            prefix: prefix.into(),
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

    pub(super) fn matches(&self, target: &Target<'_>) -> bool {
        let path = target.path();
        // Most don't match, which their ends tell. To compare with nothing
        // would cost more than all: on nothing's address some processors stall.
        let other_end = !self.suffix.is_empty() && !path.ends_with(&self.suffix);
        if other_end && !target.is_encoded() {
            return false;
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

fn literals<'a>(tokens: impl Iterator<Item = &'a Token>) -> Vec<u8> {
    tokens
        .map_while(|token| match token {
            Token::Byte(byte) => Some(*byte),
            _ => None,
        })
        .collect()
}
