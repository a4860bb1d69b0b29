//! Keeping a response in a store that holds bodies whole, in two steps.

use crate::types::{Headers, Timestamp};

use super::invalidation::Invalidation;
use super::message::{Request, Response, Times};
use super::policy::Policy;
use super::settings::Settings;
use super::storability::NotStored;

impl Policy {
    /// As [`Policy::store`], for a response whose body is there already, of
    /// this length in bytes, and [checked](Policy::check_body).
    ///
    /// # Errors
    ///
    /// [`NotStored`] with the reason, also where the body has another length
    /// than the response announces.
    pub fn store_whole<Q: Headers + ?Sized, R: Headers + ?Sized>(
        settings: &Settings,
        request: &Request<'_, Q>,
        response: &Response<'_, R>,
        times: Times,
        body_length: u64,
    ) -> Result<Policy, NotStored> {
        let mut policy = Policy::store(settings, request, response, times)?;
        policy.check_body(settings, body_length)?;
        Ok(policy)
    }
}

impl Invalidation {
    /// All that it names, `target` being the request's own URI.
    pub fn uris<'a>(&'a self, target: &'a str) -> impl Iterator<Item = &'a str> {
        let others = self.others.iter().map(String::as_str);
        others.chain(self.target.then_some(target))
    }
}

/// Puts `new` among the responses stored under its key, in place of those that
/// answered the same requests; `policy` is where each has its own. Not where
/// one of them [outranks](Policy::outranks) it. Whether it was put there.
///
/// # Example
///
/// ```
/// use hedgerow::cache::{Policy, Request, Response, Settings, Times, put};
/// use hedgerow::types::Timestamp;
///
/// let now = Timestamp::from_secs(1000);
/// let (settings, none) = (Settings::shared(), [("host", "a")]);
/// let fields = [("Cache-Control", "max-age=60")];
/// let (request, response) = (Request::new("GET", &none), Response::new(200, &fields));
/// let times = Times::new(now, now);
///
/// let mut stored: Vec<(Policy, &str)> = Vec::new();
/// for body in ["old", "newer"] {
///     let length = body.len() as u64;
///     let policy = Policy::store_whole(&settings, &request, &response, times, length)?;
///     assert!(put(&mut stored, (policy, body), |stored| &stored.0, now));
/// }
/// assert_eq!(stored.len(), 1);
/// assert_eq!(stored[0].1, "newer");
/// # Ok::<(), hedgerow::cache::NotStored>(())
/// ```
pub fn put<T>(stored: &mut Vec<T>, new: T, policy: impl Fn(&T) -> &Policy, now: Timestamp) -> bool {
    let fresh = policy(&new);
    if stored.iter().any(|old| policy(old).outranks(fresh, now)) {
        return false;
    }
    stored.retain(|old| !fresh.is_same_variant(policy(old)));
    stored.push(new);
    true
}
