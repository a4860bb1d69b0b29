//! Hedgerow keeps web assets arriving when a CDN fails.
#![forbid(unsafe_code)]
