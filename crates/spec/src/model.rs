//! The typed content of the specification. The YAML file carries the explanations; the types say
//! what is allowed.

mod environment;
mod plan;
mod service;
mod tls;

use std::collections::BTreeMap;

use api::plan::Entitlements;
use serde::{Deserialize, Serialize};

pub use environment::{EnvironmentKey, Generate};
pub use plan::{Feature, Limit, Plan, PlanCode, PlanLimits, Price, Support};
pub use service::{Domain, Health, Listen, Route, RouteKind, Service, Status, Transport};
pub use tls::{Tls, TlsVersion};

/// A whole specification that has passed every rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Version of the file format; only 1 exists.
    pub format: u32,
    /// What the platform is called and where it is installed.
    pub platform: Platform,
    /// Public domain names, each owned by one service.
    pub domains: BTreeMap<String, Domain>,
    /// Every service and engine by target name, built or planned.
    pub services: BTreeMap<String, Service>,
    /// What the gateway passes on, by domain and path prefix.
    pub routes: Vec<Route>,
    /// TLS policy of the public listeners.
    pub tls: Tls,
    /// Limits at the gateway.
    pub limits: Limits,
    /// The database and who owns which table.
    pub database: Database,
    /// Environment variables of a production host.
    pub environment: BTreeMap<String, EnvironmentKey>,
    /// Subscription plans, cheapest first.
    pub plans: Vec<Plan>,
}

/// What the platform is called and where it is installed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// Display name.
    pub name: String,
    /// One line for people.
    pub description: String,
    /// Absolute folder of a production installation.
    pub install_dir: String,
}

/// Limits at the gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Largest accepted request body, in bytes.
    pub request_body_bytes: u64,
    /// Steady rate of API requests per address.
    pub api_requests_per_second: u32,
    /// API requests above the steady rate that are served at once before 429.
    pub api_burst: u32,
    /// Steady rate of sign-in attempts (POST) per address.
    pub sign_in_requests_per_minute: u32,
    /// Sign-in attempts above the steady rate that are served at once before 429.
    pub sign_in_burst: u32,
    /// Concurrent requests per address, on everything but live media.
    pub connections_per_address: u32,
    /// Concurrent requests per address on live media, where held requests are normal.
    pub live_connections_per_address: u32,
}

/// The database and who owns which table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// Database name.
    pub name: String,
    /// Oldest supported major version of PostgreSQL.
    pub min_version: u32,
    /// Schemas by name.
    pub schemas: BTreeMap<String, DatabaseSchema>,
}

/// One database schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSchema {
    /// The only service that reads and writes it.
    pub owner: String,
    /// Tables that must exist once the service has been migrated.
    pub tables: Vec<String>,
}

impl Spec {
    /// Services and engines that are built, by target name.
    pub fn active(&self) -> impl Iterator<Item = (&str, &Service)> {
        self.services
            .iter()
            .filter(|(_, service)| service.status == Status::Active)
            .map(|(name, service)| (name.as_str(), service))
    }

    /// Services and engines that are named but not built, by target name.
    pub fn planned(&self) -> impl Iterator<Item = (&str, &Service)> {
        self.services
            .iter()
            .filter(|(_, service)| service.status == Status::Planned)
            .map(|(name, service)| (name.as_str(), service))
    }

    /// Domains that answer: those whose service is active.
    pub fn active_domains(&self) -> impl Iterator<Item = &str> {
        self.domains
            .iter()
            .filter(|(_, domain)| {
                self.services
                    .get(&domain.service)
                    .is_some_and(|service| service.status == Status::Active)
            })
            .map(|(name, _)| name.as_str())
    }

    /// What each plan allows, cheapest first.
    pub fn entitlements(&self) -> Vec<Entitlements> {
        let entitled = |plan: &Plan| Entitlements {
            plan: plan.code,
            features: self.features(plan.code),
            limits: plan.limits,
        };
        self.plans.iter().map(entitled).collect()
    }

    /// Everything a plan offers: its own features and those of the plans before it.
    pub fn features(&self, code: PlanCode) -> Vec<Feature> {
        let end = self.plans.iter().position(|plan| plan.code == code).map_or(0, |index| index + 1);
        self.plans[..end].iter().flat_map(|plan| plan.features.iter().copied()).collect()
    }
}
