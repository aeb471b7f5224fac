//! Where the database and the cache are: as given by the environment, else those of a home.

use std::fs;
use std::path::Path;

use anyhow::Context;

use crate::engines::{postgres, redis};
use crate::settings::UpSettings;

/// Addresses with their passwords. Never printed.
#[derive(Clone)]
pub(crate) struct Addresses {
    pub(crate) database: String,
    pub(crate) redis: String,
}

impl Addresses {
    /// Uses `DATABASE_URL` and `REDIS_URL`, or the private engines of the home at `home`.
    pub(crate) fn find(home: &Path, settings: &UpSettings) -> anyhow::Result<Self> {
        let secret = |name: &str, variable: &str| {
            let path = home.join("secrets").join(name);
            let text = fs::read_to_string(&path).with_context(|| {
                format!(
                    "{variable} is not set and {} cannot be read; set it, or start `nexus up` here",
                    path.display()
                )
            })?;
            anyhow::Ok(text.trim().to_owned())
        };
        let database = match given("DATABASE_URL") {
            Some(url) => url,
            None => {
                postgres::url(&secret(postgres::SECRET, "DATABASE_URL")?, settings.postgres_port)
            }
        };
        let redis = match given("REDIS_URL") {
            Some(url) => url,
            None => redis::url(&secret(redis::SECRET, "REDIS_URL")?, settings.redis_port),
        };
        Ok(Self { database, redis })
    }
}

impl std::fmt::Debug for Addresses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Addresses").finish_non_exhaustive()
    }
}

/// The value of an environment variable, unless it is empty.
pub(crate) fn given(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
