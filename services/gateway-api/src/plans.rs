//! Giving accounts plans. Who pays for which is not decided here.

use api::events::{PLANS, PlanChanged};
use api::plan::PlanCode;
use chassis::problem::chain;
use serde_json::json;
use store::{Database, Redis};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::db::{audit, call_ins, plans};
use crate::domain::audit::{Caller, Entry};
use crate::error::PlanError;

/// Gives an account a plan, and calls in the access tokens that name another. `by` is who did it,
/// and nobody on the command line.
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
    call_ins::note(&mut transaction, &[user], now).await?;
    let mut entry = Entry::success("plan.set", by.map(|(actor, _)| actor), now)
        .on("user", user)
        .with(json!({ "from": before, "to": plan }));
    if let Some((_, caller)) = by {
        entry = entry.by(caller);
    }
    audit::insert(&mut transaction, &entry).await?;
    transaction.commit().await?;
    tell(database, redis, &[user], now).await;
    Ok(())
}

/// Tells services that keep the plan of an owner which is in effect now. One that misses it learns
/// of the plan when the owner next changes something there.
pub(crate) async fn tell(
    database: &Database,
    redis: &Redis,
    people: &[Uuid],
    changed_at: OffsetDateTime,
) {
    let effective = match plans::effective(database, people).await {
        Ok(effective) => effective,
        Err(error) => {
            tracing::warn!(error = chain(&error), "changed plans could not be read");
            return;
        }
    };
    for (user, plan) in effective {
        let event = PlanChanged { user, plan, changed_at };
        if let Err(error) = store::events::publish(redis, PLANS, &event).await {
            tracing::warn!(%user, %error, "a changed plan could not be told to the other services");
            return;
        }
    }
}
