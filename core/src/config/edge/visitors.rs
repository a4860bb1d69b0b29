//! Where visitors are.

use super::region::{Region, Regions};
use crate::{
    cdn::visitors::{self, Network, NetworkError},
    config::{
        limits::{MAX_NETWORKS, MAX_REGION_NAMES, MAX_REGIONS, MAX_TEXT_CHARS},
        problem::{
            ProblemCode::{Conflict, MissingField},
            Problems,
        },
        reader::{At, Object},
        wording::{is_token, quoted},
    },
};

/// How the regions of visitors are told. Of whom nothing can be told gets the
/// strictest zone of each upstream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Visitors {
    /// The field in which a trusted proxy says where the visitor is.
    pub header: Option<Box<str>>,
    /// From where the proxies connect whose word counts, in that field and in
    /// `X-Forwarded-For`.
    pub trusted: Vec<Network>,
    /// What else the field calls regions, and their networks.
    pub regions: Vec<VisitorRegion>,
    /// Every region that the section names; the field may call it so.
    pub known: Vec<Region>,
}

/// One region of visitors.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VisitorRegion {
    /// The region.
    pub region: Region,
    /// What the field calls it, in any case, beside its own name; countries,
    /// for example.
    pub names: Vec<Box<str>>,
    /// Where its visitors connect from. Of several that an address lies in, the
    /// smallest counts, whosever it is.
    pub networks: Vec<Network>,
}

const WANT: &str = "an object such as {\"header\": \"x-country\", \"trusted\": [\"10.0.0.0/8\"], \
     \"regions\": [{\"region\": \"eu\", \"names\": [\"DE\", \"FR\"]}]}";

impl Visitors {
    pub(super) const FIELDS: &'static [&'static str] = &["header", "trusted", "regions"];

    pub(super) fn read(
        at: &At<'_>,
        regions: &mut Regions,
        problems: &mut Problems,
    ) -> Option<Visitors> {
        let object = at.strict_object(WANT, Self::FIELDS, problems)?;
        let header = object.get("header").map(|at| read_header(&at, problems));
        let trusted = read_networks(&object, "trusted", problems);
        let listed = object
            .get("regions")
            .and_then(|at| {
                let want = "an array such as [{\"region\": \"eu\", \"names\": [\"DE\"]}]";
                at.items(want, MAX_REGIONS, problems)
            })
            .unwrap_or_default();
        let listed: Vec<VisitorRegion> = listed
            .iter()
            .filter_map(|item| VisitorRegion::read(item, regions, problems))
            .collect();
        if header.is_some() && object.get("trusted").is_none() {
            let message = "is missing: write the networks of the proxies that write `header`, \
                           such as [\"10.0.0.0/8\"], or anyone could";
            problems.add(&object.path_of("trusted"), MissingField, message);
        }
        if header.is_none() && listed.iter().all(|one| one.networks.is_empty()) {
            let message = "tells nobody's region: write `header`, or `networks` in `regions`";
            problems.add(&at.path, MissingField, message);
        }
        let known = regions.all();
        conflicts(&object, &listed, &known, problems);
        Some(Visitors {
            header: header.flatten(),
            trusted,
            regions: listed,
            known,
        })
    }

    /// The same, ready to tell regions.
    #[must_use]
    pub fn compile(&self) -> visitors::Visitors {
        let networks = self.regions.iter().flat_map(|one| {
            let region = one.region.id;
            one.networks.iter().map(move |network| (*network, region))
        });
        let mut compiled = visitors::Visitors::default()
            .with_trusted(self.trusted.iter().copied())
            .with_networks(networks);
        if let Some(header) = &self.header {
            compiled = compiled.with_field(header);
        }
        for region in &self.known {
            compiled = compiled.with_name(region.name.as_str(), region.id);
        }
        for one in &self.regions {
            for name in &one.names {
                compiled = compiled.with_name(name, one.region.id);
            }
        }
        compiled
    }
}

impl VisitorRegion {
    pub(super) const FIELDS: &'static [&'static str] = &["region", "names", "networks"];

    fn read(at: &At<'_>, regions: &mut Regions, problems: &mut Problems) -> Option<VisitorRegion> {
        let want = "an object such as {\"region\": \"eu\", \"networks\": [\"192.0.2.0/24\"]}";
        let object = at.strict_object(want, Self::FIELDS, problems)?;
        let region = object
            .required("region", "a short name such as \"eu\"", problems)
            .and_then(|at| regions.read(&at, problems));
        let names = object.get("names").map(|at| {
            let want = "an array of what the header says, such as [\"DE\", \"FR\"]";
            let items = at.items(want, MAX_REGION_NAMES, problems);
            let read = |item: &At<'_>| {
                let text = item.text("a name such as \"DE\"", 64, problems)?;
                Some(Box::from(text.trim_ascii()))
            };
            items
                .unwrap_or_default()
                .iter()
                .filter_map(read)
                .collect::<Vec<Box<str>>>()
        });
        let networks = read_networks(&object, "networks", problems);
        Some(VisitorRegion {
            names: names.unwrap_or_default(),
            networks,
            region: region?,
        })
    }
}

/// What two regions both claim.
fn conflicts(
    object: &Object<'_>,
    listed: &[VisitorRegion],
    known: &[Region],
    problems: &mut Problems,
) {
    for (at, one) in listed.iter().enumerate() {
        let others = || {
            listed[..at]
                .iter()
                .filter(|other| other.region != one.region)
        };
        let path = format!("{}[{at}]", object.path_of("regions"));
        for network in &one.networks {
            if let Some(other) = others().find(|other| other.networks.contains(network)) {
                let name = &other.region.name;
                let message = format!("{network} is \"{name}\" already: write it once");
                problems.add(&format!("{path}.networks"), Conflict, message);
            }
        }
        for name in &one.names {
            let same = |known: &str| known.eq_ignore_ascii_case(name);
            let own = known.iter().find(|region| same(region.name.as_str()));
            let other = others().find(|other| other.names.iter().any(|known| same(known)));
            let meant = own.or(other.map(|other| &other.region));
            if let Some(meant) = meant.filter(|meant| **meant != one.region) {
                let (name, meant) = (quoted(name), &meant.name);
                let message = format!("{name} means \"{meant}\" already: write it once");
                problems.add(&format!("{path}.names"), Conflict, message);
            }
        }
    }
}

fn read_header(at: &At<'_>, problems: &mut Problems) -> Option<Box<str>> {
    let want = "the name of a field such as \"x-country\"";
    let text = at.text(want, MAX_TEXT_CHARS, problems)?;
    if is_token(text) {
        return Some(text.into());
    }
    let message = format!("{} is no field's name: write {want}", quoted(text));
    at.invalid(message, problems);
    None
}

fn read_networks(object: &Object<'_>, field: &str, problems: &mut Problems) -> Vec<Network> {
    let want = "an array of networks such as [\"192.0.2.0/24\", \"2001:db8::/32\"]";
    let items = object
        .get(field)
        .and_then(|at| at.items(want, MAX_NETWORKS, problems));
    let read = |item: &At<'_>| read_network(item, problems);
    items.unwrap_or_default().iter().filter_map(read).collect()
}

fn read_network(at: &At<'_>, problems: &mut Problems) -> Option<Network> {
    let want = "one such as \"192.0.2.0/24\" or \"2001:db8::/32\"";
    let text = at.text(want, 64, problems)?;
    let why = match text.parse() {
        Ok(network) => return Some(network),
        Err(NetworkError::HostBits(network)) => {
            let text = quoted(text);
            let message = format!("{text} has bits behind its prefix: write \"{network}\"");
            at.invalid(message, problems);
            return None;
        }
        Err(error) => error,
    };
    let message = format!("{} is no network ({why}): write {want}", quoted(text));
    at.invalid(message, problems);
    None
}
