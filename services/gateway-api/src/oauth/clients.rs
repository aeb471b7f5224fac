//! Registering and changing clients.

use api::gateway::{
    Client as Shown, ClientKind, ClientPage, ClientSpec, ClientWithSecret, CreateClient,
};
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::Oauth;
use crate::db::{audit, oauth_clients, oauth_grants};
use crate::domain::audit::{Caller, Entry};
use crate::domain::audit_cursor;
use crate::domain::oauth::client::{self, Client};
use crate::domain::oauth::client_secret::ClientSecret;
use crate::error::ClientError;

/// Clients on a page when the caller does not say.
const DEFAULT_LIMIT: u32 = 50;
/// What generated client ids begin with.
const CLIENT_ID_PREFIX: &str = "nxp_";

/// Who changes a client, and what they may do themselves.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Registrar<'a> {
    pub(crate) user: Uuid,
    pub(crate) scopes: &'a std::collections::BTreeSet<String>,
    pub(crate) caller: &'a Caller,
}

impl Oauth {
    pub(crate) async fn list_clients(
        &self,
        limit: Option<u32>,
        cursor: Option<&str>,
    ) -> Result<ClientPage, ClientError> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=200).contains(&limit) {
            return Err(ClientError::Limit);
        }
        let after = cursor.map(audit_cursor::parse).transpose()?;
        let found = oauth_clients::page(&self.database, after, i64::from(limit) + 1).await?;
        let more = found.len() > limit as usize;
        let clients: Vec<Shown> = found.iter().take(limit as usize).map(Client::shown).collect();
        let next = clients.last().filter(|_| more).map(|last| audit_cursor::after(last.id));
        Ok(ClientPage { clients, next })
    }

    pub(crate) async fn client(&self, id: Uuid) -> Result<Client, ClientError> {
        oauth_clients::find_by_id(&self.database, id).await?.ok_or(ClientError::Unknown)
    }

    /// Registers a client; its secret is in the answer and nowhere else.
    pub(crate) async fn create_client(
        &self,
        new: CreateClient,
        by: Registrar<'_>,
        now: OffsetDateTime,
    ) -> Result<ClientWithSecret, ClientError> {
        check("/client", new.kind, &new.client, by)?;
        let secret = (new.kind == ClientKind::Confidential)
            .then(|| ClientSecret::from_random(rand::random()));
        let client = Client {
            id: Uuid::now_v7(),
            client_id: format!("{CLIENT_ID_PREFIX}{:024x}", rand::random::<u128>() >> 32),
            kind: new.kind,
            secret_hash: secret.as_ref().map(ClientSecret::hash),
            secret_hint: secret.as_ref().map(|secret| secret.hint().to_owned()),
            spec: new.client,
            first_party: false,
            revision: 1,
            created_at: now,
        };
        let mut transaction = self.database.begin().await?;
        oauth_clients::insert(&mut transaction, &client, by.user).await?;
        let entry = by.entry("oauth_client.create", client.id, now).with(facts(&client));
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        Ok(with_secret(&client, secret.as_ref()))
    }

    /// Changes a client that is at this revision. One that is switched off loses its tokens.
    pub(crate) async fn edit_client(
        &self,
        id: Uuid,
        revision: i64,
        spec: ClientSpec,
        by: Registrar<'_>,
        now: OffsetDateTime,
    ) -> Result<Client, ClientError> {
        let known = self.editable(id).await?;
        check("", known.kind, &spec, by)?;
        let mut transaction = self.database.begin().await?;
        let updated = oauth_clients::update(&mut transaction, id, revision, &spec, now).await?;
        let client = updated.ok_or(ClientError::Changed)?;
        let mut ended = Vec::new();
        if client.spec.disabled {
            ended = oauth_grants::open_of_client(&mut transaction, id).await?;
            self.note_revoked(&mut transaction, &ended, now).await?;
        }
        let entry = by.entry("oauth_client.update", id, now).with(facts(&client));
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.directory.forget(&client.client_id);
        self.announce(&ended, now).await;
        Ok(client)
    }

    /// Gives a confidential client another secret; the old one is no good from now on.
    pub(crate) async fn rotate_client_secret(
        &self,
        id: Uuid,
        by: Registrar<'_>,
        now: OffsetDateTime,
    ) -> Result<ClientWithSecret, ClientError> {
        let known = self.editable(id).await?;
        if known.kind == ClientKind::Public {
            return Err(ClientError::NoSecret);
        }
        let secret = ClientSecret::from_random(rand::random());
        let mut transaction = self.database.begin().await?;
        let client = oauth_clients::set_secret(&mut transaction, id, &secret).await?;
        let client = client.ok_or(ClientError::Unknown)?;
        let entry = by.entry("oauth_client.rotate_secret", id, now);
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.directory.forget(&client.client_id);
        Ok(with_secret(&client, Some(&secret)))
    }

    /// Removes a client with everything that people gave it.
    pub(crate) async fn delete_client(
        &self,
        id: Uuid,
        by: Registrar<'_>,
        now: OffsetDateTime,
    ) -> Result<(), ClientError> {
        self.editable(id).await?;
        let mut transaction = self.database.begin().await?;
        let ended = oauth_grants::open_of_client(&mut transaction, id).await?;
        self.note_revoked(&mut transaction, &ended, now).await?;
        let client_id = oauth_clients::delete(&mut transaction, id).await?;
        let client_id = client_id.ok_or(ClientError::Unknown)?;
        let entry =
            by.entry("oauth_client.delete", id, now).with(json!({ "client_id": client_id }));
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.directory.forget(&client_id);
        self.announce(&ended, now).await;
        Ok(())
    }

    async fn editable(&self, id: Uuid) -> Result<Client, ClientError> {
        let client = self.client(id).await?;
        if client.first_party { Err(ClientError::BuiltIn) } else { Ok(client) }
    }
}

impl Registrar<'_> {
    fn entry(&self, action: &'static str, client: Uuid, now: OffsetDateTime) -> Entry {
        Entry::success(action, Some(self.user), now).on("oauth_client", client).by(self.caller)
    }
}

fn check(
    at: &'static str,
    kind: ClientKind,
    spec: &ClientSpec,
    by: Registrar<'_>,
) -> Result<(), ClientError> {
    client::check(kind, spec, by.scopes).map_err(|refused| ClientError::Refused { at, refused })
}

fn facts(client: &Client) -> serde_json::Value {
    json!({
        "client_id": client.client_id,
        "grant_types": client.spec.grant_types,
        "redirect_uris": client.spec.redirect_uris,
        "scopes": client.spec.scopes,
        "disabled": client.spec.disabled,
    })
}

fn with_secret(client: &Client, secret: Option<&ClientSecret>) -> ClientWithSecret {
    ClientWithSecret {
        client: client.shown(),
        client_secret: secret.map(|secret| secret.expose().to_owned()),
    }
}
