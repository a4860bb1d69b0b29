//! What a session cookie says.

use hedgerow::cdn::affinity::{Affinity, Node, Stickiness};
use hedgerow::types::EndpointId;

fn affinity() -> Affinity {
    Affinity::new(Stickiness::Prefer)
        .with_cookie("gcbSessionServer")
        .with_node("A", EndpointId::new(0))
        .with_node(".CB_Server_1", EndpointId::new(1))
        .with_node("node.example", EndpointId::new(2))
}

fn check(line: &str, expected: Node) {
    let found = affinity().node(&[("Cookie", line)], None);
    assert_eq!(found, expected, "{line:?}");
}

fn of(id: u16) -> Node {
    Node::Of(EndpointId::new(id))
}

#[test]
fn the_value_is_a_node_or_ends_with_one() {
    check("gcbSessionServer=A", of(0));
    check("a=b; gcbSessionServer=A; c=d", of(0));
    check("a=b;gcbSessionServer = A ;c=d", of(0));
    check("gcbSessionServer=\"A\"", of(0));
    // As Apache and Tomcat append the route.
    check("gcbSessionServer=3f9c21.A", of(0));
    check("gcbSessionServer=3f.9c.21.A", of(0));
    check("gcbSessionServer=.CB_Server_1", of(1));
    check("gcbSessionServer=CB_Server_1", of(1));
    check("gcbSessionServer=s1.node.example", of(2));
}

#[test]
fn what_is_no_node_leads_nowhere() {
    for line in [
        "gcbSessionServer=B",
        "gcbSessionServer=a",
        "gcbSessionServer=",
        "gcbSessionServer=A.",
        "gcbSessionServer=.",
        "gcbSessionServer=AA",
        "gcbSessionServer=xA",
        "gcbSessionServer=example",
        "gcbSessionServer=http://10.0.0.1/A",
    ] {
        check(line, Node::Unknown);
    }
}

#[test]
fn other_cookies_say_nothing() {
    for line in [
        "",
        "a=A",
        "GCBSESSIONSERVER=A",
        "xgcbSessionServer=A",
        "gcbSessionServer",
    ] {
        check(line, Node::Unsaid);
    }
    assert_eq!(
        affinity().node(&[("X-Cookie", "gcbSessionServer=A")], None),
        Node::Unsaid
    );
}

#[test]
fn of_two_the_first_that_is_known_counts() {
    check("gcbSessionServer=gone; gcbSessionServer=A", of(0));
    check("gcbSessionServer=A; gcbSessionServer=CB_Server_1", of(0));
    let lines = [
        ("cookie", "gcbSessionServer=gone"),
        ("cookie", "gcbSessionServer=A"),
    ];
    assert_eq!(affinity().node(&lines, None), of(0));
}
