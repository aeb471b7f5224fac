//! Requests that wait for a person: what pages of ours show, and what the person answers.

use api::gateway::{Decision, Interaction, InteractionClient, InteractionStage};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Oauth;
use super::authorize::{Outcome, Person, page_of, signed_in};
use crate::db::oauth_interactions::Waiting;
use crate::db::{audit, oauth_clients, oauth_interactions};
use crate::domain::audit::{Caller, Entry};
use crate::domain::oauth::client::Client;
use crate::domain::oauth::need::{Step, next_step};
use crate::domain::oauth::request::refused;
use crate::error::InteractionError;

impl Oauth {
    /// What the person is asked.
    pub(crate) async fn interaction(
        &self,
        id: Uuid,
        now: OffsetDateTime,
    ) -> Result<Interaction, InteractionError> {
        let (waiting, client) = self.waiting(id, now).await?;
        let registered = &client.spec.scopes;
        let scopes = waiting.request.scopes.iter().filter(|scope| registered.contains(scope));
        Ok(Interaction {
            id,
            stage: waiting.stage,
            reason: waiting.reason,
            scopes: scopes.cloned().collect(),
            client: shown(&client),
            login_hint: waiting.request.login_hint,
            expires_at: waiting.expires_at,
        })
    }

    /// Takes the person's answer; says where the browser goes.
    pub(crate) async fn answer_interaction(
        &self,
        id: Uuid,
        decision: Decision,
        person: Option<&Person>,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<Outcome, InteractionError> {
        let (waiting, client) = self.waiting(id, now).await?;
        if decision == Decision::Deny {
            return self.deny(&waiting, &client, person, caller, now).await;
        }
        let person = person.ok_or(InteractionError::NeedsSignIn)?;
        let request = &waiting.request;
        let progress = self.progress(&client, request, Some(person), Some(&waiting)).await?;
        match next_step(request, Some(signed_in(person)), progress, now) {
            Step::Ask(InteractionStage::SignIn, _) => Err(InteractionError::NeedsSignIn),
            Step::Ask(stage, reason) => {
                oauth_interactions::advance(&self.database, id, stage, reason).await?;
                Ok(Outcome::Page(page_of(stage, id)))
            }
            Step::Refuse(refused) => Ok(Outcome::Answer(self.refusal(&request.back, &refused))),
            Step::Issue => self
                .grant_code(&client, request, person, Some(&waiting), caller, now)
                .await?
                .map(Outcome::Answer)
                .ok_or(InteractionError::Unknown),
        }
    }

    async fn deny(
        &self,
        waiting: &Waiting,
        client: &Client,
        person: Option<&Person>,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<Outcome, InteractionError> {
        let mut transaction = self.database.begin().await?;
        if !oauth_interactions::take(&mut transaction, waiting.id).await? {
            return Err(InteractionError::Unknown);
        }
        let mut entry = Entry::failure("oauth.authorize", "denied-by-user", now)
            .on("oauth_client", client.id)
            .by(caller);
        entry.actor = person.map(|person| person.user.id);
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        let refused = refused("access_denied", "the person said no");
        Ok(Outcome::Answer(self.refusal(&waiting.request.back, &refused)))
    }

    async fn waiting(
        &self,
        id: Uuid,
        now: OffsetDateTime,
    ) -> Result<(Waiting, Client), InteractionError> {
        let found = oauth_interactions::find(&self.database, id, now).await?;
        let waiting = found.ok_or(InteractionError::Unknown)?;
        let client = oauth_clients::find_by_id(&self.database, waiting.client).await?;
        let client = client.filter(|client| !client.spec.disabled);
        Ok((waiting, client.ok_or(InteractionError::Unknown)?))
    }
}

/// A client as people are shown it.
pub(super) fn shown(client: &Client) -> InteractionClient {
    InteractionClient {
        client_id: client.client_id.clone(),
        name: client.spec.name.clone(),
        first_party: client.first_party,
    }
}
