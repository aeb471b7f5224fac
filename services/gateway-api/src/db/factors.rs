//! Which factors users have besides their passwords, over the tables that keep them.

use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// What a user has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub(crate) struct Enrolled {
    /// Whether there is an authenticator app.
    pub(crate) totp: bool,
    /// How many passkeys there are.
    pub(crate) passkeys: i64,
    /// Recovery codes that were not used yet.
    pub(crate) recovery_codes: i64,
}

impl Enrolled {
    /// Whether a password alone is not enough. Recovery codes stand in for a factor and are none.
    pub(crate) fn second_factor(self) -> bool {
        self.totp || self.passkeys > 0
    }
}

/// What a user has.
pub(crate) async fn enrolled(
    connection: &mut PgConnection,
    user: Uuid,
) -> Result<Enrolled, sqlx::Error> {
    sqlx::query_as(
        "SELECT EXISTS (SELECT FROM totp_secrets
                        WHERE user_id = $1 AND confirmed_at IS NOT NULL) AS totp,
                (SELECT count(*) FROM passkeys WHERE user_id = $1) AS passkeys,
                (SELECT count(*) FROM recovery_codes
                 WHERE user_id = $1 AND used_at IS NULL) AS recovery_codes",
    )
    .bind(user)
    .fetch_one(connection)
    .await
}
