//! Everything that can be known to be wrong before anything is started.

use std::fmt::Write;
use std::path::Path;

use spec::Spec;

use crate::addresses::given;
use crate::engines::nginx::Nginx;
use crate::engines::postgres::Postgres;
use crate::engines::redis::Redis;
use crate::home::{Home, ports};
use crate::settings::{self, Settings};
use crate::targets::Target;

/// What will be started.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) home: Home,
    pub(super) spec: Spec,
    pub(super) settings: Settings,
    pub(super) database: Database,
    pub(super) cache: Cache,
    pub(super) nginx: Nginx,
    /// The settings file, when there is one.
    pub(super) config_text: Option<Vec<u8>>,
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

/// Finds the engines and checks that every port is free. Nothing has been started when it fails,
/// and everything that is wrong is said at once.
pub(super) fn check(home: &Home, config: &Path) -> anyhow::Result<Plan> {
    let spec = settings::spec()?;
    let settings = Settings::load(config, home.root(), &spec)?;
    let mut problems = Vec::new();
    let mut keep = |error: anyhow::Error| problems.push(format!("{error:#}"));

    let database = match given("DATABASE_URL") {
        Some(url) => Ok(Database::Given(url)),
        None => Postgres::locate(home, settings.up.postgres_port).map(Database::Private),
    };
    let database = database.map_err(|error| keep(error.into()));
    let cache = match given("REDIS_URL") {
        Some(url) => Ok(Cache::Given(url)),
        None => Redis::locate(home, settings.up.redis_port).map(Cache::Private),
    };
    let cache = cache.map_err(|error| keep(error.into()));
    let nginx = Nginx::locate(home).map_err(|error| keep(error.into()));

    let private =
        (matches!(database, Ok(Database::Private(_))), matches!(cache, Ok(Cache::Private(_))));
    problems.extend(wanted_ports(&settings, private).iter().filter_map(Wanted::problem));
    match (database, cache, nginx) {
        (Ok(database), Ok(cache), Ok(nginx)) if problems.is_empty() => {
            let config_text = std::fs::read(config).ok();
            Ok(Plan { home: home.clone(), spec, settings, database, cache, nginx, config_text })
        }
        _ => Err(anyhow::anyhow!("cannot start:{}", list(&problems))),
    }
}

/// A port that something of ours will listen on.
struct Wanted {
    port: u16,
    user: &'static str,
    setting: String,
    /// What else can be done when it is taken.
    or: &'static str,
}

fn wanted_ports(settings: &Settings, (database, cache): (bool, bool)) -> Vec<Wanted> {
    let engine = |port, user, setting: &str, or| Wanted { port, user, setting: setting.into(), or };
    let mut wanted = vec![
        engine(settings.up.http_port, "nginx", "NEXUS_UP__HTTP_PORT", ""),
        engine(settings.up.https_port, "nginx", "NEXUS_UP__HTTPS_PORT", ""),
        engine(settings.streamcore.rtmp_port, "RTMP", "NEXUS_STREAMCORE__RTMP_PORT", ""),
    ];
    if let Some(port) = settings.streamcore.viewer_port {
        wanted.push(engine(port, "media for viewers", "NEXUS_STREAMCORE__VIEWER_PORT", ""));
    }
    if database {
        let or = ", or set DATABASE_URL to use that server";
        wanted.push(engine(settings.up.postgres_port, "PostgreSQL", "NEXUS_UP__POSTGRES_PORT", or));
    }
    if cache {
        let or = ", or set REDIS_URL to use that server";
        wanted.push(engine(settings.up.redis_port, "Redis", "NEXUS_UP__REDIS_PORT", or));
    }
    wanted.extend(Target::ALL.map(|target| Wanted {
        port: settings.port(target),
        user: target.name(),
        setting: format!("NEXUS_SERVE__{}_PORT", target.name().to_uppercase().replace('-', "_")),
        or: "",
    }));
    wanted
}

impl Wanted {
    fn problem(&self) -> Option<String> {
        let Self { port, user, setting, or } = self;
        let holder = ports::holder(*port)?;
        Some(format!(
            "port {port}, wanted for {user}, is held by {holder}; stop that, or choose another \
             port with {setting}{or}"
        ))
    }
}

fn list(problems: &[String]) -> String {
    problems.iter().fold(String::new(), |mut text, problem| {
        // Writing to a String cannot fail.
        _ = write!(text, "\n  - {problem}");
        text
    })
}
