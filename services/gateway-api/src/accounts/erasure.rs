//! Erasing accounts whose hold is over, and telling the other services, which may keep something of
//! them too.

use std::time::Duration;

use api::events::{ERASURES, PersonErased};
use chassis::problem::chain;
use sqlx::{Postgres, Transaction};
use store::{Database, Redis};
use time::OffsetDateTime;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::db::{audit, erasure};
use crate::domain::audit::Entry;
use crate::domain::deletion::HOLD;

/// How often it is looked for accounts to erase.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// Erases accounts as their hold ends, until told to stop.
pub(crate) async fn keep_erasing(database: Database, redis: Redis, stop: CancellationToken) {
    let mut tick = interval(LOOK_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = stop.cancelled() => return,
        }
        let now = OffsetDateTime::now_utc();
        match erase_due(&database, now).await {
            Ok(0) => {}
            Ok(erased) => tracing::info!(erased, "accounts were erased"),
            Err(error) => tracing::warn!(error = chain(&error), "accounts could not be erased"),
        }
        if let Err(error) = tell(&database, &redis, now).await {
            tracing::warn!(error = chain(&error), "erased accounts could not be told");
        }
    }
}

/// Erases every account whose hold is over; says how many. What they did stays in the audit log
/// under their id. One that cannot be erased does not keep the others: it is tried again next time.
async fn erase_due(database: &Database, now: OffsetDateTime) -> Result<usize, sqlx::Error> {
    let (mut erased, mut failed) = (0, Vec::new());
    loop {
        let mut transaction = database.begin().await?;
        let due = erasure::next_due(&mut transaction, now - HOLD, &failed).await?;
        let Some(user) = due else { return Ok(erased) };
        match erase(transaction, user, now).await {
            Ok(()) => erased += 1,
            Err(error) => {
                tracing::warn!(%user, error = chain(&error), "an account could not be erased");
                failed.push(user);
            }
        }
    }
}

async fn erase(
    mut transaction: Transaction<'_, Postgres>,
    user: Uuid,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    for organisation in erasure::remove_lonely_organisations(&mut transaction, user).await? {
        let entry = Entry::success("organisation.delete", None, now);
        audit::insert(&mut transaction, &entry.on("organisation", organisation)).await?;
    }
    for (organisation, heir) in erasure::hand_organisations_over(&mut transaction, user).await? {
        let entry = Entry::success("organisation.set_role", None, now)
            .on("organisation", organisation)
            .with(serde_json::json!({ "user": heir, "to": "owner" }));
        audit::insert(&mut transaction, &entry).await?;
    }
    erasure::erase(&mut transaction, user, now).await?;
    let entry = Entry::success("user.erase", None, now).on("user", user);
    audit::insert(&mut transaction, &entry).await?;
    transaction.commit().await
}

/// Tells the other services what they have not been told. While Redis is away it waits.
async fn tell(database: &Database, redis: &Redis, now: OffsetDateTime) -> Result<(), sqlx::Error> {
    for (person, erased_at) in erasure::untold(database).await? {
        let event = PersonErased { person, erased_at };
        if let Err(error) = store::events::publish(redis, ERASURES, &event).await {
            tracing::warn!(%person, %error, "an erased account could not be told yet");
            return Ok(());
        }
        erasure::mark_told(database, person, now).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use api::events::{ERASURES, PersonErased};
    use store::Database;
    use store::testing::{TestDatabase, test_redis};
    use time::{Duration, OffsetDateTime};
    use tokio::sync::mpsc;
    use uuid::Uuid;

    use super::{erase_due, tell};
    use crate::MIGRATIONS;
    use crate::domain::deletion::HOLD;

    async fn run(database: &Database, sql: &'static str, user: Uuid) {
        sqlx::query(sql).bind(user).execute(database).await.unwrap();
    }

    async fn count(database: &Database, sql: &'static str, user: Uuid) -> i64 {
        sqlx::query_scalar(sql).bind(user).fetch_one(database).await.unwrap()
    }

    async fn add(database: &Database, email: &str, leaves_at: Option<OffsetDateTime>) -> Uuid {
        sqlx::query_scalar(
            "INSERT INTO users (id, email, display_name, role, password_hash, disabled_at,
                                deletion_requested_at)
             VALUES ($1, $2, 'Ada', 'viewer', 'x', $3, $3) RETURNING id",
        )
        .bind(Uuid::now_v7())
        .bind(email)
        .bind(leaves_at)
        .fetch_one(database)
        .await
        .unwrap()
    }

    #[tokio::test]
    async fn an_account_goes_when_its_hold_is_over_and_not_before() {
        let database = TestDatabase::new(&[MIGRATIONS]).await.unwrap();
        let pool = database.pool();
        let asked_at = OffsetDateTime::now_utc();
        let leaves = add(&pool, "ada@example.org", Some(asked_at)).await;
        let stays = add(&pool, "grace@example.org", None).await;
        assert_eq!(erase_due(&pool, asked_at + HOLD - Duration::SECOND).await.unwrap(), 0);
        assert_eq!(erase_due(&pool, asked_at + HOLD).await.unwrap(), 1);
        assert_eq!(erase_due(&pool, asked_at + HOLD).await.unwrap(), 0);
        let sql = "SELECT count(*) FROM users WHERE id = $1";
        assert_eq!((count(&pool, sql, leaves).await, count(&pool, sql, stays).await), (0, 1));
        let audited = "SELECT count(*) FROM audit_log
                       WHERE action = 'user.erase' AND subject = 'user:' || $1::text";
        assert_eq!(count(&pool, audited, leaves).await, 1);
    }

    #[tokio::test]
    async fn an_account_that_cannot_be_erased_does_not_keep_the_others() {
        let database = TestDatabase::new(&[MIGRATIONS]).await.unwrap();
        let pool = database.pool();
        let asked_at = OffsetDateTime::now_utc();
        let stuck = add(&pool, "ada@example.org", Some(asked_at)).await;
        let later = asked_at + Duration::SECOND;
        let goes = add(&pool, "grace@example.org", Some(later)).await;
        sqlx::raw_sql(
            "CREATE TABLE holds (user_id uuid REFERENCES users);
             INSERT INTO holds SELECT id FROM users WHERE email = 'ada@example.org'",
        )
        .execute(&pool)
        .await
        .unwrap();
        assert_eq!(erase_due(&pool, later + HOLD).await.unwrap(), 1);
        let sql = "SELECT count(*) FROM users WHERE id = $1";
        assert_eq!((count(&pool, sql, stuck).await, count(&pool, sql, goes).await), (1, 0));
        run(&pool, "DELETE FROM holds WHERE user_id = $1", stuck).await;
        assert_eq!(erase_due(&pool, later + HOLD).await.unwrap(), 1, "it is tried again");
    }

    /// The address is planted in every place that can hold one.
    #[tokio::test]
    async fn nothing_that_names_the_person_is_left() {
        let database = TestDatabase::new(&[MIGRATIONS]).await.unwrap();
        let pool = database.pool();
        let asked_at = OffsetDateTime::now_utc();
        let user = add(&pool, "canary@example.org", Some(asked_at)).await;
        for sql in [
            "INSERT INTO mail_links (id, purpose, email, user_id, created_at, expires_at)
             VALUES ($1, 'undo-email-change', 'canary-old@example.org', $1, now(), now())",
            "INSERT INTO mail_links (id, purpose, email, created_at, expires_at)
             SELECT gen_random_uuid(), 'recovery', email, now(), now() FROM users WHERE id = $1",
            "INSERT INTO mail_outbox (id, recipient, message, created_at, next_attempt_at)
             SELECT gen_random_uuid(), email, '{}', now(), now() FROM users WHERE id = $1",
            "INSERT INTO mail_outbox (id, recipient, message, created_at, next_attempt_at)
             VALUES (gen_random_uuid(), 'canary-old@example.org',
                     jsonb_build_object('link', $1::text), now(), now())",
            "INSERT INTO mail_outbox (id, recipient, message, created_at, next_attempt_at)
             VALUES (gen_random_uuid(), 'canary-new@example.org',
                     jsonb_build_object('user', $1::text), now(), now())",
            "INSERT INTO sessions (id, user_id, created_at, refreshed_at, expires_at, ends_at,
                                   tokens_expire_at, seen_at, auth_time, amr, acr, user_agent)
             VALUES ($1, $1, now(), now(), now(), now(), now(), now(), now(), '{}', 'urn:nexus:aal1',
                     'canary')",
            "INSERT INTO api_keys (id, user_id, name, prefix, key_hash, scopes)
             VALUES ($1, $1, 'canary', 'x', decode(repeat('00', 32), 'hex'), '{}')",
        ] {
            run(&pool, sql, user).await;
        }
        erase_due(&pool, asked_at + HOLD).await.unwrap();
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT table_name::text FROM information_schema.tables
             WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
        )
        .fetch_all(&pool)
        .await
        .unwrap();
        assert!(tables.len() > 20, "{tables:?}");
        for table in tables {
            let sql = format!("SELECT count(*) FROM \"{table}\" t WHERE t::text LIKE '%canary%'");
            let left: i64 =
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&pool).await.unwrap();
            assert_eq!(left, 0, "{table}");
        }
    }

    #[tokio::test]
    async fn organisations_are_handed_over_or_go_too() {
        let database = TestDatabase::new(&[MIGRATIONS]).await.unwrap();
        let pool = database.pool();
        let asked_at = OffsetDateTime::now_utc();
        let owner = add(&pool, "owner@example.org", Some(asked_at)).await;
        let gone = add(&pool, "gone@example.org", Some(asked_at + Duration::DAY)).await;
        let member = add(&pool, "member@example.org", None).await;
        let admin = add(&pool, "admin@example.org", None).await;
        for sql in [
            "INSERT INTO organisations (id, name, created_at) VALUES ($1, 'Alone', now())",
            "INSERT INTO organisation_members VALUES ($1, $1, 'owner', now())",
        ] {
            run(&pool, sql, owner).await;
        }
        let shared: Uuid = sqlx::query_scalar(
            "INSERT INTO organisations (id, name, created_at)
             VALUES (gen_random_uuid(), 'Shared', now()) RETURNING id",
        )
        .fetch_one(&pool)
        .await
        .unwrap();
        for (who, role, joined) in
            [(owner, "owner", 0), (gone, "admin", 1), (member, "member", 2), (admin, "admin", 3)]
        {
            sqlx::query("INSERT INTO organisation_members VALUES ($1, $2, $3, $4)")
                .bind(shared)
                .bind(who)
                .bind(role)
                .bind(asked_at + Duration::days(joined))
                .execute(&pool)
                .await
                .unwrap();
        }
        erase_due(&pool, asked_at + HOLD).await.unwrap();
        let owners: Vec<(Uuid, Uuid)> = sqlx::query_as(
            "SELECT organisation_id, user_id FROM organisation_members WHERE role = 'owner'",
        )
        .fetch_all(&pool)
        .await
        .unwrap();
        assert_eq!(owners, [(shared, admin)], "whoever leaves too does not inherit");
        let left: i64 = sqlx::query_scalar("SELECT count(*) FROM organisations")
            .fetch_one(&pool)
            .await
            .unwrap();
        assert_eq!(left, 1);
    }

    #[tokio::test]
    async fn the_other_services_are_told_once() {
        let database = TestDatabase::new(&[MIGRATIONS]).await.unwrap();
        let (pool, redis) = (database.pool(), test_redis().await.unwrap());
        let asked_at = OffsetDateTime::now_utc();
        let user = add(&pool, "ada@example.org", Some(asked_at)).await;
        erase_due(&pool, asked_at + HOLD).await.unwrap();
        for _ in 0..2 {
            tell(&pool, &redis, OffsetDateTime::now_utc()).await.unwrap();
        }
        let (told, mut heard) = mpsc::channel(8);
        let following = tokio::spawn(async move {
            let replay = std::time::Duration::from_mins(1);
            let hear = move |event: PersonErased| told.try_send(event.person).unwrap();
            store::events::follow(&redis, ERASURES, replay, hear).await;
        });
        let wait = std::time::Duration::from_secs(2);
        let first = tokio::time::timeout(wait, heard.recv()).await.unwrap();
        assert_eq!(first, Some(user));
        let again = tokio::time::timeout(wait / 4, heard.recv()).await;
        assert!(again.is_err(), "told twice: {again:?}");
        following.abort();
    }
}
