//! Where visitors are.

mod network;
mod networks;
mod region;
