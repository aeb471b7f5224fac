//! Load generators and comparisons with peers. Each binary measures one thing; `README.md` says how
//! to run it and what its figures mean.

pub mod connection;
pub mod floor;
pub mod latency;
pub mod part;
pub mod process;
pub mod scout;
pub mod viewer;
