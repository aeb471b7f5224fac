//! Load generators and comparisons with peers. Each binary measures one thing; `README.md` says how
//! to run it and what its figures mean.

pub mod aftermath;
pub mod boxes;
pub mod clip;
pub mod connection;
pub mod encoder;
pub mod floor;
pub mod follower;
pub mod http1;
pub mod latency;
pub mod listing;
pub mod outage;
pub mod part;
pub mod pressure;
pub mod process;
pub mod scout;
pub mod sightings;
pub mod trend;
pub mod victim;
pub mod viewer;
pub mod vitals;
