//! Proving again who one is, before something that a found device must not do.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::Sessions;
use crate::db::sessions::OpenSession;
use crate::db::{audit, factors, oauth_grants, session_list, users};
use crate::domain::assurance::{AAL2, Method};
use crate::domain::audit::{Caller, Entry};
use crate::domain::password;
use crate::error::{FactorError, SessionError};

impl Sessions {
    /// Refuses unless the session's user has lately proven who they are, with two factors when
    /// they have two.
    pub(crate) fn require_fresh(
        &self,
        open: &OpenSession,
        now: OffsetDateTime,
    ) -> Result<(), SessionError> {
        let two_factors = open.assurance.is_two_factor();
        self.require_proof(now - open.auth_time, two_factors, open.second_factor)
    }

    /// The same of what a person agreed to, and who they proved to be then.
    pub(crate) async fn require_fresh_grant(
        &self,
        grant: Uuid,
        now: OffsetDateTime,
    ) -> Result<(), SessionError> {
        let grant = oauth_grants::find_live(&self.database, grant, now).await?;
        let grant = grant.ok_or(SessionError::Ended)?;
        let mut connection = self.database.acquire().await?;
        let needed = factors::enrolled(&mut connection, grant.user).await?.second_factor();
        self.require_proof(now - grant.auth_time, grant.acr == AAL2, needed)
    }

    fn require_proof(
        &self,
        age: Duration,
        two_factors: bool,
        needed: bool,
    ) -> Result<(), SessionError> {
        let max_age = self.lifetimes.step_up;
        if age <= max_age && (two_factors || !needed) {
            return Ok(());
        }
        Err(SessionError::StepUp { max_age, two_factors: needed })
    }

    /// Takes the password again, from who has no second factor.
    pub(crate) async fn step_up_with_password(
        &self,
        session: Uuid,
        open: &OpenSession,
        password: &str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), SessionError> {
        if open.second_factor {
            return Err(FactorError::Needed.into());
        }
        self.check_password(session, open.user.id, password, caller, now).await?;
        self.prove(session, open, &[Method::Password], caller, now).await
    }

    /// Takes a code of the authenticator app, or a recovery code.
    pub(crate) async fn step_up_with_code(
        &self,
        session: Uuid,
        open: &OpenSession,
        code: &str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), SessionError> {
        let user = open.user.id;
        self.limit_proofs(session, user, caller, now).await?;
        let mut connection = self.database.acquire().await?;
        if !self.factors.spend(&mut connection, user, code, now).await? {
            note_failure(&mut connection, session, user, "wrong-second-factor", caller, now)
                .await?;
            return Err(FactorError::Refused.into());
        }
        drop(connection);
        self.prove(session, open, &[Method::Code], caller, now).await
    }

    /// Checks the password of somebody who is signed in; gives the hash it was checked against.
    pub(super) async fn check_password(
        &self,
        session: Uuid,
        user: Uuid,
        password: &str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<String, SessionError> {
        if password.len() > password::MAX_BYTES {
            return Err(SessionError::WrongPassword);
        }
        self.limit_proofs(session, user, caller, now).await?;
        let account = users::find(&self.database, user).await?.ok_or(SessionError::Ended)?;
        if self.hasher.check(password, Some(&account.password_hash)).await? {
            return Ok(account.password_hash);
        }
        let mut connection = self.database.acquire().await?;
        note_failure(&mut connection, session, user, "wrong-password", caller, now).await?;
        Err(SessionError::WrongPassword)
    }

    /// Notes in the session what its user has just proven.
    pub(super) async fn prove(
        &self,
        session: Uuid,
        open: &OpenSession,
        methods: &[Method],
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), SessionError> {
        let assurance = open.assurance.clone().and(methods);
        let mut transaction = self.database.begin().await?;
        session_list::prove(&mut transaction, session, &assurance, now).await?;
        let entry = Entry::success("session.step_up", Some(open.user.id), now)
            .on("session", session)
            .by(caller)
            .with(serde_json::json!({ "amr": assurance.amr }));
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.throttle.answered(open.user.id).await;
        Ok(())
    }

    async fn limit_proofs(
        &self,
        session: Uuid,
        user: Uuid,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), SessionError> {
        let Err(retry_after) = self.throttle.proof(user).await else { return Ok(()) };
        let mut connection = self.database.acquire().await?;
        note_failure(&mut connection, session, user, "throttled", caller, now).await?;
        Err(SessionError::Throttled { retry_after })
    }
}

pub(super) async fn note_failure(
    connection: &mut PgConnection,
    session: Uuid,
    user: Uuid,
    reason: &str,
    caller: &Caller,
    now: OffsetDateTime,
) -> Result<(), SessionError> {
    let mut entry = Entry::failure("session.step_up", reason, now).on("session", session);
    entry.actor = Some(user);
    Ok(audit::insert(connection, &entry.by(caller)).await?)
}
