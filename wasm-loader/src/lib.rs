//! The browser face of Hedgerow.
#![forbid(unsafe_code)]
