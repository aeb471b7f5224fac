//! Who the clients are, remembered for a few seconds so that machines that ask often cost no
//! database query.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::gateway::ClientKind;
use parking_lot::RwLock;
use store::Database;

use crate::db::oauth_clients;
use crate::domain::oauth::client::Client;
use crate::domain::oauth::client_secret::SecretHash;
use crate::domain::oauth::redirect_uri;
use crate::error::OauthError;

/// How long a client is remembered: as long as a change made by another process takes to bite.
const REMEMBERED: Duration = Duration::from_secs(5);
/// Most clients that are remembered.
const MAX_CLIENTS: usize = 1024;

/// What a client proves itself with.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub(crate) client_id: String,
    pub(crate) secret: Option<String>,
}

/// See the [module](self).
pub(crate) struct Directory {
    database: Database,
    clients: RwLock<BTreeMap<String, (Instant, Arc<Client>)>>,
    origins: RwLock<Option<(Instant, Arc<BTreeSet<String>>)>>,
}

impl Directory {
    pub(crate) fn new(database: Database) -> Self {
        Self { database, clients: RwLock::default(), origins: RwLock::default() }
    }

    /// A client that is switched on.
    pub(crate) async fn find(&self, client_id: &str) -> Result<Option<Arc<Client>>, sqlx::Error> {
        if let Some((at, client)) = self.clients.read().get(client_id)
            && at.elapsed() < REMEMBERED
        {
            return Ok(Some(client.clone()));
        }
        let found = oauth_clients::find(&self.database, client_id).await?;
        let Some(client) = found.filter(|client| !client.spec.disabled).map(Arc::new) else {
            self.clients.write().remove(client_id);
            return Ok(None);
        };
        let mut clients = self.clients.write();
        if clients.len() >= MAX_CLIENTS {
            clients.retain(|_, (at, _)| at.elapsed() < REMEMBERED);
        }
        if clients.len() < MAX_CLIENTS {
            clients.insert(client_id.to_owned(), (Instant::now(), client.clone()));
        }
        Ok(Some(client))
    }

    /// Whether a client of this name was found a moment ago.
    pub(crate) fn remembers(&self, client_id: &str) -> bool {
        self.clients.read().get(client_id).is_some_and(|(at, _)| at.elapsed() < REMEMBERED)
    }

    /// The client that these credentials prove. A public client needs none but its name.
    pub(crate) async fn authenticate(
        &self,
        credentials: &Credentials,
    ) -> Result<Arc<Client>, OauthError> {
        let found = self.find(&credentials.client_id).await?;
        let client = found.ok_or(OauthError::InvalidClient)?;
        let proven = match (client.kind, &client.secret_hash, &credentials.secret) {
            (ClientKind::Public, None, None) => true,
            (ClientKind::Confidential, Some(known), Some(presented)) => {
                SecretHash::of_presented(presented).is_some_and(|hash| hash.matches(known))
            }
            _ => false,
        };
        if proven { Ok(client) } else { Err(OauthError::InvalidClient) }
    }

    /// Whether a page of this origin belongs to a client.
    pub(crate) async fn knows_origin(&self, origin: &str) -> Result<bool, sqlx::Error> {
        let remembered = self.origins.read().clone();
        if let Some((at, origins)) = remembered
            && at.elapsed() < REMEMBERED
        {
            return Ok(origins.contains(origin));
        }
        let uris = oauth_clients::redirect_uris(&self.database).await?;
        let origins: BTreeSet<String> =
            uris.iter().filter_map(|uri| redirect_uri::origin(uri)).collect();
        let known = origins.contains(origin);
        *self.origins.write() = Some((Instant::now(), Arc::new(origins)));
        Ok(known)
    }

    /// Forgets a client that was changed.
    pub(crate) fn forget(&self, client_id: &str) {
        self.clients.write().remove(client_id);
        *self.origins.write() = None;
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}
