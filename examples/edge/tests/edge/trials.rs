//! Who is out of service is not tried either: that its ejection has passed does
//! not make it ready for visitors.

use serde_json::json;

use crate::support::{Edge, Operator, Origin, close, ok, one_route, until};

#[tokio::test]
async fn who_is_out_of_service_is_not_tried() {
    for state in ["draining", "maintenance"] {
        let (a, b) = (
            Origin::new(|_| close()).await,
            Origin::new(|_| ok("", "b")).await,
        );
        let mut document = one_route(&[&a, &b]);
        document["edge"]["routes"][0]["cache"] = json!("off");
        let edge = Edge::start(&document);
        let operator = Operator::of(&edge);
        for _ in 0..5 {
            edge.get("/x").await;
        }
        let ejected = operator.endpoint("a").await;
        assert_eq!(ejected["health"], "ejected");
        let service = "/upstreams/origin/endpoints/a/service";
        operator
            .change("PUT", service, &json!({"state": state}))
            .await;
        let end = ejected["ejection"]["until"].as_str();
        until("the end of the ejection", async || {
            operator.state().await["now"].as_str() > end
        })
        .await;
        let asked = a.asked().len();
        for _ in 0..3 {
            assert_eq!(edge.get("/x").await.text(), "b");
        }
        assert_eq!(a.asked().len(), asked, "{state}");
        operator.undo(service).await;
        until("a request that tries it", async || {
            assert_eq!(edge.get("/x").await.text(), "b");
            a.asked().len() > asked
        })
        .await;
    }
}
