//! Tables `audit_pending`, `audit_leaves`, `audit_subtrees` and `audit_checkpoints`.

use std::collections::BTreeMap;

use sqlx::{FromRow, PgConnection};
use store::Database;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::audit_leaf::Recorded;
use crate::domain::merkle::{Hash, Run};

/// Number of the lock that one writer of the tree holds at a time.
const LOCK: i64 = 0x6175_6469_7400;

/// The columns that the leaf of an entry is made of: all there are. `abbrev` shows the network
/// mask of an address unless it is the whole address.
const RECORDED: &str = "l.id, l.at, l.actor, l.action, l.outcome, l.subject, \
                        abbrev(l.address) AS address, l.request_id, l.details";

#[derive(FromRow)]
struct RecordedRow {
    id: Uuid,
    at: OffsetDateTime,
    actor: Option<Uuid>,
    action: String,
    outcome: String,
    subject: Option<String>,
    address: Option<String>,
    request_id: Option<String>,
    details: serde_json::Value,
}

/// A place in the tree with the entry at it.
#[derive(Debug)]
pub(crate) struct Leaf {
    pub(crate) seq: u64,
    pub(crate) entry: Uuid,
    pub(crate) hash: Hash,
    /// `None` when the entry is gone.
    pub(crate) recorded: Option<Recorded>,
}

/// A signed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredCheckpoint {
    pub(crate) size: u64,
    pub(crate) root: Vec<u8>,
    pub(crate) note: String,
}

/// Makes the transaction, which has just begun, see one state of the log for as long as it takes.
pub(crate) async fn hold_still(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
         SET LOCAL statement_timeout = 0",
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Waits for the writer of the tree, if there is one, until the transaction ends.
pub(crate) async fn lock(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(connection).await.map(drop)
}

/// Becomes the writer of the tree until the transaction ends; `false` when somebody else is.
pub(crate) async fn try_lock(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT pg_try_advisory_xact_lock($1)")
        .bind(LOCK)
        .fetch_one(connection)
        .await
}

/// Whether entries wait for their place.
pub(crate) async fn has_pending(database: &Database) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM audit_pending)").fetch_one(database).await
}

/// Takes entries that wait, the oldest first.
pub(crate) async fn take_pending(
    connection: &mut PgConnection,
    limit: i64,
) -> Result<Vec<Recorded>, sqlx::Error> {
    let query = format!(
        "WITH taken AS (
             DELETE FROM audit_pending WHERE entry IN (
                 SELECT p.entry FROM audit_pending p JOIN audit_log l ON l.id = p.entry
                 ORDER BY p.entry LIMIT $1)
             RETURNING entry)
         SELECT {RECORDED} FROM taken JOIN audit_log l ON l.id = taken.entry ORDER BY l.id"
    );
    let rows: Vec<RecordedRow> =
        sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(limit).fetch_all(connection).await?;
    Ok(rows.into_iter().map(Recorded::from).collect())
}

/// How many leaves there are.
pub(crate) async fn size(connection: &mut PgConnection) -> Result<u64, sqlx::Error> {
    let size: i64 = sqlx::query_scalar("SELECT coalesce(max(seq) + 1, 0) FROM audit_leaves")
        .fetch_one(connection)
        .await?;
    Ok(unsigned(size))
}

/// Appends leaves behind the last one.
pub(crate) async fn append(
    connection: &mut PgConnection,
    first: u64,
    leaves: &[(Uuid, Hash)],
) -> Result<(), sqlx::Error> {
    let entries: Vec<Uuid> = leaves.iter().map(|(entry, _)| *entry).collect();
    let hashes: Vec<&[u8]> = leaves.iter().map(|(_, hash)| &hash[..]).collect();
    sqlx::query(
        "INSERT INTO audit_leaves (seq, entry, hash)
         SELECT $1 + n - 1, entry, hash
         FROM unnest($2::uuid[], $3::bytea[]) WITH ORDINALITY AS added (entry, hash, n)",
    )
    .bind(signed(first))
    .bind(entries)
    .bind(hashes)
    .execute(connection)
    .await
    .map(drop)
}

/// Keeps the hash of a complete subtree.
pub(crate) async fn append_subtree(
    connection: &mut PgConnection,
    level: u32,
    position: u64,
    hash: &Hash,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO audit_subtrees (level, position, hash) VALUES ($1, $2, $3)")
        .bind(small(level))
        .bind(signed(position))
        .bind(&hash[..])
        .execute(connection)
        .await
        .map(drop)
}

/// The kept hashes of some runs, in order.
pub(crate) async fn kept(
    connection: &mut PgConnection,
    runs: &[Run],
) -> Result<Vec<Vec<u8>>, sqlx::Error> {
    let levels: Vec<i16> = runs.iter().map(|run| small(run.level)).collect();
    let first: Vec<i64> = runs.iter().map(|run| signed(run.positions.start)).collect();
    let end: Vec<i64> = runs.iter().map(|run| signed(run.positions.end)).collect();
    sqlx::query_scalar(
        "SELECT kept.hash
         FROM unnest($1::smallint[], $2::bigint[], $3::bigint[])
              WITH ORDINALITY AS run (level, first, past, n),
              LATERAL (
                  SELECT seq AS position, hash FROM audit_leaves
                  WHERE run.level = 0 AND seq >= run.first AND seq < run.past
                  UNION ALL
                  SELECT position, hash FROM audit_subtrees s
                  WHERE s.level = run.level AND position >= run.first AND position < run.past
              ) kept
         ORDER BY run.n, kept.position",
    )
    .bind(levels)
    .bind(first)
    .bind(end)
    .fetch_all(connection)
    .await
}

/// Where an entry stands, with its leaf hash; `None` when it has no place yet.
pub(crate) async fn place(
    connection: &mut PgConnection,
    entry: Uuid,
) -> Result<Option<(u64, Vec<u8>)>, sqlx::Error> {
    let row: Option<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT seq, hash FROM audit_leaves WHERE entry = $1")
            .bind(entry)
            .fetch_optional(connection)
            .await?;
    Ok(row.map(|(seq, hash)| (unsigned(seq), hash)))
}

/// Leaves from a place on, with their entries.
pub(crate) async fn leaves(
    connection: &mut PgConnection,
    from: u64,
    limit: i64,
) -> Result<Vec<Leaf>, sqlx::Error> {
    #[derive(FromRow)]
    struct Row {
        seq: i64,
        entry: Uuid,
        hash: Vec<u8>,
        there: bool,
    }
    let places: Vec<Row> = sqlx::query_as(
        "SELECT seq, entry, hash, EXISTS (SELECT FROM audit_log l WHERE l.id = entry) AS there
         FROM audit_leaves WHERE seq >= $1 ORDER BY seq LIMIT $2",
    )
    .bind(signed(from))
    .bind(limit)
    .fetch_all(&mut *connection)
    .await?;
    let there: Vec<Uuid> =
        places.iter().filter(|place| place.there).map(|place| place.entry).collect();
    let query = format!("SELECT {RECORDED} FROM audit_log l WHERE l.id = ANY($1)");
    let rows: Vec<RecordedRow> =
        sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(there).fetch_all(connection).await?;
    let mut recorded: BTreeMap<Uuid, Recorded> =
        rows.into_iter().map(|row| (row.id, row.into())).collect();
    Ok(places
        .into_iter()
        .map(|place| Leaf {
            seq: unsigned(place.seq),
            entry: place.entry,
            hash: place.hash.try_into().unwrap_or_default(),
            recorded: recorded.remove(&place.entry),
        })
        .collect())
}

/// Entries that are neither in the tree nor waiting for their place.
pub(crate) async fn misplaced(connection: &mut PgConnection) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT l.id FROM audit_log l
         WHERE NOT EXISTS (SELECT FROM audit_leaves WHERE entry = l.id)
           AND NOT EXISTS (SELECT FROM audit_pending WHERE entry = l.id)
         ORDER BY l.id LIMIT 100",
    )
    .fetch_all(connection)
    .await
}

/// Entries that were deleted before they had their place.
pub(crate) async fn vanished(connection: &mut PgConnection) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT entry FROM audit_pending
         WHERE NOT EXISTS (SELECT FROM audit_log WHERE id = entry) ORDER BY entry LIMIT 100",
    )
    .fetch_all(connection)
    .await
}

/// How many entries wait for their place.
pub(crate) async fn count_pending(connection: &mut PgConnection) -> Result<u64, sqlx::Error> {
    let count: i64 =
        sqlx::query_scalar("SELECT count(*) FROM audit_pending").fetch_one(connection).await?;
    Ok(unsigned(count))
}

/// The newest checkpoint.
pub(crate) async fn last_checkpoint(
    connection: &mut PgConnection,
) -> Result<Option<StoredCheckpoint>, sqlx::Error> {
    let row: Option<(i64, Vec<u8>, String)> =
        sqlx::query_as("SELECT size, root, note FROM audit_checkpoints ORDER BY size DESC LIMIT 1")
            .fetch_optional(connection)
            .await?;
    Ok(row.map(|(size, root, note)| StoredCheckpoint { size: unsigned(size), root, note }))
}

/// Every checkpoint, the oldest first.
pub(crate) async fn checkpoint_notes(
    connection: &mut PgConnection,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT note FROM audit_checkpoints ORDER BY size")
        .fetch_all(connection)
        .await
}

pub(crate) async fn insert_checkpoint(
    connection: &mut PgConnection,
    size: u64,
    root: &Hash,
    note: &str,
    at: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO audit_checkpoints (size, root, note, signed_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(signed(size))
    .bind(&root[..])
    .bind(note)
    .bind(at)
    .execute(connection)
    .await
    .map(drop)
}

impl From<RecordedRow> for Recorded {
    fn from(row: RecordedRow) -> Self {
        Self {
            id: row.id,
            at: row.at,
            actor: row.actor,
            action: row.action,
            outcome: row.outcome,
            subject: row.subject,
            address: row.address,
            request_id: row.request_id,
            details: row.details,
        }
    }
}

/// Places and sizes are never negative in the tables and never reach the bound of `i64`.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn small(level: u32) -> i16 {
    i16::try_from(level).unwrap_or(i16::MAX)
}
