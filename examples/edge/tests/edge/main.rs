//! The proxy as a process, between real sockets. One behaviour a file.

mod bodies;
mod cached;
mod collapse;
mod cut;
mod delivery;
mod encoding;
mod failover;
mod framing;
mod hostile_client;
mod hostile_origin;
mod http2;
mod http2_slow;
mod interim;
mod ranges;
mod reload;
mod routing;
mod shared;
mod shutdown;
mod slow_client;
mod stale;
mod streaming;
mod support;
mod tls;
mod too_many;
mod trailers;
mod unsafe_methods;
