//! The authorization endpoint: a code at once, a page for the person, or an error for the client.

use std::collections::BTreeMap;

use api::gateway::{IdTokenClaims, InteractionStage, User};
use serde_json::json;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{CODE_LIFETIME, Oauth};
use crate::db::oauth_grants::{NewCode, NewGrant};
use crate::db::oauth_interactions::Waiting;
use crate::db::{audit, oauth_consents, oauth_grants, oauth_interactions};
use crate::domain::audit::{Caller, Entry};
use crate::domain::oauth::client::Client;
use crate::domain::oauth::handle::{Handle, HandleKind};
use crate::domain::oauth::need::{Progress, SignedIn, Step, next_step};
use crate::domain::oauth::params::Params;
use crate::domain::oauth::redirect_uri;
use crate::domain::oauth::request::{
    AuthorizationRequest, RequestRefused, ResponseMode, ReturnAddress, refused,
};
use crate::domain::oauth::scopes;
use crate::error::AuthorizeError;

/// How long a person may take to sign in and agree.
const INTERACTION_LIFETIME: Duration = Duration::minutes(10);

/// Whoever is signed in at the browser, and how.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) session: Uuid,
    pub(crate) user: User,
    pub(crate) auth_time: OffsetDateTime,
    pub(crate) amr: Vec<String>,
    pub(crate) acr: String,
}

/// Where the browser goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// To a page of ours.
    Page(String),
    /// Back to the client.
    Answer(Answer),
}

/// The client's answer, on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// In the URL that the browser goes to.
    Redirect(String),
    /// In a form that the browser posts.
    Form {
        /// Where to.
        action: String,
        fields: BTreeMap<String, String>,
    },
}

impl Oauth {
    /// Answers a request to the authorization endpoint.
    pub(crate) async fn authorize(
        &self,
        params: &Params,
        person: Option<&Person>,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<Outcome, AuthorizeError> {
        let client_id = params.get("client_id").ok_or(AuthorizeError::NoClient)?;
        let client = self.directory.find(client_id).await?.ok_or(AuthorizeError::NoClient)?;
        let redirect = params.get("redirect_uri").ok_or(AuthorizeError::BadRedirect)?;
        if !redirect_uri::is_registered(redirect, &client.spec.redirect_uris) {
            return Err(AuthorizeError::BadRedirect);
        }
        let back = ReturnAddress::new(redirect, params);
        let request = self
            .expected_user(params, &client)
            .and_then(|user| AuthorizationRequest::parse(back.clone(), params, &client, user));
        let request = match request {
            Ok(request) => request,
            Err(refused) => return Ok(Outcome::Answer(self.refusal(&back, &refused))),
        };
        let progress = self.progress(&client, &request, person, None).await?;
        match next_step(&request, person.map(signed_in), progress, now) {
            Step::Refuse(refused) => Ok(Outcome::Answer(self.refusal(&request.back, &refused))),
            Step::Ask(stage, reason) => {
                let waiting = Waiting {
                    id: Uuid::new_v4(),
                    client: client.id,
                    request,
                    stage,
                    reason,
                    created_at: now,
                    expires_at: now + INTERACTION_LIFETIME,
                };
                oauth_interactions::insert(&self.database, &waiting).await?;
                Ok(Outcome::Page(page_of(stage, waiting.id)))
            }
            Step::Issue => {
                let person = person.ok_or(AuthorizeError::NoClient)?;
                let answer = self.grant_code(&client, &request, person, None, caller, now).await?;
                answer.map(Outcome::Answer).ok_or(AuthorizeError::NoClient)
            }
        }
    }

    /// What is known of the person's consent, and how far an interaction has come.
    pub(super) async fn progress(
        &self,
        client: &Client,
        request: &AuthorizationRequest,
        person: Option<&Person>,
        waiting: Option<&Waiting>,
    ) -> Result<Progress, sqlx::Error> {
        let consent_known = match person {
            _ if client.first_party => true,
            None => false,
            Some(person) => {
                let scopes = granted(client, request, person);
                oauth_consents::covers(&self.database, person.user.id, client.id, &scopes).await?
            }
        };
        Ok(Progress {
            began_at: waiting.map(|waiting| waiting.created_at),
            consent_given: waiting
                .is_some_and(|waiting| waiting.stage == InteractionStage::Consent),
            consent_known,
        })
    }

    /// Writes the grant and makes its code; `None` when the interaction that led here is over.
    pub(super) async fn grant_code(
        &self,
        client: &Client,
        request: &AuthorizationRequest,
        person: &Person,
        waiting: Option<&Waiting>,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<Option<Answer>, sqlx::Error> {
        let scopes = granted(client, request, person);
        let grant = NewGrant {
            id: Uuid::now_v7(),
            client: client.id,
            user: person.user.id,
            session: Some(person.session),
            offline: scopes.iter().any(|scope| scope == scopes::OFFLINE_ACCESS),
            scopes,
            nonce: request.nonce.clone(),
            auth_time: person.auth_time,
            amr: person.amr.clone(),
            acr: person.acr.clone(),
            code: Some(NewCode {
                redirect_uri: request.back.redirect_uri.clone(),
                challenge: request.code_challenge,
                expires_at: now + CODE_LIFETIME,
            }),
        };
        let mut transaction = self.database.begin().await?;
        if let Some(waiting) = waiting {
            if !oauth_interactions::take(&mut transaction, waiting.id).await? {
                return Ok(None);
            }
            if waiting.stage == InteractionStage::Consent && !client.first_party {
                let (user, client) = (person.user.id, client.id);
                oauth_consents::add(&mut transaction, user, client, &grant.scopes, now).await?;
            }
        }
        oauth_grants::insert(&mut transaction, &grant, &self.lifetimes, now).await?;
        // Our own apps ask at every page load: signing in was the event, and is noted as one.
        if !client.first_party {
            let entry = Entry::success("oauth.authorize", Some(person.user.id), now)
                .on("oauth_client", client.id)
                .by(caller)
                .with(json!({ "grant": grant.id, "scopes": grant.scopes }));
            audit::insert(&mut transaction, &entry).await?;
        }
        transaction.commit().await?;
        let code = self.handles.write(HandleKind::Code, Handle { id: grant.id, generation: 0 });
        Ok(Some(self.answer(&request.back, &[("code", &code)])))
    }

    /// An error for the client.
    pub(super) fn refusal(&self, back: &ReturnAddress, refused: &RequestRefused) -> Answer {
        let text = &refused.description;
        self.answer(back, &[("error", refused.error), ("error_description", text)])
    }

    /// Every answer says who gives it (RFC 9207), so that a client that knows several servers is
    /// not tricked into bringing a code to the wrong one.
    fn answer(&self, back: &ReturnAddress, params: &[(&str, &str)]) -> Answer {
        let mut params = params.to_vec();
        if let Some(state) = &back.state {
            params.push(("state", state));
        }
        params.push(("iss", &self.issuer));
        match back.mode {
            ResponseMode::Query => {
                Answer::Redirect(redirect_uri::with_params(&back.redirect_uri, &params))
            }
            ResponseMode::FormPost => Answer::Form {
                action: back.redirect_uri.clone(),
                fields: params
                    .iter()
                    .map(|(name, value)| ((*name).into(), (*value).into()))
                    .collect(),
            },
        }
    }

    fn expected_user(
        &self,
        params: &Params,
        client: &Client,
    ) -> Result<Option<Uuid>, RequestRefused> {
        let Some(hint) = params.get("id_token_hint") else { return Ok(None) };
        let claims: Option<IdTokenClaims> = self.signing.read_id_token(hint);
        claims
            .filter(|claims| claims.iss == self.issuer && claims.aud == client.client_id)
            .map(|claims| Some(claims.sub))
            .ok_or_else(|| {
                refused("invalid_request", "`id_token_hint` is not an id token of this client")
            })
    }
}

/// The page where a person does what is asked for.
pub(super) fn page_of(stage: InteractionStage, interaction: Uuid) -> String {
    let page = match stage {
        InteractionStage::SignIn | InteractionStage::Account => "sign-in",
        InteractionStage::Consent => "consent",
    };
    format!("/{page}?interaction={interaction}")
}

pub(super) fn signed_in(person: &Person) -> SignedIn<'_> {
    SignedIn { user: person.user.id, auth_time: person.auth_time, acr: &person.acr }
}

fn granted(client: &Client, request: &AuthorizationRequest, person: &Person) -> Vec<String> {
    scopes::for_person(&request.scopes, &client.spec.scopes, person.user.role)
}
