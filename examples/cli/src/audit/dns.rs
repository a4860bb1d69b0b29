//! How long a host's record may be cached, asked of the machine's name server
//! (RFC 1035 §4). The system's resolver does not say it.

use super::clock;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout_at};

/// What a name server is given to answer; it is near.
const WAIT: Duration = Duration::from_secs(2);
const PORT: u16 = 53;

/// The smallest TTL on the way from `host` to its address, in seconds. What
/// the server has cached already counts down, so it may be less than what is
/// configured. `None` if nobody says before the end of all.
pub(super) async fn ttl(host: &str, end: Instant) -> Option<u32> {
    let server = name_server(&std::fs::read_to_string("/etc/resolv.conf").ok()?)?;
    let asking = ask(SocketAddr::new(server, PORT), host);
    timeout_at((clock::now() + WAIT).min(end), asking)
        .await
        .ok()?
}

fn name_server(resolv_conf: &str) -> Option<IpAddr> {
    resolv_conf.lines().find_map(|line| {
        let address = line.trim_start().strip_prefix("nameserver")?;
        address.trim().parse().ok()
    })
}

async fn ask(server: SocketAddr, host: &str) -> Option<u32> {
    let any: IpAddr = if server.is_ipv4() {
        [0; 4].into()
    } else {
        [0; 16].into()
    };
    let socket = UdpSocket::bind((any, 0)).await.ok()?;
    socket.connect(server).await.ok()?;
    // The system draws the port; the answer decides nothing but a note.
    let id = socket.local_addr().ok()?.port();
    socket.send(&query(id, host)?).await.ok()?;
    let mut answer = [0; 1232];
    let length = socket.recv(&mut answer).await.ok()?;
    smallest_ttl(&answer[..length], id)
}

/// Asks for the IPv4 address, with recursion.
fn query(id: u16, host: &str) -> Option<Vec<u8>> {
    let mut query = Vec::with_capacity(host.len() + 18);
    query.extend(id.to_be_bytes());
    query.extend([1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in host.trim_end_matches('.').split('.') {
        let length = u8::try_from(label.len())
            .ok()
            .filter(|length| (1..=63).contains(length))?;
        query.push(length);
        query.extend(label.as_bytes());
    }
    query.extend([0, 0, 1, 0, 1]);
    Some(query)
}

fn smallest_ttl(answer: &[u8], id: u16) -> Option<u32> {
    let number = |at: usize| Some(u16::from_be_bytes(answer.get(at..at + 2)?.try_into().ok()?));
    let is_answer = number(0)? == id && answer.get(2)? & 0x80 != 0 && answer.get(3)? & 0x0f == 0;
    if !is_answer {
        return None;
    }
    let mut at = 12;
    for _ in 0..number(4)? {
        at = after_name(answer, at)? + 4;
    }
    let mut smallest = None;
    for _ in 0..number(6)? {
        at = after_name(answer, at)?;
        let ttl = u32::from_be_bytes(answer.get(at + 4..at + 8)?.try_into().ok()?);
        smallest = Some(smallest.map_or(ttl, |other: u32| other.min(ttl)));
        at += 10 + usize::from(number(at + 8)?);
    }
    smallest
}

/// Behind the name that starts at `at`: its labels, or a pointer to some.
fn after_name(answer: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match *answer.get(at)? {
            0 => return Some(at + 1),
            length if length & 0xc0 == 0xc0 => return Some(at + 2),
            length => at += 1 + usize::from(length),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A CNAME for an hour, and the address that it leads to for a minute.
    fn answer() -> Vec<u8> {
        let mut answer = query(7, "cdn.example.com").unwrap();
        answer[2] = 0x81;
        answer[7] = 2;
        answer.extend([
            0xc0, 12, 0, 5, 0, 1, 0, 0, 0x0e, 0x10, 0, 4, 1, b'a', 0xc0, 12,
        ]);
        answer.extend([0xc0, 45, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]);
        answer
    }

    #[test]
    fn the_smallest_counts() {
        assert_eq!(smallest_ttl(&answer(), 7), Some(60));
    }

    #[test]
    fn what_is_no_answer_says_nothing() {
        assert_eq!(smallest_ttl(&answer(), 8), None);
        let mut refused = answer();
        refused[3] = 5;
        assert_eq!(smallest_ttl(&refused, 7), None);
        for length in 0..answer().len() - 4 {
            assert_eq!(smallest_ttl(&answer()[..length], 7), None, "{length}");
        }
    }

    #[test]
    fn names_that_are_none_are_not_asked_for() {
        for host in ["", "a..b", &"a".repeat(64)] {
            assert_eq!(query(1, host), None, "{host}");
        }
    }

    #[test]
    fn the_name_server_is_found() {
        let text = "# comment\nsearch example.com\nnameserver 192.0.2.53\nnameserver ::1\n";
        assert_eq!(name_server(text), Some([192, 0, 2, 53].into()));
        assert_eq!(name_server("options rotate"), None);
    }
}
