//! The proxy, as a process of its own.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::client::{answer, get};
use super::patience::{self, Patience};
use super::{Origin, Response, exchange, until};

/// A running proxy; it ends when it is dropped.
pub(crate) struct Edge {
    pub(crate) address: SocketAddr,
    pub(crate) admin: SocketAddr,
    pub(crate) file: PathBuf,
    child: Child,
    input: Option<ChildStdin>,
    log: Receiver<Value>,
    reading: Arc<Mutex<()>>,
}

/// A document with one listener and one route to these origins.
pub(crate) fn one_route(origins: &[&Origin]) -> Value {
    let urls: Vec<String> = origins.iter().map(|origin| origin.url()).collect();
    config(&urls)
}

/// A document with one listener and one route to endpoints at these URLs,
/// called `a`, `b` and so on. It has no hedges: where a machine with much else
/// to do takes long over an answer, another endpoint's would come.
pub(crate) fn config(urls: &[String]) -> Value {
    let endpoints: Vec<Value> = urls
        .iter()
        .zip('a'..)
        .map(|(url, id)| json!({"id": id, "url": url}))
        .collect();
    json!({"edge": {
        "listen": ["127.0.0.1:0"],
        "admin": "127.0.0.1:0",
        "upstreams": [{"id": "origin", "endpoints": endpoints, "hedgeMs": 0}],
        "routes": [{"upstream": "origin"}],
    }})
}

/// The same with hedges, as the proxy has them unless it is told otherwise.
pub(crate) fn hedged(mut document: Value) -> Value {
    document["edge"]["upstreams"][0]["hedgeMs"] = json!("auto");
    document
}

impl Edge {
    #[track_caller]
    pub(crate) fn start(config: &Value) -> Edge {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("hedgerow-edge-{}-{count}.json", std::process::id());
        let file = std::env::temp_dir().join(name);
        std::fs::write(&file, config.to_string()).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_hedgerow-edge"))
            .args(["--threads", "2", "--log", "debug,h2=info", "--config"])
            .arg(&file)
            // The pipe closes with the test's process, even if it is killed.
            .arg("--until-eof")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (tell, log) = mpsc::channel();
        let reading = Arc::new(Mutex::new(()));
        let held = Arc::clone(&reading);
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                drop(held.lock());
                let event = serde_json::from_str(&line).unwrap_or(Value::String(line));
                if tell.send(event).is_err() {
                    // Nobody reads on, but the pipe must not fill up.
                }
            }
        });
        let mut edge = Edge {
            address: ([127, 0, 0, 1], 0).into(),
            admin: ([127, 0, 0, 1], 0).into(),
            file,
            child,
            input,
            log,
            reading,
        };
        edge.admin = edge.logged("admin listening")["address"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        edge.address = edge.logged("listening")["address"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        edge
    }

    /// Waits for an event with this message, and returns it.
    #[track_caller]
    pub(crate) fn logged(&self, message: &str) -> Value {
        self.logged_with("message", message)
    }

    /// Waits for an event of this target, and returns it.
    #[track_caller]
    pub(crate) fn logged_of(&self, target: &str) -> Value {
        self.logged_with("target", target)
    }

    #[track_caller]
    fn logged_with(&self, field: &str, value: &str) -> Value {
        let patience = Patience::begin();
        let what = format!("an event with {field} {value:?}");
        loop {
            let event = self
                .next_event(&patience, &what)
                .unwrap_or_else(|| panic!("the log ended without {what}"));
            assert!(event.is_object(), "no JSON: {event}");
            if event[field] == value {
                return event;
            }
        }
    }

    /// `None`: the log has ended.
    fn next_event(&self, patience: &Patience, what: &str) -> Option<Value> {
        match self.log.recv_timeout(patience.left()) {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => patience.fail(what),
        }
    }

    /// As long as this is locked, nobody reads the log.
    pub(crate) fn reading(&self) -> Arc<Mutex<()>> {
        Arc::clone(&self.reading)
    }

    /// Every event that is left, once the proxy has ended.
    #[track_caller]
    pub(crate) fn rest_of_log(&self) -> Vec<Value> {
        let patience = Patience::begin();
        std::iter::from_fn(|| self.next_event(&patience, "the end of the log")).collect()
    }

    /// A GET on a connection of its own.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> impl Future<Output = Response> {
        self.get_with(path, "")
    }

    /// A GET with these fields, each with its line end.
    #[track_caller]
    pub(crate) fn get_with(&self, path: &str, fields: &str) -> impl Future<Output = Response> {
        let response = exchange(self.address, get(path, fields));
        async move { response.await.expect("a response") }
    }

    /// Waits until what was fetched for this path is stored: a client has all
    /// of a body a moment before the store does.
    #[track_caller]
    pub(crate) fn wait_for_stored(&self, path: &str) -> impl Future<Output = ()> {
        let request = get(path, "Cache-Control: only-if-cached, max-stale\r\n");
        until(format!("{path} in the store"), async move || {
            let response = answer(self.address, request.as_bytes()).await;
            response.expect("a response").status == 200
        })
    }

    /// Asks for this path until this is what comes.
    #[track_caller]
    pub(crate) fn wait_for_text(&self, path: &str, text: &str) -> impl Future<Output = ()> {
        let request = get(path, "");
        until(format!("{path} to be {text:?}"), async move || {
            let response = answer(self.address, request.as_bytes()).await;
            response.expect("a response").text() == text
        })
    }

    /// Another method, with fields and a body.
    #[track_caller]
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        fields: &str,
        body: &str,
    ) -> impl Future<Output = Response> {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: test.example\r\nContent-Length: {length}\r\n\
             {fields}\r\n{body}"
        );
        let response = exchange(self.address, request);
        async move { response.await.expect("a response") }
    }

    /// A metric's value; 0 where it is not there yet.
    #[track_caller]
    pub(crate) fn metric(&self, name: &str) -> impl Future<Output = f64> {
        let response = exchange(self.admin, METRICS);
        async move { value(&response.await.unwrap(), name) }
    }

    /// Waits until a metric has this value: what is counted as ended ends a
    /// moment after its client has seen the end.
    #[track_caller]
    pub(crate) fn wait_for_metric(&self, name: &str, expected: f64) -> impl Future<Output = ()> {
        until(format!("{name} to be {expected}"), async move || {
            let metrics = answer(self.admin, METRICS).await;
            value(&metrics.unwrap(), name) == expected
        })
    }

    /// Resident memory, in bytes.
    pub(crate) fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap();
        let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        kilobytes * 1024
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([name, &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Ends its standard input, as the end of this process would.
    pub(crate) fn leave(&mut self) {
        self.input = None;
    }

    /// Waits for the end, and returns the exit code.
    #[track_caller]
    pub(crate) fn ended(&mut self) -> Option<i32> {
        let patience = Patience::begin();
        patience::ended(&mut self.child, &patience, "the proxy").code()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

const METRICS: &[u8] = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// What the metrics say of this one; 0 where it is not there yet.
fn value(metrics: &Response, name: &str) -> f64 {
    let value = |line: &str| {
        line.strip_prefix(name)?
            .strip_prefix(' ')?
            .parse::<f64>()
            .ok()
    };
    metrics.text().lines().filter_map(value).sum()
}

impl Drop for Edge {
    fn drop(&mut self) {
        // Both fail only if there is nothing left to end or remove.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.file);
    }
}
