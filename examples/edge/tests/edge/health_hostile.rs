//! Probes that are answered in no good way: they end in their time, and nothing
//! of them is left.

use serde_json::json;

use crate::support::{Edge, Operator, Origin, Step, config, ok, one_route, until};

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

#[tokio::test]
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
    let mut origins = Vec::new();
    for (_, answer) in &table {
        origins.push(probed(*answer).await);
    }
    let good = Origin::new(|_| ok("", "OK")).await;
    let all: Vec<&Origin> = origins.iter().chain([&good]).collect();
    let mut document = one_route(&all);
    document["edge"]["routes"][0]["cache"] = json!("off");
    // Time enough for who is well, whatever else the machine has to do.
    document["edge"]["upstreams"][0]["health"] = json!({
        "path": "/health", "body": "OK",
        "intervalMs": 1_200, "timeoutMs": 1_000, "fastIntervalMs": 50,
    });
    let edge = Edge::start(&document);
    let before = edge.memory();
    for ((what, _), id) in table.iter().zip('a'..) {
        until(format!("{what} to fail"), async || {
            let known = Operator::of(&edge).endpoint(&id.to_string()).await;
            known["healthWhy"] == "probes_fail"
        })
        .await;
    }
    edge.wait_for_text("/x", "OK").await;
    let asked: Vec<usize> = origins.iter().map(|origin| origin.asked().len()).collect();
    for (((what, _), id), (origin, asked)) in table.iter().zip('a'..).zip(origins.iter().zip(asked))
    {
        // It goes on to be asked, one at a time, and each ends.
        until(format!("more probes: {what}"), async || {
            origin.asked().len() >= asked + 3
        })
        .await;
        let open =
            format!("hedgerow_endpoint_connections{{upstream=\"origin\",endpoint=\"{id}\"}}");
        assert!(edge.metric(&open).await <= 2.0, "{what}");
    }
    assert!(edge.memory().saturating_sub(before) < 32 * 1024 * 1024);
}

// Waiting for the log must not keep the origins from answering.
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
