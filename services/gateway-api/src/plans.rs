//! Giving accounts plans. Who pays for which is not decided here.

use api::events::{PLANS, PlanChanged};
use api::plan::PlanCode;
use serde_json::json;
use store::{Database, Redis};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::db::{audit, plans};
use crate::domain::audit::{Caller, Entry};
use crate::error::PlanError;

/// Gives an account a plan. Access tokens name it when they are renewed. `by` is who did it, and
/// nobody on the command line.
pub(crate) async fn set(
    database: &Database,
    redis: &Redis,
    user: Uuid,
    plan: PlanCode,
    by: Option<(Uuid, &Caller)>,
    now: OffsetDateTime,
) -> Result<(), PlanError> {
    let mut transaction = database.begin().await?;
    let before = plans::lock(&mut transaction, user).await?.ok_or(PlanError::NoPerson)?;
    plans::set(&mut transaction, user, plan).await?;
    let mut entry = Entry::success("plan.set", by.map(|(actor, _)| actor), now)
        .on("user", user)
        .with(json!({ "from": before, "to": plan }));
    if let Some((_, caller)) = by {
        entry = entry.by(caller);
    }
    audit::insert(&mut transaction, &entry).await?;
    transaction.commit().await?;
    tell(redis, PlanChanged { user, plan, changed_at: now }).await;
    Ok(())
}

/// Tells services that keep the plan of an owner. One that misses it learns of the plan when the
/// owner next does something there.
async fn tell(redis: &Redis, event: PlanChanged) {
    if let Err(error) = store::events::publish(redis, PLANS, &event).await {
        let user = event.user;
        tracing::warn!(%user, %error, "a changed plan could not be told to the other services");
    }
}
