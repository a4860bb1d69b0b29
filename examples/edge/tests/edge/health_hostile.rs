//! Probes that are answered in no good way: they end in their time, and nothing
//! of them is left.

use serde_json::json;

use crate::support::{Edge, Origin, Step, config, ok, until};

/// Answers `/x` well, and its probes so.
async fn probed(answer: impl Fn() -> Vec<Step> + Send + Sync + 'static) -> Origin {
    Origin::new(move |asked| match asked.path() {
        "/health" => answer(),
        _ => ok("", "a"),
    })
    .await
}

fn sent(text: impl Into<Vec<u8>>) -> Step {
    Step::Send(text.into())
}

/// An endless body that begins with these bytes.
fn endless(start: &str) -> Vec<Step> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\n{start}");
    let mut steps = vec![sent(head)];
    steps.extend((0..64).map(|_| sent(vec![b'x'; 64 * 1024])));
    steps.push(Step::Stall);
    steps
}

type Answer = fn() -> Vec<Step>;

// Waiting for the log must not keep the origins from answering.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_never_ends_an_answer_fails() {
    let table: [(&str, Answer); 7] = [
        ("no answer", || vec![Step::Stall]),
        ("half a head", || {
            vec![sent("HTTP/1.1 200 OK\r\nX"), Step::Stall]
        }),
        ("interim answers alone", || {
            let mut steps = vec![sent("HTTP/1.1 102 On\r\n\r\n".repeat(50))];
            steps.push(Step::Stall);
            steps
        }),
        ("a head alone", || {
            vec![
                sent("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"),
                Step::Stall,
            ]
        }),
        ("half a body", || {
            vec![
                sent("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nO"),
                Step::Stall,
            ]
        }),
        ("a body too long", || endless("")),
        ("no HTTP", || vec![sent("OK\r\n\r\n"), Step::Close]),
    ];
    for (what, answer) in table {
        let a = probed(answer).await;
        let b = Origin::new(|_| ok("", "OK")).await;
        let mut document = config(&[a.url(), b.url()]);
        document["edge"]["routes"][0]["cache"] = json!("off");
        document["edge"]["upstreams"][0]["health"] = json!({
            "path": "/health", "body": "OK",
            "intervalMs": 200, "timeoutMs": 100, "fastIntervalMs": 50,
        });
        let edge = Edge::start(&document);
        let before = edge.memory();
        let event = edge.logged("health");
        assert_eq!(
            (&event["endpoint"], &event["reason"]),
            (&json!("a"), &json!("probes_fail")),
            "{what}"
        );
        assert_eq!(edge.get("/x").await.text(), "OK", "{what}");
        let asked = a.asked().len();
        // It goes on to be asked, one at a time, and each ends.
        until("more probes", async || a.asked().len() >= asked + 10).await;
        let open = "hedgerow_endpoint_connections{upstream=\"origin\",endpoint=\"a\"}";
        assert!(edge.metric(open).await <= 2.0, "{what}");
        assert!(
            edge.memory().saturating_sub(before) < 32 * 1024 * 1024,
            "{what}"
        );
    }
}

// As above.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_body_only_the_beginning_counts() {
    let late = probed(|| {
        let before = "x".repeat(80 * 1024);
        ok("", &format!("{before}OK"))
    })
    .await;
    let soon = probed(|| endless("all is OK")).await;
    let mut document = config(&[late.url(), soon.url()]);
    document["edge"]["routes"][0]["cache"] = json!("off");
    document["edge"]["upstreams"][0]["health"] =
        json!({"path": "/health", "body": "OK", "fastIntervalMs": 50});
    let edge = Edge::start(&document);
    let event = edge.logged("health");
    assert_eq!(
        (&event["endpoint"], &event["reason"]),
        (&json!("a"), &json!("probes_fail"))
    );
    let passed =
        "hedgerow_endpoint_probes_total{upstream=\"origin\",endpoint=\"b\",result=\"passed\"}";
    until("probes that pass", async || {
        edge.metric(passed).await >= 3.0
    })
    .await;
    let up = "hedgerow_endpoint_up{upstream=\"origin\",endpoint=\"b\"}";
    assert_eq!(edge.metric(up).await, 1.0);
}
