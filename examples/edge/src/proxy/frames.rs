//! Where WebSocket frames begin (RFC 6455 §5.2): only there can the proxy say
//! anything of its own.

/// Follows the bytes of one direction.
#[derive(Debug, Default)]
pub(super) struct Frames {
    head: [u8; MOST_HEAD],
    /// Bytes of the head that have come.
    come: usize,
    /// Bytes of the payload that have not.
    left: u64,
    closed: bool,
}

/// Two bytes, a length of eight, and a mask.
const MOST_HEAD: usize = 14;
const CLOSE: u8 = 0x8;
const FINAL: u8 = 0x80;

/// Why the proxy ends a connection (RFC 6455 §7.4.1, and IANA's registry).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    /// The proxy itself ends.
    GoingAway = 1001,
    /// Whoever connects again is served by another endpoint.
    ServiceRestart = 1012,
}

impl Frames {
    pub(super) fn follow(&mut self, mut bytes: &[u8]) {
        while let Some(byte) = bytes.first() {
            if self.left > 0 {
                let here = self.left.min(bytes.len() as u64);
                self.left -= here;
                bytes = &bytes[here as usize..];
                continue;
            }
            self.head[self.come] = *byte;
            self.come += 1;
            bytes = &bytes[1..];
            if let Some(length) = self.length() {
                self.closed |= self.head[0] & 0xf == CLOSE;
                (self.come, self.left) = (0, length);
            }
        }
    }

    /// Whether a frame can be put in here.
    pub(super) fn is_between(&self) -> bool {
        self.come == 0 && self.left == 0 && !self.closed
    }

    /// The length of the payload, once the head is whole.
    fn length(&self) -> Option<u64> {
        let head = &self.head[..self.come];
        let [_, second, rest @ ..] = head else {
            return None;
        };
        let (bytes, plain) = match second & 0x7f {
            126 => (2, None),
            127 => (8, None),
            short => (0, Some(u64::from(short))),
        };
        let mask = if second & 0x80 == 0 { 0 } else { 4 };
        (rest.len() == bytes + mask).then(|| {
            let long = rest[..bytes].iter();
            plain.unwrap_or_else(|| long.fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
        })
    }
}

impl Code {
    /// A server's close frame.
    pub(super) const fn frame(self) -> [u8; 4] {
        let [high, low] = (self as u16).to_be_bytes();
        [FINAL | CLOSE, 2, high, low]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After which bytes nothing of a frame is under way.
    fn between(stream: &[u8]) -> Vec<usize> {
        let mut frames = Frames::default();
        let mut ends = Vec::new();
        for (at, byte) in stream.iter().enumerate() {
            frames.follow(&[*byte]);
            if frames.is_between() {
                ends.push(at + 1);
            }
        }
        let mut whole = Frames::default();
        whole.follow(stream);
        assert_eq!(whole.is_between(), frames.is_between());
        ends
    }

    #[test]
    fn frames_end_where_their_length_says() {
        let long = [&[0x82, 126, 1, 0][..], &[0x88; 256]].concat();
        let longer = [&[0x82, 127, 0, 0, 0, 0, 0, 0, 0, 1][..], b"x"].concat();
        for (stream, ends) in [
            (&[0x82, 0][..], &[2][..]),
            (&[0x81, 2, b'h', b'i', 0x89, 0], &[4, 6]),
            (&[0x81, 0x81, 1, 2, 3, 4, b'x'], &[7]),
            (&long, &[260]),
            (&longer, &[11]),
            (&[0x81, 5, b'h'], &[]),
            (&[0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255, 0], &[]),
        ] {
            assert_eq!(between(stream), ends, "{stream:?}");
        }
    }

    #[test]
    fn nothing_follows_the_other_side_s_close() {
        assert_eq!(between(&[0x89, 0, 0x88, 0, 0x89, 0]), [2]);
        assert_eq!(between(&Code::GoingAway.frame()), [0; 0]);
        assert_eq!(Code::ServiceRestart.frame(), [0x88, 2, 0x03, 0xf4]);
    }
}
