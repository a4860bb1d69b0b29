//! Stickiness, one behaviour a file.

mod cookie;
mod course;
mod hostile;
mod order;
mod query;
