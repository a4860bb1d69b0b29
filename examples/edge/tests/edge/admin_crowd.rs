//! A crowd at the operator's listener keeps no operator out.

use serde_json::{Value, json};
use tokio::net::TcpSocket;

use crate::support::{Client, Edge, Operator, Origin, ok, one_route};

const SECRET: &str = "correct-horse-battery";
/// More than the listener holds.
const CROWD: usize = 100;

async fn edge() -> (Edge, Origin, String) {
    let origin = Origin::new(|_| ok("", "x")).await;
    let mut document = one_route(&[&origin, &origin]);
    document["edge"]["admin"] = json!({"address": "127.0.0.1:0", "token": SECRET});
    let fields = format!("Host: ops.example\r\nAuthorization: Bearer {SECRET}\r\n");
    (Edge::start(&document), origin, fields)
}

/// Connections that send a part of a request's head, each from the address that
/// `of` gives it.
async fn crowd(edge: &Edge, of: impl Fn(usize) -> u8) -> Vec<Client> {
    let mut crowd = Vec::new();
    for number in 0..CROWD {
        let socket = TcpSocket::new_v4().unwrap();
        let address = std::net::SocketAddr::from(([127, 0, 0, of(number)], 0));
        socket.bind(address).unwrap();
        let mut client = Client::connect_by(socket, edge.admin).await;
        client.send("GET /state HTTP/1.1\r\n").await;
        crowd.push(client);
    }
    crowd
}

#[tokio::test]
async fn an_operator_comes_in_beside_it() {
    let (edge, _origin, fields) = edge().await;
    for of in [|_| 1, |number: usize| number as u8 + 1] {
        let _crowd = crowd(&edge, of).await;
        let answer = Operator::with(&edge, &fields).get("/state").await;
        assert_eq!(answer.status, 200);
    }
}

#[tokio::test]
async fn an_operator_who_is_there_stays() {
    let (edge, _origin, fields) = edge().await;
    let mut operator = Client::connect(edge.admin).await;
    let request = format!("GET /state HTTP/1.1\r\n{fields}\r\n");
    operator.send(&request).await;
    assert_eq!(operator.response(false).await.unwrap().status, 200);
    let _crowd = crowd(&edge, |number| number as u8 + 1).await;
    operator.send(&request).await;
    let answer = operator.response(false).await.unwrap();
    assert_eq!(
        answer.text().parse::<Value>().unwrap()["name"],
        json!("hedgerow")
    );
}

#[tokio::test]
async fn the_oldest_makes_way_for_the_newest() {
    let (edge, _origin, _) = edge().await;
    let mut crowd = crowd(&edge, |_| 1).await;
    assert!(crowd[0].is_ended().await);
    let newest = crowd.last_mut().unwrap();
    newest.send("Host: a\r\n\r\n").await;
    assert_eq!(newest.response(false).await.unwrap().status, 401);
}

/// It would else be held for minutes, by a question every few seconds.
#[tokio::test]
async fn who_proves_nothing_has_one_request() {
    let (edge, _origin, _) = edge().await;
    for (path, status) in [("/healthz", 200), ("/", 200), ("/state", 401)] {
        let mut client = Client::connect(edge.admin).await;
        assert_eq!(client.get(path, "").await.status, status);
        assert!(client.is_ended().await, "{path}");
    }
}
