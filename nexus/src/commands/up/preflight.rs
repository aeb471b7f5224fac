//! Everything that can be known to be wrong before anything is started.

use std::fmt::Write;

use chassis::settings::Sources;
use spec::Spec;

use crate::addresses::given;
use crate::engines::nginx::{Edge, Nginx};
use crate::engines::postgres::Postgres;
use crate::engines::redis::Redis;
use crate::home::{Home, ports};
use crate::settings::{self, UpSettings};

/// What will be started.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) home: Home,
    pub(super) spec: Spec,
    pub(super) settings: UpSettings,
    pub(super) database: Database,
    pub(super) cache: Cache,
    pub(super) nginx: Nginx,
}

/// Where the database comes from.
#[derive(Debug)]
pub(super) enum Database {
    Private(Postgres),
    Given(String),
}

/// Where the server of the Redis protocol comes from.
#[derive(Debug)]
pub(super) enum Cache {
    Private(Redis),
    Given(String),
}

impl Database {
    pub(super) fn url(&self) -> String {
        match self {
            Self::Private(postgres) => postgres.url(),
            Self::Given(url) => url.clone(),
        }
    }
}

impl Cache {
    pub(super) fn url(&self) -> String {
        match self {
            Self::Private(redis) => redis.url(),
            Self::Given(url) => url.clone(),
        }
    }
}

impl Plan {
    pub(super) fn edge(&self) -> Edge {
        Edge {
            http_port: self.settings.http_port,
            https_port: self.settings.https_port,
            services: Vec::new(),
        }
    }
}

/// Finds the engines and checks that every port is free. Nothing has been started when it fails,
/// and everything that is wrong is said at once.
pub(super) fn check(home: &Home, sources: &Sources) -> anyhow::Result<Plan> {
    let settings = settings::load_up(sources)?;
    let spec = settings::spec()?;
    let mut problems = Vec::new();
    let mut keep = |error: anyhow::Error| problems.push(format!("{error:#}"));

    let database = match given("DATABASE_URL") {
        Some(url) => Ok(Database::Given(url)),
        None => Postgres::locate(home, settings.postgres_port).map(Database::Private),
    };
    let database = database.map_err(|error| keep(error.into()));
    let cache = match given("REDIS_URL") {
        Some(url) => Ok(Cache::Given(url)),
        None => Redis::locate(home, settings.redis_port).map(Cache::Private),
    };
    let cache = cache.map_err(|error| keep(error.into()));
    let nginx = Nginx::locate(home).map_err(|error| keep(error.into()));

    let mut wanted = vec![
        (settings.http_port, "nginx", "NEXUS_UP__HTTP_PORT"),
        (settings.https_port, "nginx", "NEXUS_UP__HTTPS_PORT"),
    ];
    if let Ok(Database::Private(_)) = &database {
        wanted.push((settings.postgres_port, "PostgreSQL", "NEXUS_UP__POSTGRES_PORT"));
    }
    if let Ok(Cache::Private(_)) = &cache {
        wanted.push((settings.redis_port, "Redis", "NEXUS_UP__REDIS_PORT"));
    }
    problems.extend(taken_ports(&wanted));
    match (database, cache, nginx) {
        (Ok(database), Ok(cache), Ok(nginx)) if problems.is_empty() => {
            Ok(Plan { home: home.clone(), spec, settings, database, cache, nginx })
        }
        _ => Err(anyhow::anyhow!("cannot start:{}", list(&problems))),
    }
}

fn taken_ports(wanted: &[(u16, &str, &str)]) -> Vec<String> {
    wanted
        .iter()
        .filter_map(|(port, user, setting)| {
            let holder = ports::holder(*port)?;
            let elsewhere = match *user {
                "PostgreSQL" => " (or use that server: set DATABASE_URL)",
                "Redis" => " (or use that server: set REDIS_URL)",
                _ => "",
            };
            Some(format!(
                "port {port}, wanted for {user}, is held by {holder}; stop it, or choose another \
                 port with {setting}{elsewhere}"
            ))
        })
        .collect()
}

fn list(problems: &[String]) -> String {
    problems.iter().fold(String::new(), |mut text, problem| {
        // Writing to a String cannot fail.
        _ = write!(text, "\n  - {problem}");
        text
    })
}
