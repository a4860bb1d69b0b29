//! The classes of assets.

use core::fmt;

macro_rules! classes {
    ($($(#[doc = $doc:literal])+ $code:literal $name:ident $text:literal;)+) => {
        /// What an asset is, as far as its URL tells.
        ///
        /// Names and numbers are stable: they stand in configuration, logs and
        /// the C interface.
        ///
        /// # Example
        ///
        /// ```
        /// use hedgerow::asset::Class;
        ///
        /// assert_eq!(Class::EntryPoint.as_str(), "entry_point");
        /// assert_eq!(Class::from_name("entry_point"), Some(Class::EntryPoint));
        /// assert!(Class::Fingerprinted.is_immutable());
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Class {
            $($(#[doc = $doc])+ $name = $code,)+
        }

        impl Class {
            /// Every class, in the order of the numbers.
            pub const ALL: &'static [Class] = &[$(Class::$name),+];

            /// The stable name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Class::$name => $text,)+
                }
            }

            /// The class with this number, if there is one.
            #[must_use]
            pub const fn from_code(code: u8) -> Option<Class> {
                match code {
                    $($code => Some(Class::$name),)+
                    _ => None,
                }
            }

            /// The class of this name, if there is one.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Class> {
                match name {
                    $($text => Some(Class::$name),)+
                    _ => None,
                }
            }
        }
    };
}

classes! {
    /// Its URL carries a hash of its content: other bytes have another URL.
    1 Fingerprinted "fingerprinted";
    /// Its URL carries the exact version of a release.
    2 Versioned "versioned";
    /// A script, style sheet or module that a page names without a version,
    /// such as `bootstrap.js`.
    3 EntryPoint "entry_point";
    /// Its URL names a version that moves, such as `@latest`, `@3` or `/v1/`.
    4 MovingTag "moving_tag";
    /// What an application reads when it starts.
    5 Configuration "configuration";
    /// A page.
    6 Document "document";
    /// The script of a service worker.
    7 ServiceWorker "service_worker";
    /// A list of other assets, or a web app's manifest.
    8 Manifest "manifest";
    /// The map from a script or style sheet to its sources.
    9 SourceMap "source_map";
    /// What a monitor asks to see whether the endpoint is alive.
    10 HealthCheck "health_check";
    /// The static page that stands in when everything else is down.
    11 FallbackPage "fallback_page";
    /// Anything else: nothing in the URL says that its bytes stay the same.
    12 Other "other";
}

impl Class {
    /// The stable number.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// Whether the bytes at the URL never change, so that they may be kept
    /// for good: [`Fingerprinted`](Class::Fingerprinted) and
    /// [`Versioned`](Class::Versioned).
    #[must_use]
    pub const fn is_immutable(self) -> bool {
        matches!(self, Class::Fingerprinted | Class::Versioned)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
