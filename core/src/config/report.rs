//! Where reports of loads are sent.

use serde::Serialize;

use super::{
    address::PageUrl,
    problem::{ProblemCode::OutOfRange, Problems},
    reader::At,
    wording::shown,
};

/// Where a report of each load is sent.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct ReportTarget {
    /// The URL that takes the beacon.
    pub url: PageUrl,

    /// The share of page views that report: 0 none, 1 all.
    #[cfg_attr(feature = "schema", schemars(default = "all", range(min = 0, max = 1)))]
    pub sample_rate: f64,
}

fn all() -> f64 {
    1.0
}

impl ReportTarget {
    const FIELDS: &'static [&'static str] = &["url", "sampleRate"];

    pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<ReportTarget> {
        let want = "an object such as {\"url\": \"/hedgerow-report\"}";
        let object = at.object(want, Self::FIELDS, problems)?;
        let url = object
            .required("url", "where the beacon goes", problems)
            .and_then(|at| PageUrl::read(&at, problems));
        let sample_rate = object
            .get("sampleRate")
            .map_or_else(|| Some(all()), |at| share(&at, problems));
        Some(ReportTarget {
            url: url?,
            sample_rate: sample_rate?,
        })
    }
}

fn share(at: &At<'_>, problems: &mut Problems) -> Option<f64> {
    let want = "a number from 0 to 1, such as 0.1 for every tenth view";
    let Some(number) = at.value.as_f64() else {
        at.wrong_type(want, problems);
        return None;
    };
    if (0.0..=1.0).contains(&number) {
        return Some(number);
    }
    let message = format!("{} is out of range: write {want}", shown(at.value));
    problems.add(&at.path, OutOfRange, message);
    None
}
