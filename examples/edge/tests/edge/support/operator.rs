//! An operator: asks the admin listener, as a program on this machine would.

use serde_json::Value;

use super::{Edge, Response, exchange};

/// One operator.
pub(crate) struct Operator<'a> {
    edge: &'a Edge,
    /// Fields of every request, each with its line end.
    fields: String,
}

impl<'a> Operator<'a> {
    pub(crate) fn of(edge: &'a Edge) -> Operator<'a> {
        Operator {
            edge,
            fields: format!("Host: {}\r\n", edge.admin),
        }
    }

    /// One whose requests have these fields, each with its line end, and no
    /// others.
    pub(crate) fn with(edge: &'a Edge, fields: &str) -> Operator<'a> {
        Operator {
            edge,
            fields: fields.to_owned(),
        }
    }

    /// The same with one more field.
    pub(crate) fn and(&self, field: &str) -> Operator<'a> {
        Operator {
            edge: self.edge,
            fields: format!("{}{field}\r\n", self.fields),
        }
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> impl Future<Output = Response> {
        let fields = &self.fields;
        let request = format!("GET {path} HTTP/1.1\r\n{fields}Connection: close\r\n\r\n");
        let response = exchange(self.edge.admin, request);
        async move { response.await.expect("an answer") }
    }

    /// The state as a whole.
    #[track_caller]
    pub(crate) fn state(&self) -> impl Future<Output = Value> {
        let response = self.get("/state");
        async move {
            let response = response.await;
            assert_eq!(response.status, 200, "{}", response.head);
            serde_json::from_str(response.text()).unwrap()
        }
    }

    /// What the state says of an endpoint of the first upstream.
    #[track_caller]
    pub(crate) fn endpoint(&self, id: &str) -> impl Future<Output = Value> {
        let state = self.state();
        async move {
            let endpoints = state.await["upstreams"][0]["endpoints"].take();
            let mut endpoints = endpoints.as_array().unwrap().iter();
            endpoints.find(|each| each["id"] == id).unwrap().clone()
        }
    }

    /// Sends JSON. Gives the status and what the answer says.
    #[track_caller]
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        body: &Value,
    ) -> impl Future<Output = (u16, Value)> {
        let (fields, body) = (&self.fields, body.to_string());
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\n{fields}Content-Type: application/json\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        let response = exchange(self.edge.admin, request);
        async move {
            let response = response.await.expect("an answer");
            let answer = serde_json::from_str(response.text()).unwrap_or(Value::Null);
            (response.status, answer)
        }
    }

    /// Sends JSON that is to be taken.
    #[track_caller]
    pub(crate) fn change(
        &self,
        method: &str,
        path: &str,
        body: &Value,
    ) -> impl Future<Output = Value> {
        let sent = self.send(method, path, body);
        async move {
            let (status, answer) = sent.await;
            assert_eq!(status, 200, "{answer:#}");
            answer
        }
    }

    /// Undoes what was set.
    #[track_caller]
    pub(crate) fn undo(&self, path: &str) -> impl Future<Output = (u16, Value)> {
        let fields = &self.fields;
        let request = format!("DELETE {path} HTTP/1.1\r\n{fields}Connection: close\r\n\r\n");
        let response = exchange(self.edge.admin, request);
        async move {
            let response = response.await.expect("an answer");
            (
                response.status,
                serde_json::from_str(response.text()).unwrap(),
            )
        }
    }
}
