//! The platform specification: one YAML file that says which services, domains, routes, limits and
//! plans exist, what is generated from it, and what must be true of a running platform.
//!
//! Pure by construction: text and facts come in as arguments, values and text go out. Nothing here
//! reads a file, a clock, a socket or the environment.
//!
//! - [`Spec::parse`] reads and checks the file; every error has a line and a remedy.
//! - [`nginx::render`] and [`env::render`] produce the generated files.
//! - [`validate::findings`] judges facts collected from a running platform.

#![warn(missing_docs)]

pub mod env;
mod error;
mod located;
mod model;
pub mod nearest;
pub mod nginx;
mod parse;
mod rules;
pub mod validate;

pub use error::SpecError;
pub use model::{
    Database, DatabaseSchema, Domain, EnvironmentKey, Feature, Generate, Health, Limit, Limits,
    Listen, Plan, PlanCode, PlanLimits, Platform, Price, Route, RouteKind, Service, Spec, Status,
    Support, Tls, TlsVersion, Transport,
};

/// The name of the specification file at the root of the repository and of an installation.
pub const FILE_NAME: &str = "nexus-cos-pf-bulletproof.yaml";

/// The specification this program was built with.
pub const DEFAULT: &str = include_str!("../../../nexus-cos-pf-bulletproof.yaml");

/// A text file produced from the specification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedFile {
    /// Path relative to the folder that the caller renders into, with `/` separators.
    pub path: String,
    /// The whole content, ending in a newline.
    pub contents: String,
}
