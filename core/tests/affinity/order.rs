//! Which source counts when several speak.

use hedgerow::cdn::affinity::{Affinity, Node, Stickiness};
use hedgerow::types::EndpointId;

#[test]
fn the_first_source_that_names_a_known_node_decides() {
    let affinity = Affinity::new(Stickiness::Prefer)
        .with_query("node")
        .with_cookie("session")
        .with_field("X-Node")
        .with_node("a", EndpointId::new(0))
        .with_node("b", EndpointId::new(1))
        .with_node("c", EndpointId::new(2));
    let of = |id| Node::Of(EndpointId::new(id));
    let fields = [("Cookie", "session=b"), ("x-node", " c ")];
    assert_eq!(affinity.node(&fields, Some("node=a")), of(0));
    assert_eq!(affinity.node(&fields, Some("node=gone")), of(1));
    assert_eq!(affinity.node(&fields, None), of(1));
    assert_eq!(affinity.node(&fields[1..], None), of(2));
    assert_eq!(
        affinity.node(&fields[..0], Some("node=gone")),
        Node::Unknown
    );
}
