//! What a fetch must know of the request.

/// What decides whether a request may be shared, repeated or hedged.
///
/// # Example
///
/// ```
/// use hedgerow::fetch::Facts;
///
/// assert!(Facts::new("DELETE", false).is_repeatable());
/// assert!(!Facts::new("PUT", true).is_repeatable(), "its body is streamed");
/// assert!(!Facts::new("POST", false).is_repeatable());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facts {
    /// The method is safe (RFC 9110 §9.2.1).
    pub safe: bool,
    /// The method is idempotent (RFC 9110 §9.2.2).
    pub idempotent: bool,
    /// The request has a body, which can be sent only once.
    pub has_body: bool,
    /// The store may be asked.
    pub cached: bool,
    /// It may wait for another request that is after the same thing.
    pub collapsing: bool,
    /// A silent endpoint may be hedged.
    pub hedging: bool,
    /// The first endpoint has a session that the others do not.
    pub owned: bool,
}

impl Facts {
    /// The facts of a request with this method. The store is asked where the
    /// method can use it, nothing is collapsed, and hedging is on.
    #[must_use]
    pub fn new(method: &str, has_body: bool) -> Facts {
        let safe = matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE");
        Facts {
            safe,
            idempotent: safe || matches!(method, "PUT" | "DELETE"),
            has_body,
            cached: matches!(method, "GET" | "HEAD"),
            collapsing: false,
            hedging: true,
            owned: false,
        }
    }

    /// Says whether the store may be asked at all.
    #[must_use]
    pub const fn with_cached(mut self, cached: bool) -> Facts {
        self.cached = cached;
        self
    }

    /// Says whether the request may wait for another.
    #[must_use]
    pub const fn with_collapsing(mut self, collapsing: bool) -> Facts {
        self.collapsing = collapsing;
        self
    }

    /// Says whether a silent endpoint may be hedged.
    #[must_use]
    pub const fn with_hedging(mut self, hedging: bool) -> Facts {
        self.hedging = hedging;
        self
    }

    /// Says whether the first endpoint has a session that the others do not: a
    /// 503 or 429 of its own is then an answer. 502 and 504 are not, as some
    /// gateway says by them that the endpoint behind it is gone.
    #[must_use]
    pub const fn with_owned(mut self, owned: bool) -> Facts {
        self.owned = owned;
        self
    }

    /// Whether it may be sent to another endpoint after bytes of it were sent.
    #[must_use]
    pub const fn is_repeatable(self) -> bool {
        self.idempotent && !self.has_body
    }
}
