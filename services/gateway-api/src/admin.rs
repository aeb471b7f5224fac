//! What the operator of the platform does on the command line, straight on the database.

mod signing_keys;

use std::time::Duration;

use api::gateway::UserRole;
use api::plan::PlanCode;
use chassis::Secret;
use store::{Database, Redis};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::accounts::{Invite, invitations};
use crate::db;
use crate::db::{audit, sessions, users};
use crate::domain::account::Email;
use crate::domain::audit::Entry;
use crate::domain::password;
use crate::error::{AccountError, PlanError};
use crate::password_hasher::PasswordHasher;
use crate::plans;

pub use crate::domain::password::PasswordRefused;
pub use crate::password_hasher::HashError;
pub use signing_keys::{
    KeyState, Rotation, SigningKeyInfo, list_signing_keys, rotate_signing_keys,
};

/// An administrator to be created.
#[derive(Debug, Clone)]
pub struct NewAdministrator {
    /// Address to sign in with.
    pub email: String,
    /// Name shown to others.
    pub display_name: String,
    /// Password; one is generated when there is none.
    pub password: Option<Secret<String>>,
    /// Whether there may be an administrator already.
    pub additional: bool,
}

/// An account after its password was set.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The account.
    pub user: Uuid,
    /// Address to sign in with.
    pub email: String,
    /// The password, when it was generated: to be shown once.
    pub generated_password: Option<Secret<String>>,
}

/// Why an account could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The address is not one.
    #[error("`{0}` is not an e-mail address")]
    Email(String),
    /// The name is empty or too long.
    #[error("a display name has 1 to 120 characters")]
    DisplayName,
    /// The password is too weak.
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// There is an administrator already.
    #[error(
        "there is an administrator already; ask for an additional one if that is what you want"
    )]
    AdministratorExists,
    /// The address has an account already.
    #[error("`{0}` has an account already; reset its password instead")]
    AccountExists(String),
    /// The address has no account.
    #[error("`{0}` has no account")]
    NoAccount(String),
    /// The invitation could not be sent.
    #[error("the invitation could not be sent: {0}")]
    Invitation(String),
    /// The password could not be hashed.
    #[error("the password could not be hashed")]
    Hash(#[from] HashError),
    /// The threads that hash could not be started.
    #[error("the thread that hashes the password could not be started")]
    Thread(#[from] std::io::Error),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

/// Creates the first administrator, or an additional one when asked to.
pub async fn create_administrator(
    database: &Database,
    new: NewAdministrator,
) -> Result<Credentials, AdminError> {
    let email = parse_email(&new.email)?;
    let name = new.display_name.trim();
    if !(1..=120).contains(&name.chars().count()) {
        return Err(AdminError::DisplayName);
    }
    let (hash, generated_password) = hashed(new.password, &[email.as_str(), name]).await?;
    let mut transaction = database.begin().await?;
    if users::administrator_exists(&mut transaction).await? && !new.additional {
        return Err(AdminError::AdministratorExists);
    }
    let user = users::insert(&mut transaction, &email, name, UserRole::Admin, &hash)
        .await?
        .ok_or_else(|| AdminError::AccountExists(new.email.clone()))?;
    // Who runs the platform is not limited by it.
    db::plans::set(&mut transaction, user, PlanCode::Enterprise).await?;
    let entry = Entry::success("user.create_administrator", None, OffsetDateTime::now_utc());
    audit::insert(&mut transaction, &entry.on("user", user)).await?;
    transaction.commit().await?;
    Ok(Credentials { user, email: email.as_str().to_owned(), generated_password })
}

/// Somebody to be invited to the platform.
#[derive(Debug, Clone)]
pub struct Invitee {
    /// Address that the mail is sent to.
    pub email: String,
    /// Name to begin with.
    pub display_name: String,
    /// What they will be here.
    pub role: UserRole,
}

/// Invites somebody; says the id of the invitation. The running gateway-api sends the mail.
pub async fn invite(database: &Database, new: &Invitee) -> Result<Uuid, AdminError> {
    let invite =
        Invite { email: &new.email, display_name: &new.display_name, role: new.role, by: None };
    let sent = invitations::send(database, invite, None, OffsetDateTime::now_utc()).await;
    sent.map_err(|error| match error {
        AccountError::AddressTaken => AdminError::AccountExists(new.email.clone()),
        AccountError::Email => AdminError::Email(new.email.clone()),
        AccountError::DisplayName => AdminError::DisplayName,
        AccountError::Database(source) => AdminError::Database(source),
        other => AdminError::Invitation(other.to_string()),
    })
}

/// Gives the account of an address a plan. Access tokens that name another
/// are called in by the running gateway-api.
pub async fn set_plan(
    database: &Database,
    redis: &Redis,
    email: &str,
    plan: PlanCode,
) -> Result<Uuid, AdminError> {
    let parsed = parse_email(email)?;
    let no_account = || AdminError::NoAccount(email.to_owned());
    let mut connection = database.acquire().await?;
    let user = db::plans::account_of(&mut connection, &parsed).await?.ok_or_else(no_account)?;
    drop(connection);
    match plans::set(database, redis, user, plan, None, OffsetDateTime::now_utc()).await {
        Ok(()) => Ok(user),
        Err(PlanError::NoPerson) => Err(no_account()),
        Err(PlanError::Database(source)) => Err(source.into()),
    }
}

/// Gives an account another password and ends its sessions. Other services learn of the end
/// from the running gateway-api.
pub async fn reset_password(
    database: &Database,
    email: &str,
    password: Option<Secret<String>>,
) -> Result<Credentials, AdminError> {
    let parsed = parse_email(email)?;
    let (hash, generated_password) = hashed(password, &[parsed.as_str()]).await?;
    let now = OffsetDateTime::now_utc();
    let mut transaction = database.begin().await?;
    let user = users::set_password(&mut transaction, &parsed, &hash, now)
        .await?
        .ok_or_else(|| AdminError::NoAccount(email.to_owned()))?;
    sessions::revoke_all(&mut transaction, user, "password-reset", now).await?;
    let entry = Entry::success("user.reset_password", None, now).on("user", user);
    audit::insert(&mut transaction, &entry).await?;
    transaction.commit().await?;
    Ok(Credentials { user, email: parsed.as_str().to_owned(), generated_password })
}

fn parse_email(email: &str) -> Result<Email, AdminError> {
    Email::parse(email).ok_or_else(|| AdminError::Email(email.to_owned()))
}

/// The hash of the given password, or of a generated one that is returned too.
async fn hashed(
    given: Option<Secret<String>>,
    own: &[&str],
) -> Result<(String, Option<Secret<String>>), AdminError> {
    let generate = given.is_none();
    let password = given.unwrap_or_else(|| password::generated(rand::random()));
    let generated = generate.then(|| password.clone());
    password::check_new(password.expose(), own)?;
    // The least work: the first sign-in makes it what the platform is set to.
    let hasher = PasswordHasher::start(1, 1, Duration::ZERO)?;
    Ok((hasher.hash(password.expose()).await?, generated))
}
