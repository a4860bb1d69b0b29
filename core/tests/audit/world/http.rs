//! Requests and replies, as far as the world cares.

/// A request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask<'a> {
    /// Which endpoint is asked.
    pub(crate) endpoint: usize,
    pub(crate) is_tls: bool,
    pub(crate) method: &'a str,
    /// Path and query.
    pub(crate) path: &'a str,
    /// When it is, in seconds since the epoch.
    pub(crate) now: u64,
    pub(crate) fields: &'a [(String, String)],
}

impl<'a> Ask<'a> {
    pub(crate) fn field(&self, name: &str) -> Option<&'a str> {
        self.fields
            .iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn accepts_gzip(&self) -> bool {
        self.field("accept-encoding")
            .is_some_and(|accepted| accepted.contains("gzip"))
    }

    /// Whether the asset itself is asked for, whatever the probe.
    pub(crate) fn is(&self, path: &str) -> bool {
        self.is_tls && self.path == path && self.method != "OPTIONS"
    }
}

/// A reply.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) fields: Vec<(String, String)>,
    /// The body before any coding.
    pub(crate) body: Vec<u8>,
    /// The codings that are really applied, in their order; whether a field
    /// says so is another matter.
    pub(crate) codings: Vec<&'static str>,
    /// The connection ends before the body does.
    pub(crate) is_cut: bool,
}

impl Reply {
    pub(crate) fn new(status: u16) -> Reply {
        Reply {
            status,
            ..Reply::default()
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Adds a line.
    pub(crate) fn add(&mut self, name: &str, value: impl Into<String>) {
        self.fields.push((name.to_owned(), value.into()));
    }

    /// Leaves one line with this value.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.remove(name);
        self.add(name, value);
    }

    /// Sets a field of those replies that have it.
    pub(crate) fn change(&mut self, name: &str, value: &str) {
        if self.get(name).is_some() {
            self.set(name, value);
        }
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.fields
            .retain(|(found, _)| !found.eq_ignore_ascii_case(name));
    }

    /// Becomes this, whatever it was.
    pub(crate) fn become_page(&mut self, status: u16, content_type: &str, body: &str) {
        self.status = status;
        self.set("content-type", content_type);
        self.body = body.as_bytes().to_vec();
        self.codings.clear();
        self.remove("content-encoding");
        self.remove("content-range");
    }
}
