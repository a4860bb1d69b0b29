//! Small integers that name the parties of a decision.

use core::num::NonZeroU8;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        // A list of ids is a C caller's list of numbers.
        #[repr(transparent)]
        pub struct $name(u16);

        impl $name {
            /// The id with this index.
            #[must_use]
            pub const fn new(index: u16) -> $name {
                $name(index)
            }

            /// The index, as given.
            #[must_use]
            pub const fn get(self) -> u16 {
                self.0
            }

            /// The index as a `usize`, for tables.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id! {
    /// An endpoint: its position in the configuration.
    EndpointId
}
id! {
    /// An attempt: its position in its race (or in its load, where several
    /// assets race).
    AttemptId
}
id! {
    /// An asset of a load: its position in the configuration, which is also
    /// the order of execution.
    AssetId
}

/// A region, numbered 1 to 32 by whoever read the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionId(NonZeroU8);

impl RegionId {
    /// The region with this number, or `None` outside 1 to 32.
    #[must_use]
    pub const fn new(number: u32) -> Option<RegionId> {
        match NonZeroU8::new(number as u8) {
            Some(known) if number <= 32 => Some(RegionId(known)),
            _ => None,
        }
    }

    /// The number, 1 to 32.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0.get() as u32
    }
}

/// A set of regions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RegionSet(u32);

impl RegionSet {
    /// The set whose bit `n − 1` says that region `n` is in it.
    #[must_use]
    pub const fn from_bits(bits: u32) -> RegionSet {
        RegionSet(bits)
    }

    /// The set as bits, region `n` at bit `n − 1`.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Whether `region` is in the set.
    #[must_use]
    pub const fn contains(self, region: RegionId) -> bool {
        self.0 >> (region.get() - 1) & 1 == 1
    }

    /// What both sets have. A remote document can only narrow a fence, so its
    /// regions are always taken through this.
    #[must_use]
    pub const fn intersection(self, other: RegionSet) -> RegionSet {
        RegionSet(self.0 & other.0)
    }
}

impl FromIterator<RegionId> for RegionSet {
    fn from_iter<I: IntoIterator<Item = RegionId>>(regions: I) -> RegionSet {
        RegionSet(
            regions
                .into_iter()
                .fold(0, |bits, region| bits | 1 << (region.get() - 1)),
        )
    }
}
