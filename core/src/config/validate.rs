//! The rules over several fields.

use super::{
    document::Config,
    endpoint::{Endpoint, EndpointState},
    hedge::Hedge,
    name::Label,
    problem::{
        ProblemCode::{Conflict, NoEffect, NoEndpoint, NoRedundancy, OutsideFence},
        Problems,
    },
    wording::did_you_mean,
};

/// Reports what does not fit together. A rule stays silent where a field of
/// its own is broken, as it would only repeat that in other words.
pub(super) fn validate(config: &Config, problems: &mut Problems) {
    if !problems.has_errors_in(&["endpoints", "visitorRegion", "allowedRegions"]) {
        fence(config, problems);
        redundancy(&config.endpoints, problems);
    }
    if !problems.has_errors_in(&["timeoutMs", "totalTimeoutMs", "hedgeMs"]) {
        timing(config, problems);
    }
    if config.ready_timeout_ms > 0
        && config.ready.is_none()
        && !problems.has_errors_in(&["ready", "readyTimeoutMs"])
    {
        let message = "waits for nothing without `ready`: name the global to wait for";
        problems.add("readyTimeoutMs", NoEffect, message);
    }
}

impl Config {
    /// Whether the fence lets an endpoint serve. Fenced in, an endpoint of
    /// unknown region is outside.
    fn fence_allows(&self, endpoint: &Endpoint) -> bool {
        let Some(allowed) = &self.allowed_regions else {
            return true;
        };
        endpoint
            .region
            .as_ref()
            .is_some_and(|region| allowed.contains(region))
    }
}

fn fence(config: &Config, problems: &mut Problems) {
    let active = |endpoint: &&Endpoint| endpoint.state == EndpointState::Active;
    if !config.endpoints.iter().any(|endpoint| active(&endpoint)) {
        let message = "none is active: write \"state\": \"active\" in one at least";
        problems.add("endpoints", NoEndpoint, message);
        return;
    }
    let Some(allowed) = &config.allowed_regions else {
        return;
    };
    let inside = |endpoint: &Endpoint| config.fence_allows(endpoint);
    if !config.endpoints.iter().filter(active).any(inside) {
        let message = "leaves no active endpoint: write `region` in the endpoints that may serve, \
                       or allow another region";
        problems.add("allowedRegions", NoEndpoint, message);
    }
    for (index, endpoint) in config.endpoints.iter().enumerate() {
        let message = match &endpoint.region {
            _ if inside(endpoint) => continue,
            None => "is missing, so `allowedRegions` shuts this endpoint out: write its region"
                .to_owned(),
            Some(region) => {
                let meant = did_you_mean(region.as_str(), allowed.iter().map(Label::as_str));
                format!(
                    "\"{region}\" is not in `allowedRegions`{meant}: this endpoint is never asked"
                )
            }
        };
        problems.add(&format!("endpoints[{index}].region"), OutsideFence, message);
    }
}

fn redundancy(endpoints: &[Endpoint], problems: &mut Problems) {
    if let [_] = endpoints {
        let message = "there is nothing to fail over to: add a second one";
        problems.add("endpoints", NoRedundancy, message);
    }
    for (index, endpoint) in endpoints.iter().enumerate() {
        if let Some(other) = endpoints[..index]
            .iter()
            .find(|other| other.url == endpoint.url)
        {
            let message = format!("is also the URL of \"{}\": both fail together", other.id);
            problems.add(&format!("endpoints[{index}].url"), NoRedundancy, message);
        }
    }
}

fn timing(config: &Config, problems: &mut Problems) {
    let Config {
        timeout_ms,
        total_timeout_ms,
        ..
    } = *config;
    if timeout_ms > total_timeout_ms {
        let message = format!(
            "one attempt may take {timeout_ms} milliseconds, the whole load {total_timeout_ms}: \
             lower it, or raise `totalTimeoutMs`"
        );
        problems.add("timeoutMs", Conflict, message);
    }
    match config.hedge_ms {
        Hedge::AfterMs(ms) if ms.get() >= timeout_ms => {
            let message = format!(
                "never comes before the attempt's own deadline of {timeout_ms} milliseconds: \
                 write less, or 0 for no hedge"
            );
            problems.add("hedgeMs", NoEffect, message);
        }
        _ => {}
    }
}
