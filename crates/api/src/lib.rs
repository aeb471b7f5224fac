//! Wire types of every boundary: what services, browsers and events say to each other.
//!
//! One module per service, plus the shapes they share. There is no logic here: types,
//! their serialisation and their OpenAPI schemas only.

#![warn(missing_docs)]

pub mod events;
pub mod gateway;
pub mod health;
pub mod plan;
pub mod problem;
pub mod streamcore;
