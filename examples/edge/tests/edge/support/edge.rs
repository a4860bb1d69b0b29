//! The proxy, as a process of its own.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Client, Origin, Response, exchange};

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
/// called `a`, `b` and so on.
pub(crate) fn config(urls: &[String]) -> Value {
    let endpoints: Vec<Value> = urls
        .iter()
        .zip('a'..)
        .map(|(url, id)| json!({"id": id, "url": url}))
        .collect();
    json!({"edge": {
        "listen": ["127.0.0.1:0"],
        "admin": "127.0.0.1:0",
        "upstreams": [{"id": "origin", "endpoints": endpoints}],
        "routes": [{"upstream": "origin"}],
    }})
}

impl Edge {
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
    pub(crate) fn logged(&self, message: &str) -> Value {
        self.logged_with("message", message)
    }

    /// Waits for an event of this target, and returns it.
    pub(crate) fn logged_of(&self, target: &str) -> Value {
        self.logged_with("target", target)
    }

    fn logged_with(&self, field: &str, value: &str) -> Value {
        loop {
            let event = self
                .log
                .recv()
                .unwrap_or_else(|_| panic!("no event with {field} {value:?}"));
            assert!(event.is_object(), "no JSON: {event}");
            if event[field] == value {
                return event;
            }
        }
    }

    /// As long as this is locked, nobody reads the log.
    pub(crate) fn reading(&self) -> Arc<Mutex<()>> {
        Arc::clone(&self.reading)
    }

    /// Every event that is left, once the proxy has ended.
    pub(crate) fn rest_of_log(&self) -> Vec<Value> {
        self.log.iter().collect()
    }

    /// A GET on a connection of its own.
    pub(crate) async fn get(&self, path: &str) -> Response {
        self.get_with(path, "").await
    }

    /// A GET with these fields, each with its line end.
    pub(crate) async fn get_with(&self, path: &str, fields: &str) -> Response {
        Client::connect(self.address).await.get(path, fields).await
    }

    /// Waits until what was fetched for this path is stored: a client has all
    /// of a body a moment before the store does.
    pub(crate) async fn wait_for_stored(&self, path: &str) {
        let fields = "Cache-Control: only-if-cached, max-stale\r\n";
        for _ in 0..1000 {
            if self.get_with(path, fields).await.status == 200 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{path} is not stored");
    }

    /// Another method, with fields and a body.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        fields: &str,
        body: &str,
    ) -> Response {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: test.example\r\nContent-Length: {length}\r\n\
             {fields}\r\n{body}"
        );
        exchange(self.address, request).await.expect("a response")
    }

    /// A metric's value; 0 where it is not there yet.
    pub(crate) async fn metric(&self, name: &str) -> f64 {
        let response = exchange(
            self.admin,
            "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        );
        let text = response.await.unwrap();
        let lines = text.text().lines();
        let value = |line: &str| {
            line.strip_prefix(name)?
                .strip_prefix(' ')?
                .parse::<f64>()
                .ok()
        };
        lines.filter_map(value).sum()
    }

    /// Waits until a metric has this value: what is counted as ended ends a
    /// moment after its client has seen the end.
    pub(crate) async fn wait_for_metric(&self, name: &str, value: f64) {
        for _ in 0..1000 {
            if self.metric(name).await == value {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{name} is not {value}");
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
    pub(crate) fn ended(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        // Both fail only if there is nothing left to end or remove.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.file);
    }
}
