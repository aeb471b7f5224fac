//! The closed list of services in this binary.

use std::future::Future;
use std::net::SocketAddr;

use chassis::Service;
use clap::ValueEnum;
use store::{Database, Migrations, Redis};

use crate::addresses::Addresses;
use crate::settings::Settings;

/// A service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Target {
    GatewayApi,
    Streamcore,
}

impl Target {
    /// Every service, in the order of their start.
    pub(crate) const ALL: [Self; 2] = [Self::GatewayApi, Self::Streamcore];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::GatewayApi => gateway_api::NAME,
            Self::Streamcore => streamcore::NAME,
        }
    }

    pub(crate) fn migrations(self) -> &'static Migrations {
        match self {
            Self::GatewayApi => &gateway_api::MIGRATIONS,
            Self::Streamcore => &streamcore::MIGRATIONS,
        }
    }
}
