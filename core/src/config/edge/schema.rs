//! The JSON Schema of the proxy's document, for editors.

/// The JSON Schema (draft 2020-12) of the sections `edge`, `classes` and
/// `delivery`, formatted for reading.
///
/// What two fields say of one another it mostly leaves to
/// [`Edge::from_json`](super::Edge::from_json).
///
/// # Example
///
/// ```
/// let schema = hedgerow::config::edge::json_schema();
/// assert!(schema.contains("\"upstreams\""));
/// ```
#[must_use]
pub const fn json_schema() -> &'static str {
    include_str!("schema.json")
}

#[cfg(all(test, feature = "delivery"))]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use crate::config::delivery::{classes, parts, profile};
    use crate::config::edge::{
        Admin, Affinity, Edge, HealthCheck, Limits, Listener, Pick, Route, Site, Store, Timeouts,
        TlsFiles, Upstream, UpstreamEndpoint, VisitorRegion, Visitors,
    };

    /// What the reader knows of each object, which is all that editors may
    /// offer.
    #[test]
    fn each_object_has_the_fields_of_its_reader() {
        let schema: Value = serde_json::from_str(super::json_schema()).unwrap();
        let edge = |part: &str| format!("/properties/edge/properties/{part}");
        let def = |name: &str| format!("/$defs/{name}");
        let beside = ["/$defs/profile".to_owned()];
        for (places, fields) in [
            (vec!["/properties/edge".to_owned()], Edge::FIELDS),
            (vec![edge("store")], Store::FIELDS),
            (vec![edge("timeouts")], Timeouts::FIELDS),
            (vec![edge("limits")], Limits::FIELDS),
            (vec![def("listener")], Listener::FIELDS),
            (vec![def("listener/properties/tls")], TlsFiles::FIELDS),
            (vec![def("admin")], Admin::FIELDS),
            (vec![def("upstream")], Upstream::FIELDS),
            (vec![def("endpoint")], UpstreamEndpoint::FIELDS),
            (vec![def("key")], Pick::KEYS),
            (vec![def("site")], Site::FIELDS),
            (vec![def("affinity")], Affinity::FIELDS),
            (vec![def("health")], HealthCheck::FIELDS),
            (vec![def("route")], Route::FIELDS),
            (vec![def("visitors")], Visitors::FIELDS),
            (
                vec![def("visitors/properties/regions/items")],
                VisitorRegion::FIELDS,
            ),
            (vec!["/properties/classes".to_owned()], classes::FIELDS),
            (
                vec!["/properties/classes/properties/rules/items".to_owned()],
                classes::RULE_FIELDS,
            ),
            (
                [&beside[..], &["/properties/delivery".to_owned()]].concat(),
                profile::FIELDS,
            ),
            (
                [
                    &beside[..],
                    &["/properties/delivery/properties/rules/items".to_owned()],
                ]
                .concat(),
                profile::RULE_FIELDS,
            ),
            (vec![def("cors")], parts::CORS_FIELDS),
            (vec![def("hsts")], parts::HSTS_FIELDS),
            (vec![def("tags")], parts::TAGS_FIELDS),
            (vec![def("compression")], parts::COMPRESSION_FIELDS),
        ] {
            let offered: BTreeSet<&str> = places
                .iter()
                .flat_map(|place| {
                    let properties = schema.pointer(place).unwrap()["properties"].as_object();
                    properties.unwrap().keys().map(String::as_str)
                })
                .collect();
            let known: BTreeSet<&str> = fields.iter().copied().collect();
            assert_eq!(offered, known, "{places:?}");
        }
    }
}
