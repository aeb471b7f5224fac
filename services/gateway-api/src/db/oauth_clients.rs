//! Table `oauth_clients`.

use api::gateway::{ClientKind, ClientSpec, GrantType, SigningAlgorithm};
use sqlx::{FromRow, PgConnection};
use store::Database;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::oauth::client::Client;
use crate::domain::oauth::client_secret::{ClientSecret, SecretHash};

/// Most redirect URIs that browsers' origins are taken from.
const MAX_ORIGIN_ROWS: i64 = 1000;
const COLUMNS: &str = "id, client_id, kind, name, secret_hash, secret_hint, redirect_uris,
    post_logout_redirect_uris, grant_types, scopes, id_token_alg, first_party, created_at,
    disabled_at IS NOT NULL AS disabled, revision";

#[derive(FromRow)]
struct Row {
    id: Uuid,
    client_id: String,
    kind: String,
    name: String,
    secret_hash: Option<Vec<u8>>,
    secret_hint: Option<String>,
    redirect_uris: Vec<String>,
    post_logout_redirect_uris: Vec<String>,
    grant_types: Vec<String>,
    scopes: Vec<String>,
    id_token_alg: String,
    first_party: bool,
    created_at: OffsetDateTime,
    disabled: bool,
    revision: i64,
}

pub(crate) async fn find(
    database: &Database,
    client_id: &str,
) -> Result<Option<Client>, sqlx::Error> {
    let sql = format!("SELECT {COLUMNS} FROM oauth_clients WHERE client_id = $1");
    let row: Option<Row> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(client_id).fetch_optional(database).await?;
    Ok(row.map(Client::from))
}

pub(crate) async fn find_by_id(
    database: &Database,
    id: Uuid,
) -> Result<Option<Client>, sqlx::Error> {
    let sql = format!("SELECT {COLUMNS} FROM oauth_clients WHERE id = $1");
    let row: Option<Row> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(database).await?;
    Ok(row.map(Client::from))
}

/// Clients after an id, the oldest first.
pub(crate) async fn page(
    database: &Database,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Client>, sqlx::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM oauth_clients WHERE ($1::uuid IS NULL OR id > $1)
         ORDER BY id LIMIT $2"
    );
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(after)
        .bind(limit)
        .fetch_all(database)
        .await?;
    Ok(rows.into_iter().map(Client::from).collect())
}

/// Redirect URIs of every client that is switched on.
pub(crate) async fn redirect_uris(database: &Database) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT unnest(redirect_uris) FROM oauth_clients WHERE disabled_at IS NULL LIMIT $1",
    )
    .bind(MAX_ORIGIN_ROWS)
    .fetch_all(database)
    .await
}

pub(crate) async fn insert(
    connection: &mut PgConnection,
    client: &Client,
    created_by: Uuid,
) -> Result<(), sqlx::Error> {
    let spec = &client.spec;
    sqlx::query(
        "INSERT INTO oauth_clients (id, client_id, kind, name, secret_hash, secret_hint,
             redirect_uris, post_logout_redirect_uris, grant_types, scopes, id_token_alg,
             first_party, created_by, created_at, disabled_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
                 CASE WHEN $15 THEN $14 END)",
    )
    .bind(client.id)
    .bind(&client.client_id)
    .bind(client.kind.name())
    .bind(spec.name.trim())
    .bind(client.secret_hash.map(|hash| hash.0.to_vec()))
    .bind(&client.secret_hint)
    .bind(&spec.redirect_uris)
    .bind(&spec.post_logout_redirect_uris)
    .bind(grant_names(spec))
    .bind(&spec.scopes)
    .bind(spec.id_token_signed_response_alg.name())
    .bind(client.first_party)
    .bind(created_by)
    .bind(client.created_at)
    .bind(spec.disabled)
    .execute(connection)
    .await
    .map(drop)
}

/// Puts a client of the platform into the form that this version wants.
pub(crate) async fn keep_first_party(
    database: &Database,
    client_id: &str,
    spec: &ClientSpec,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO oauth_clients AS known (id, client_id, kind, name, redirect_uris,
             post_logout_redirect_uris, grant_types, scopes, id_token_alg, first_party, created_at)
         VALUES ($1, $2, 'public', $3, $4, $5, $6, $7, $8, true, $9)
         ON CONFLICT (client_id) DO UPDATE SET
             name = $3, redirect_uris = $4, post_logout_redirect_uris = $5, grant_types = $6,
             scopes = $7, id_token_alg = $8, disabled_at = NULL, revision = known.revision + 1
         WHERE (known.name, known.redirect_uris, known.post_logout_redirect_uris,
                known.grant_types, known.scopes, known.id_token_alg, known.disabled_at)
             IS DISTINCT FROM ($3, $4, $5, $6, $7, $8, NULL)",
    )
    .bind(Uuid::now_v7())
    .bind(client_id)
    .bind(&spec.name)
    .bind(&spec.redirect_uris)
    .bind(&spec.post_logout_redirect_uris)
    .bind(grant_names(spec))
    .bind(&spec.scopes)
    .bind(spec.id_token_signed_response_alg.name())
    .bind(now)
    .execute(database)
    .await
    .map(drop)
}

/// Changes a client that is at this revision; `None` when it is not, or is the platform's own.
pub(crate) async fn update(
    connection: &mut PgConnection,
    id: Uuid,
    revision: i64,
    spec: &ClientSpec,
    now: OffsetDateTime,
) -> Result<Option<Client>, sqlx::Error> {
    let sql = format!(
        "UPDATE oauth_clients SET name = $3, redirect_uris = $4, post_logout_redirect_uris = $5,
             grant_types = $6, scopes = $7, id_token_alg = $8,
             disabled_at = CASE WHEN $9 THEN coalesce(disabled_at, $10) END,
             revision = revision + 1
         WHERE id = $1 AND revision = $2 AND NOT first_party RETURNING {COLUMNS}"
    );
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(id)
        .bind(revision)
        .bind(spec.name.trim())
        .bind(&spec.redirect_uris)
        .bind(&spec.post_logout_redirect_uris)
        .bind(grant_names(spec))
        .bind(&spec.scopes)
        .bind(spec.id_token_signed_response_alg.name())
        .bind(spec.disabled)
        .bind(now)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(Client::from))
}

/// Gives a confidential client another secret; `None` when there is no such client.
pub(crate) async fn set_secret(
    connection: &mut PgConnection,
    id: Uuid,
    secret: &ClientSecret,
) -> Result<Option<Client>, sqlx::Error> {
    let sql = format!(
        "UPDATE oauth_clients SET secret_hash = $2, secret_hint = $3, revision = revision + 1
         WHERE id = $1 AND kind = 'confidential' RETURNING {COLUMNS}"
    );
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(id)
        .bind(secret.hash().0.to_vec())
        .bind(secret.hint())
        .fetch_optional(connection)
        .await?;
    Ok(row.map(Client::from))
}

/// Removes a client with its grants, unless it is the platform's own; says its name.
pub(crate) async fn delete(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "DELETE FROM oauth_clients WHERE id = $1 AND NOT first_party RETURNING client_id",
    )
    .bind(id)
    .fetch_optional(connection)
    .await
}

fn grant_names(spec: &ClientSpec) -> Vec<&'static str> {
    spec.grant_types.iter().map(|grant| grant.name()).collect()
}

impl From<Row> for Client {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            client_id: row.client_id,
            kind: match row.kind.as_str() {
                "confidential" => ClientKind::Confidential,
                _ => ClientKind::Public,
            },
            secret_hash: row.secret_hash.and_then(|hash| hash.try_into().ok()).map(SecretHash),
            secret_hint: row.secret_hint,
            spec: ClientSpec {
                name: row.name,
                grant_types: row
                    .grant_types
                    .iter()
                    .filter_map(|name| GrantType::named(name))
                    .collect(),
                redirect_uris: row.redirect_uris,
                post_logout_redirect_uris: row.post_logout_redirect_uris,
                scopes: row.scopes,
                id_token_signed_response_alg: SigningAlgorithm::named(&row.id_token_alg)
                    .unwrap_or_default(),
                disabled: row.disabled,
            },
            first_party: row.first_party,
            revision: row.revision,
            created_at: row.created_at,
        }
    }
}
