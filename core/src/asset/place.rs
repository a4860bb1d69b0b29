//! How strong a hash must be to count, by where it stands.

use super::fingerprint::Trust;
use super::token::Strength;

/// Where a part stands, and what of it makes a difference there.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Whether it is in the name of a script or style sheet.
    pub(super) code: bool,
    /// The byte that precedes it.
    pub(super) before: Before,
    /// Whether all that follows says nothing.
    pub(super) last: bool,
    pub(super) trust: Trust,
    /// Only digits.
    pub(super) number: bool,
    pub(super) mixed_case: bool,
    /// Small letters, and not only hexadecimal digits.
    pub(super) named: bool,
    /// As long as a colour.
    pub(super) six: bool,
}

/// What precedes a part of a name.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Before {
    /// It is the first.
    Nothing,
    Dot,
    Dash,
    Other,
}

impl Before {
    #[inline(always)]
    pub(super) fn of(byte: u8) -> Before {
        BEFORE[usize::from(byte)]
    }
}

static BEFORE: [Before; 256] = {
    let mut before = [Before::Other; 256];
    before[b'/' as usize] = Before::Nothing;
    before[b'.' as usize] = Before::Dot;
    before[b'-' as usize] = Before::Dash;
    before
};

impl Place {
    /// How strong a hash must be to count here.
    #[inline(always)]
    pub(super) fn needed(self) -> Strength {
        NEEDED[self.index()]
    }

    const fn rule(self) -> Strength {
        let code = self.code;
        let colour = matches!(self.before, Before::Dash) && self.six;
        match self.before {
            _ if !code && self.number => Strength::Strong,
            Before::Dot | Before::Dash | Before::Other
                if self.last && matches!(self.trust, Trust::Builder) =>
            {
                Strength::Faint
            }
            Before::Dot | Before::Dash if self.last && matches!(self.trust, Trust::Usual) => {
                Strength::Faint
            }
            Before::Dot | Before::Dash if self.last && code && !colour => Strength::Weak,
            Before::Dot | Before::Dash | Before::Other if self.last => Strength::Fair,
            Before::Nothing if self.last && matches!(self.trust, Trust::Builder) => Strength::Faint,
            // What stands alone is more often a class, a component or an algorithm.
            Before::Nothing if self.last && self.named => Strength::Strong,
            Before::Nothing if code => Strength::Fair,
            Before::Dot | Before::Dash if code && !self.mixed_case => Strength::Fair,
            _ => Strength::Strong,
        }
    }

    #[inline(always)]
    const fn index(self) -> usize {
        self.before as usize
            | (self.trust as usize) << 2
            | (self.code as usize) << 4
            | (self.last as usize) << 5
            | (self.number as usize) << 6
            | (self.mixed_case as usize) << 7
            | (self.named as usize) << 8
            | (self.six as usize) << 9
    }

    const fn of_index(index: usize) -> Place {
        Place {
            before: match index & 3 {
                0 => Before::Nothing,
                1 => Before::Dot,
                2 => Before::Dash,
                _ => Before::Other,
            },
            trust: match index >> 2 & 3 {
                0 => Trust::None,
                1 => Trust::Usual,
                _ => Trust::Builder,
            },
            code: index >> 4 & 1 == 1,
            last: index >> 5 & 1 == 1,
            number: index >> 6 & 1 == 1,
            mixed_case: index >> 7 & 1 == 1,
            named: index >> 8 & 1 == 1,
            six: index >> 9 & 1 == 1,
        }
    }
}

/// The rule for each place: a table, since nobody can guess the next place.
static NEEDED: [Strength; 1024] = {
    let mut needed = [Strength::Strong; 1024];
    let mut index = 0;
    while index < needed.len() {
        needed[index] = Place::of_index(index).rule();
        index += 1;
    }
    needed
};
