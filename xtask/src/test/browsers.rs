//! The fault matrix in real browsers.

use super::check::{Check, Outcome, tests};
use super::counts;
use crate::{apt, demo};
use anyhow::Result;

pub(crate) const CHECKS: &[Check] = &[
    Check {
        name: "chromium",
        holds: "every fault, first and second view, in Chromium",
        quick: false,
        run: || matrix("chromium"),
    },
    Check {
        name: "firefox",
        holds: "the same in Firefox",
        quick: false,
        run: || matrix("firefox"),
    },
    Check {
        name: "webkit",
        holds: "the same in WebKitGTK",
        quick: false,
        run: || matrix("webkit"),
    },
];

fn matrix(browser: &str) -> Result<Outcome> {
    demo::prepare()?;
    apt::ensure(apt::BROWSERS, "the fault matrix")?;
    tests(demo::matrix(browser), browser, counts::plain)
}
