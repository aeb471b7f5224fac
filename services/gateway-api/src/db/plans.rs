//! Column `plan` of table `users`.

use api::plan::PlanCode;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::account::{Email, plan_named};

/// The plan of an account, locked until the transaction ends; `None` when there is no such account.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    user: Uuid,
) -> Result<Option<PlanCode>, sqlx::Error> {
    let plan: Option<String> =
        sqlx::query_scalar("SELECT plan FROM users WHERE id = $1 FOR UPDATE")
            .bind(user)
            .fetch_optional(connection)
            .await?;
    Ok(plan.map(|plan| plan_named(&plan)))
}

/// Gives an account another plan.
pub(crate) async fn set(
    connection: &mut PgConnection,
    user: Uuid,
    plan: PlanCode,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE users SET plan = $2 WHERE id = $1")
        .bind(user)
        .bind(plan.name())
        .execute(connection)
        .await
        .map(drop)
}

/// The account of an address.
pub(crate) async fn account_of(
    connection: &mut PgConnection,
    email: &Email,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar("SELECT id FROM users WHERE email = $1")
        .bind(email.as_str())
        .fetch_optional(connection)
        .await
}
