//! When a view must end with the widget running, whatever else goes wrong.

use hedgerow::load::{LoadSettings, Tier};

use crate::memory_model::Effective;
use crate::session::View;
use crate::world::{Fault, Host, MS};

/// The longest that a host may keep an attempt, its commit included, when the
/// attempt's own deadline is `timeout`.
fn worst(host: &Host, timeout: u64) -> u64 {
    let stretch = if host.faults.contains(&Fault::Drip) {
        61 * 220 * MS
    } else {
        host.slowest()
    };
    timeout + stretch + 2_000 * MS + 20 * MS
}

/// Whether some endpoint that may be used is sure to serve every asset in
/// time. Errs on the side of "no".
pub(crate) fn must_load(settings: &LoadSettings, effective: &Effective, view: &View) -> bool {
    let calm = view.offline.is_none()
        && view.leaving.is_none()
        && view.suspend.is_none()
        && view.misuse == 0
        && view.slop == 0;
    let open = match effective.surge {
        Tier::Normal => true,
        Tier::Suppress => view.session_open,
        _ => false,
    };
    let hosts = || {
        let usable = effective
            .endpoints
            .iter()
            .filter(|endpoint| effective.permits(endpoint.id));
        usable.map(|endpoint| &view.hosts[endpoint.id.index()])
    };
    let answers = hosts().all(|host| !host.faults.contains(&Fault::CommitHang));
    let link = settings.link;
    let body = 900_000_u64
        .checked_div(link.bytes_per_ms.into())
        .unwrap_or(0)
        * MS;
    let auto = (1_000 * MS).max(4 * u64::from(link.round_trip_us) + body);
    let timeout = effective.attempt_timeout.as_micros();
    let age = view.early.map_or(0, |(age, _)| age);
    let serves = |host: &Host| host.faults == [Fault::Healthy; 2] && host.slowest() + age < timeout;
    if !calm || !open || !answers || !hosts().any(serves) {
        return false;
    }
    let once: u64 = hosts().map(|host| worst(host, timeout.max(auto))).sum();
    age + once * settings.assets.len() as u64 <= effective.total_timeout.as_micros()
}
