//! Endpoints: which may be used, in which order, and how they fare. One
//! behaviour to a file.

mod draw_vectors;
mod eligibility;
mod health_ejection;
mod health_probe;
mod health_properties;
mod latency;
#[cfg(feature = "pool")]
mod monitor;
mod order_cases;
mod order_properties;
mod order_weights;
#[cfg(feature = "pool")]
mod pool;
mod residency;
#[cfg(feature = "pool")]
mod visitors;
