//! What an asset's lifetime should be.

use super::Settings;
use super::view::View;
use crate::asset::Class;
use crate::cache::Directives;
use crate::delivery;

/// What the delivery policy would send, and how far a response may go beyond
/// it before that is a finding.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected {
    pub(super) cache_control: &'static str,
    /// The longest lifetime that is right, in seconds; of versioned assets the
    /// shortest.
    pub(super) lifetime: u64,
    pub(super) is_immutable: bool,
    /// The operator vouches for a long lifetime.
    pub(super) is_pinned: bool,
}

impl Expected {
    pub(super) fn of(view: &View<'_>) -> Expected {
        Expected {
            is_pinned: view.class == Class::EntryPoint
                && is_pinned(view.settings, &view.visit.path),
            ..Expected::of_class(view.class)
        }
    }

    pub(super) fn of_class(class: Class) -> Expected {
        let cache_control = delivery::cache_control(class);
        let said: Directives = [cache_control].into_iter().collect();
        let lifetime = said.max_age.secs().unwrap_or(0);
        Expected {
            cache_control,
            lifetime: u64::from(lifetime).max(tolerated(class)),
            is_immutable: said.immutable(),
            is_pinned: false,
        }
    }
}

fn is_pinned(settings: &Settings, path: &str) -> bool {
    settings.pinned.iter().any(|glob| glob.matches(path))
}

/// What is no fault although the policy is stricter, in seconds.
const fn tolerated(class: Class) -> u64 {
    const HOUR: u64 = 3600;
    const DAY: u64 = 86_400;
    match class {
        // An hour of an old page or list refers to assets that are still there.
        Class::Document | Class::Manifest => HOUR,
        // Browsers ask for a service worker once a day whatever it says.
        Class::ServiceWorker | Class::MovingTag | Class::FallbackPage | Class::Other => DAY,
        // Nothing runs by it, and who opens it knows what a reload is.
        Class::SourceMap => u64::MAX,
        _ => 0,
    }
}
