//! What is being done, on a terminal.

use std::cell::Cell;
use std::io::{IsTerminal as _, Write as _, stderr};

/// One line on standard error that is written again and again, if there is a
/// terminal to see it.
#[derive(Debug)]
pub(super) struct Progress {
    is_shown: bool,
    total: usize,
    done: Cell<usize>,
}

impl Progress {
    pub(super) fn new(total: usize) -> Progress {
        Progress {
            is_shown: stderr().is_terminal(),
            total,
            done: Cell::new(0),
        }
    }

    /// An asset is asked for now.
    pub(super) fn step(&self, what: &str) {
        self.done.set(self.done.get() + 1);
        if self.is_shown {
            const WIDTH: usize = 72;
            let what: String = what
                .chars()
                .filter(|c| !c.is_control())
                .take(WIDTH)
                .collect();
            // Nobody is told if nobody can be.
            let _ = write!(
                stderr(),
                "\r\x1b[2K[{}/{}] {what}",
                self.done.get(),
                self.total
            );
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_shown {
            let _ = write!(stderr(), "\r\x1b[2K");
        }
    }
}
