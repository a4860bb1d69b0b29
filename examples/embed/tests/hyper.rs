//! The thirty lines as a process, before a server that counts its requests.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

/// Ended however the test ends.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn exchange(address: &str, head: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{head} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn it_stores_serves_and_invalidates() {
    let origin = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", origin.local_addr().unwrap());
    // Each answer says how many came before.
    std::thread::spawn(move || {
        for (count, stream) in origin.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let mut head = BufReader::new(stream.try_clone().unwrap()).lines();
            while head.next().is_some_and(|line| !line.unwrap().is_empty()) {}
            let fields = "Cache-Control: max-age=60\r\nConnection: close, X-Own\r\nX-Own: 1";
            write!(
                stream,
                "HTTP/1.1 200 OK\r\n{fields}\r\nContent-Length: 1\r\n\r\n{count}"
            )
            .unwrap();
        }
    });
    let mut command = Command::new(env!("CARGO_BIN_EXE_hyper"));
    let child = command
        .args(["127.0.0.1:0", &url])
        .stdout(Stdio::piped())
        .spawn();
    let mut program = Program(child.unwrap());
    let mut line = String::new();
    BufReader::new(program.0.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line.trim().rsplit(' ').next().unwrap();
    let first = exchange(address, "GET /x");
    assert!(
        first.ends_with("\r\n\r\n0") && !first.contains("x-own"),
        "{first}"
    );
    let second = exchange(address, "GET /x");
    assert!(
        second.ends_with("\r\n\r\n0") && second.contains("age: "),
        "{second}"
    );
    assert!(exchange(address, "DELETE /x").ends_with("1"));
    assert!(exchange(address, "GET /x").ends_with("2"));
}
