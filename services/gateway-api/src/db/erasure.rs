//! Taking a person out of every table, and table `erasures`, which names who was.

use sqlx::PgConnection;
use store::Database;
use time::OffsetDateTime;
use uuid::Uuid;

/// An account whose deletion was asked for before `then` and that is none of `except`, kept from
/// others until the transaction ends.
pub(crate) async fn next_due(
    connection: &mut PgConnection,
    then: OffsetDateTime,
    except: &[Uuid],
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT id FROM users WHERE deletion_requested_at <= $1 AND id <> ALL($2)
         ORDER BY deletion_requested_at LIMIT 1 FOR UPDATE SKIP LOCKED",
    )
    .bind(then)
    .bind(except)
    .fetch_optional(connection)
    .await
}

/// Removes the organisations that nobody else belongs to; says which. The person's organisations
/// stay as they are until the transaction ends.
pub(crate) async fn remove_lonely_organisations(
    connection: &mut PgConnection,
    user: Uuid,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query(
        "SELECT id FROM organisations WHERE id IN
             (SELECT organisation_id FROM organisation_members WHERE user_id = $1)
         ORDER BY id FOR UPDATE",
    )
    .bind(user)
    .execute(&mut *connection)
    .await?;
    sqlx::query_scalar(
        "DELETE FROM organisations o
         WHERE EXISTS (SELECT FROM organisation_members m
                       WHERE m.organisation_id = o.id AND m.user_id = $1)
           AND NOT EXISTS (SELECT FROM organisation_members m
                           WHERE m.organisation_id = o.id AND m.user_id <> $1)
         RETURNING id",
    )
    .bind(user)
    .fetch_all(connection)
    .await
}

/// Where the person is the only owner somebody else becomes one: who can sign in before who cannot,
/// admins before members, then whoever has been there longest. Says who, and of which organisation.
pub(crate) async fn hand_organisations_over(
    connection: &mut PgConnection,
    user: Uuid,
) -> Result<Vec<(Uuid, Uuid)>, sqlx::Error> {
    sqlx::query_as(
        "UPDATE organisation_members heir SET role = 'owner'
         FROM (SELECT DISTINCT ON (m.organisation_id) m.organisation_id, m.user_id
               FROM organisation_members m JOIN users u ON u.id = m.user_id
               WHERE m.user_id <> $1
                 AND EXISTS (SELECT FROM organisation_members own
                     WHERE own.organisation_id = m.organisation_id AND own.user_id = $1
                       AND own.role = 'owner')
                 AND NOT EXISTS (SELECT FROM organisation_members other
                     WHERE other.organisation_id = m.organisation_id AND other.user_id <> $1
                       AND other.role = 'owner')
               ORDER BY m.organisation_id, u.disabled_at IS NOT NULL, m.role <> 'admin', m.joined_at)
              next
         WHERE heir.organisation_id = next.organisation_id AND heir.user_id = next.user_id
         RETURNING heir.organisation_id, heir.user_id",
    )
    .bind(user)
    .fetch_all(connection)
    .await
}

/// Removes a person with everything that names them or their address, and notes that it was done.
pub(crate) async fn erase(
    connection: &mut PgConnection,
    user: Uuid,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let steps = [
        "DELETE FROM mail_outbox
         WHERE recipient = (SELECT email FROM users WHERE id = $1)
            OR message ->> 'link' IN (SELECT id::text FROM mail_links WHERE user_id = $1)
            OR message ->> 'user' = $1::text",
        "DELETE FROM mail_links WHERE email = (SELECT email FROM users WHERE id = $1)",
        "DELETE FROM users WHERE id = $1",
    ];
    for step in steps {
        sqlx::query(step).bind(user).execute(&mut *connection).await?;
    }
    sqlx::query("INSERT INTO erasures (person, erased_at) VALUES ($1, $2)")
        .bind(user)
        .bind(now)
        .execute(connection)
        .await
        .map(drop)
}

/// Erased people that nobody was told of, with when it was done, the first ones first.
pub(crate) async fn untold(
    database: &Database,
) -> Result<Vec<(Uuid, OffsetDateTime)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT person, erased_at FROM erasures WHERE published_at IS NULL
         ORDER BY erased_at LIMIT 500",
    )
    .fetch_all(database)
    .await
}

/// Notes that the other services were told.
pub(crate) async fn mark_told(
    database: &Database,
    person: Uuid,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE erasures SET published_at = $2 WHERE person = $1")
        .bind(person)
        .bind(now)
        .execute(database)
        .await
        .map(drop)
}
