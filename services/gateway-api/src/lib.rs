//! gateway-api: people, sign-in, access tokens, the audit log.
//!
//! It signs short-lived access tokens that every service checks by itself, and tells all of them
//! within a second when a session ends. Its tables are `users`, `sessions`, `api_keys` and
//! `audit_log`. The console web app is served from here too.

mod accounts;
pub mod admin;
mod api_keys;
pub mod audit_log;
mod browser;
mod config;
mod db;
mod domain;
mod error;
mod factors;
pub mod mail;
mod oauth;
mod organisations;
mod passkeys;
mod password_hasher;
mod plans;
mod root_secret;
mod routes;
mod sealed;
mod sessions;
mod signing;
mod state;
mod system;
mod tasks;
mod throttle;
mod web;

use std::sync::Arc;

use chassis::Service;
use chassis::access::Endpoint;
use chassis::calls::CallError;
use chassis::entitlements::Plans;
use chassis::health::Readiness;
use chassis::principal::{self, KeySource, Revocations, TokenVerifier};
use chassis::rate::{Decision, Limiter};
use chassis::server::Limits;
use store::{Database, Migrations, Redis};
use time::OffsetDateTime;
use utoipa::openapi::OpenApi;

pub use config::{Config, ConfigError, SmtpTls};
pub use domain::known_passwords::build as known_password_filter;
pub use error::codes;
pub use mail::transport::TransportError;
pub use root_secret::RootSecretError;
pub use sealed::SealError;
pub use signing::{SigningError, SigningKeysError};
pub use system::{CheckFindings, ChecksRunner, Platform, PlatformService};

use accounts::Accounts;
use accounts::erasure::keep_erasing;
use api_keys::ApiKeys;
use audit_log::AuditLog;
use browser::Browser;
use domain::lifetimes::Lifetimes;
use factors::Factors;
use mail::Post;
use mail::catch_all::CatchAll;
use mail::transport::Transport;
use oauth::Oauth;
use organisations::Organisations;
use passkeys::Passkeys;
use password_hasher::PasswordHasher;
use root_secret::RootSecret;
use sessions::Sessions;
use signing::SigningKeys;
use state::AppState;
use system::System;
use throttle::Throttle;

/// Name of the service.
pub const NAME: &str = "gateway-api";

/// The tables of this service.
pub static MIGRATIONS: Migrations =
    Migrations { service: NAME, schema: "public", migrator: &sqlx::migrate!() };

/// Why the service could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A setting is out of its bounds.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The secret file cannot be used.
    #[error(transparent)]
    RootSecret(#[from] RootSecretError),
    /// The keys that sign tokens cannot be used.
    #[error(transparent)]
    SigningKeys(#[from] SigningKeysError),
    /// Calls to the other services cannot be made.
    #[error(transparent)]
    Calls(#[from] CallError),
    /// The platform's own OAuth client cannot be registered.
    #[error("the console cannot be registered as an OAuth client")]
    Console(#[source] sqlx::Error),
    /// What was revoked lately cannot be read.
    #[error("the sessions, keys and tokens that were revoked lately cannot be read")]
    Revocations(#[source] sqlx::Error),
    /// The threads that check passwords cannot be started.
    #[error("the threads that check passwords cannot be started")]
    Threads(#[source] std::io::Error),
    /// The folder for mails cannot be used.
    #[error(
        "mails cannot be kept in gateway-api.mail_folder; name a folder that can be written, or a mail server"
    )]
    MailFolder(#[source] std::io::Error),
    /// The mail server cannot be used.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

/// Builds the service.
pub async fn build(
    config: &Config,
    plans: Plans,
    database: Database,
    redis: Redis,
    platform: Platform,
) -> Result<Service, BuildError> {
    config.check()?;
    let secrets = Arc::new(RootSecret::load_or_create(&config.signing_key_file)?);
    let signing = Arc::new(SigningKeys::new(&secrets, config.signing_key_lifetime())?);
    signing.keep_current(&database, OffsetDateTime::now_utc()).await?;
    let hasher = PasswordHasher::start(
        config.password_threads,
        config.password_queue,
        config.password_hash_time(),
    )
    .map_err(BuildError::Threads)?;
    let revocations = sessions::revoked::load(&database, OffsetDateTime::now_utc())
        .await
        .map_err(BuildError::Revocations)?;
    let api_keys = Arc::new(ApiKeys {
        database: database.clone(),
        redis: redis.clone(),
        revocations: revocations.clone(),
        signing: signing.clone(),
        issuer: config.issuer.clone(),
        audience: config.audience.clone(),
    });
    let tokens = verifier(config, &signing, &revocations, &api_keys);
    let sessions = Sessions {
        database: database.clone(),
        redis: redis.clone(),
        revocations: revocations.clone(),
        hasher: hasher.clone(),
        throttle: Throttle::new(redis.clone(), config),
        factors: Factors::new(&secrets)?,
        passkeys: Passkeys::new(&config.issuer, redis.clone()),
        challenge_key: secrets.mac_key("second factor challenges, version 1"),
        secrets: secrets.clone(),
        signing: signing.clone(),
        lifetimes: Lifetimes::new(config),
        issuer: config.issuer.clone(),
        audience: config.audience.clone(),
    };
    let sessions = Arc::new(sessions);
    let post = Post::new(secrets.mac_key("mail links, version 1"), &config.issuer);
    let (catch_all, transport) = mail_server(config)?;
    let accounts = Accounts {
        database: database.clone(),
        redis: redis.clone(),
        sessions: sessions.clone(),
        hasher,
        post: post.clone(),
        policy: config.sign_up,
    };
    let organisations = Organisations::new(sessions.clone(), plans.clone(), post.clone());
    let audit = AuditLog::new(
        database.clone(),
        secrets.checkpoint_key()?,
        config.audit_checkpoint_file.clone(),
    );
    let system = Arc::new(System::new(platform)?);
    let oauth =
        Oauth::start(config, &secrets, &sessions, &tokens).await.map_err(BuildError::Console)?;
    let state = AppState {
        database: database.clone(),
        redis: redis.clone(),
        audit: audit.clone(),
        sessions,
        oauth: Arc::new(oauth),
        accounts: Arc::new(accounts),
        api_keys,
        browser: Arc::new(browser(config, &secrets)),
        organisations: Arc::new(organisations),
        signing: signing.clone(),
        tokens,
        plans,
        system: system.clone(),
    };
    let router = routes::router(state).merge(web::app());

    let readiness = readiness(database.clone(), redis.clone());
    let (told, telling) = (redis.clone(), database.clone());
    let (erasing, telling_erased) = (database.clone(), redis.clone());
    let (outbox, old_mail) = (database.clone(), database.clone());
    let (kept, reported) = (database.clone(), redis.clone());
    let keyed = database.clone();
    let sealed = audit.clone();
    let looked_at = system::Engines { database: database.clone(), redis: redis.clone() };
    Ok(Service::new(NAME, router)
        .readiness(readiness)
        .limits(Limits { trusted_proxies: config.trusted_proxies.clone(), ..Limits::default() })
        .task("follow-revocations", move |stop| tasks::follow_revocations(told, revocations, stop))
        .task("publish-revocations", move |stop| tasks::publish_revocations(telling, redis, stop))
        .task("keep-signing-keys", move |stop| tasks::keep_signing_keys(keyed, signing, stop))
        .task("record-audit", move |stop| tasks::record_audit(kept, reported, stop))
        .task("sequence-audit", move |stop| audit.keep_sequencing(stop))
        .task("sign-audit-checkpoints", move |stop| sealed.keep_signing(stop))
        .task("erase-accounts", move |stop| keep_erasing(erasing, telling_erased, stop))
        .task("catch-mail", move |stop| CatchAll::run(catch_all, stop))
        .task("deliver-mail", move |stop| mail::delivery::deliver(post, outbox, transport, stop))
        .task("remove-old-mail", move |stop| tasks::remove_old_mail(old_mail, stop))
        .task("watch-system", move |stop| system::watch(system, looked_at, stop))
        .task("remove-old-sessions", move |stop| tasks::remove_old_sessions(database, stop)))
}

/// What must answer before requests are taken.
fn readiness(database: Database, redis: Redis) -> Readiness {
    Readiness::default()
        .check("postgres", move || {
            let database = database.clone();
            async move { store::database::ping(&database).await.map_err(|error| error.to_string()) }
        })
        .check("redis", move || {
            let redis = redis.clone();
            async move { redis.ping().await.map_err(|error| error.to_string()) }
        })
}

fn browser(config: &Config, secrets: &RootSecret) -> Browser {
    Browser::new(
        &config.issuer,
        secrets.mac_key("session cookies, version 1"),
        secrets.mac_key("device cookies, version 1"),
    )
}

/// What checks the tokens and API keys that come with requests.
fn verifier(
    config: &Config,
    signing: &SigningKeys,
    revocations: &Revocations,
    api_keys: &Arc<ApiKeys>,
) -> TokenVerifier {
    let exchanging = api_keys.clone();
    let keys = KeySource::Local(signing.verifying());
    TokenVerifier::new(&config.verifier(), keys, revocations.clone()).with_api_keys(
        principal::ApiKeys::new(move |key| {
            let api_keys = exchanging.clone();
            async move { api_keys.exchange_here(key).await }
        }),
    )
}

/// Counts requests together with every other process.
fn limiter(redis: Redis) -> Limiter {
    Limiter::new(move |caller, quota| {
        let redis = redis.clone();
        async move {
            let taken =
                store::rate::take(&redis, &caller, quota.interval(), quota.burst).await.ok()?;
            Some(Decision {
                allowed: taken.allowed,
                remaining: taken.remaining,
                reset_after: taken.reset_after,
                retry_after: taken.retry_after,
            })
        }
    })
}

/// Every endpoint with who may call it.
pub fn endpoints() -> Vec<Endpoint> {
    routes::api().endpoints().to_vec()
}

/// The mail server of the settings, or a catch-all on this machine.
fn mail_server(config: &Config) -> Result<(Option<CatchAll>, Transport), BuildError> {
    if !config.smtp_host.is_empty() {
        return Ok((None, Transport::new(config, None)?));
    }
    let catch_all = CatchAll::listen(&config.mail_folder).map_err(BuildError::MailFolder)?;
    let address = catch_all.address().map_err(BuildError::MailFolder)?;
    tracing::info!(folder = %config.mail_folder.display(), "no mail server is configured: mails are kept as files");
    Ok((Some(catch_all), Transport::new(config, Some(address))?))
}

/// The description of the API.
pub fn openapi() -> OpenApi {
    routes::api().into_openapi()
}
