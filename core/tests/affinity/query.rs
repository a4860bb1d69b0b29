//! What a URL says.

use hedgerow::cdn::affinity::{Affinity, Node, Stickiness};
use hedgerow::types::EndpointId;

fn check(query: Option<&str>, expected: Node) {
    let affinity = Affinity::new(Stickiness::Prefer)
        .with_query("co-browse-node-id")
        .with_node("CB Server/1", EndpointId::new(0))
        .with_node("B", EndpointId::new(1));
    let fields: [(&str, &str); 0] = [];
    assert_eq!(affinity.node(&fields, query), expected, "{query:?}");
}

#[test]
fn a_parameter_names_the_node() {
    let of = |id| Node::Of(EndpointId::new(id));
    check(Some("co-browse-node-id=B"), of(1));
    check(Some("a=1&co-browse-node-id=B&b=2"), of(1));
    check(Some("co-browse-node-id=%42"), of(1));
    check(Some("co-browse-node-id=CB%20Server%2f1"), of(0));
    check(Some("co-browse-node-id=s1.B"), of(1));
}

#[test]
fn what_names_none_is_told_from_what_says_nothing() {
    check(None, Node::Unsaid);
    check(Some(""), Node::Unsaid);
    check(Some("node=B"), Node::Unsaid);
    check(Some("xco-browse-node-id=B"), Node::Unsaid);
    check(Some("co-browse-node-id"), Node::Unsaid);
    check(Some("co-browse-node-id="), Node::Unknown);
    check(Some("co-browse-node-id=C"), Node::Unknown);
    check(Some("co-browse-node-id=%4"), Node::Unknown);
    check(Some("co-browse-node-id=B%00"), Node::Unknown);
}
