//! Rows of `streamcore.owners`.

use sqlx::PgExecutor;
use uuid::Uuid;

use crate::domain::stream::Owner;

/// Takes note of an account and its plan, unless something newer is known of it.
pub async fn insert(db: impl PgExecutor<'_>, owner: &Owner) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO streamcore.owners (user_id, plan, plan_as_of) VALUES ($1, $2, $3)
         ON CONFLICT (user_id) DO UPDATE SET plan = excluded.plan, plan_as_of = excluded.plan_as_of
         WHERE owners.plan_as_of < excluded.plan_as_of",
    )
    .bind(owner.user)
    .bind(owner.plan.name())
    .bind(owner.as_of)
    .execute(db)
    .await
    .map(drop)
}

/// Takes note that an account had this plan then, if it owns streams and nothing newer is known.
pub async fn heard(db: impl PgExecutor<'_>, owner: &Owner) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE streamcore.owners SET plan = $2, plan_as_of = $3
         WHERE user_id = $1 AND plan_as_of < $3",
    )
    .bind(owner.user)
    .bind(owner.plan.name())
    .bind(owner.as_of)
    .execute(db)
    .await
    .map(drop)
}

/// Forgets whose streams these were. They stay, under the plan they had: without an owner no plan
/// would limit them.
pub async fn erase(db: impl PgExecutor<'_>, user: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE streamcore.owners SET user_id = $2 WHERE user_id = $1")
        .bind(user)
        .bind(Uuid::new_v4())
        .execute(db)
        .await
        .map(drop)
}
