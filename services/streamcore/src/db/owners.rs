//! Rows of `streamcore.owners`.

use sqlx::PgExecutor;

use crate::domain::stream::Owner;

/// Takes note that an account had this plan then, unless something newer is known.
pub async fn heard(db: impl PgExecutor<'_>, owner: &Owner) -> Result<(), sqlx::Error> {
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
