//! Columns `plan` of tables `users` and `organisations`, and what they come to together.

use api::plan::PlanCode;
use sqlx::PgConnection;
use store::Database;
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

/// Gives an organisation another plan.
pub(crate) async fn set_of_organisation(
    connection: &mut PgConnection,
    organisation: Uuid,
    plan: PlanCode,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE organisations SET plan = $2, revision = revision + 1 WHERE id = $1")
        .bind(organisation)
        .bind(plan.name())
        .execute(connection)
        .await
        .map(drop)
}

/// The plan of an organisation.
pub(crate) async fn of_organisation(
    connection: &mut PgConnection,
    organisation: Uuid,
) -> Result<PlanCode, sqlx::Error> {
    let plan: String = sqlx::query_scalar("SELECT plan FROM organisations WHERE id = $1")
        .bind(organisation)
        .fetch_one(connection)
        .await?;
    Ok(plan_named(&plan))
}

/// What people have: the best plan among their own and those of their organisations.
pub(crate) async fn effective(
    database: &Database,
    people: &[Uuid],
) -> Result<Vec<(Uuid, PlanCode)>, sqlx::Error> {
    let rows: Vec<(Uuid, String)> =
        sqlx::query_as("SELECT id, effective_plan(id) FROM users WHERE id = ANY($1)")
            .bind(people)
            .fetch_all(database)
            .await?;
    Ok(rows.into_iter().map(|(person, plan)| (person, plan_named(&plan))).collect())
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
