//! What this service keeps about a person, kind by kind. What only proves who somebody is, such as
//! hashes and secrets, is left out.

use serde_json::{Map, Value};
use sqlx::PgConnection;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

/// Rows of one kind that are written at most, the newest: so that the archive has an end.
const MOST: i64 = 10_000;

/// Name of the kind, and its rows as columns `at` and `item`; `$1` is the person.
const KINDS: [(&str, &str); 12] = [
    (
        "sessions",
        "SELECT created_at AS at, jsonb_build_object('id', id, 'created_at', created_at,
             'last_seen_at', seen_at, 'ends_at', expires_at, 'ended_at', revoked_at,
             'ended_because', revoked_reason, 'address', host(address), 'device', user_agent,
             'proven_by', amr) AS item
         FROM sessions WHERE user_id = $1",
    ),
    (
        "authenticator_apps",
        "SELECT created_at AS at, jsonb_build_object('created_at', created_at,
             'confirmed_at', confirmed_at) AS item
         FROM totp_secrets WHERE user_id = $1",
    ),
    (
        "passkeys",
        "SELECT created_at AS at, jsonb_build_object('id', id, 'name', name,
             'created_at', created_at, 'last_used_at', last_used_at) AS item
         FROM passkeys WHERE user_id = $1",
    ),
    (
        "recovery_codes",
        "SELECT created_at AS at, jsonb_build_object('created_at', created_at) AS item
         FROM recovery_codes WHERE user_id = $1",
    ),
    (
        "api_keys",
        "SELECT created_at AS at, jsonb_build_object('id', id, 'name', name, 'scopes', scopes,
             'created_at', created_at, 'expires_at', expires_at, 'last_used_at', last_used_at,
             'revoked_at', revoked_at) AS item
         FROM api_keys WHERE user_id = $1",
    ),
    (
        "connected_programs",
        "SELECT s.granted_at AS at, jsonb_build_object('client', c.name, 'scopes', s.scopes,
             'agreed_at', s.granted_at) AS item
         FROM oauth_consents s JOIN oauth_clients c ON c.id = s.client WHERE s.user_id = $1",
    ),
    (
        "sign_ins_of_programs",
        "SELECT g.created_at AS at, jsonb_build_object('client', c.name, 'scopes', g.scopes,
             'created_at', g.created_at, 'last_used_at', g.refreshed_at, 'ends_at', g.expires_at,
             'ended_at', g.revoked_at) AS item
         FROM oauth_grants g JOIN oauth_clients c ON c.id = g.client WHERE g.user_id = $1",
    ),
    (
        "organisations",
        "SELECT m.joined_at AS at, jsonb_build_object('id', o.id, 'name', o.name, 'role', m.role,
             'joined_at', m.joined_at) AS item
         FROM organisation_members m JOIN organisations o ON o.id = m.organisation_id
         WHERE m.user_id = $1",
    ),
    (
        "teams",
        "SELECT t.created_at AS at, jsonb_build_object('id', t.id, 'name', t.name,
             'organisation', t.organisation_id) AS item
         FROM team_members m JOIN teams t ON t.id = m.team_id WHERE m.user_id = $1",
    ),
    (
        "links_by_mail",
        "SELECT created_at AS at, jsonb_build_object('purpose', purpose, 'email', email,
             'created_at', created_at, 'expires_at', expires_at, 'ended_at', ended_at) AS item
         FROM mail_links WHERE user_id = $1",
    ),
    (
        "mails",
        "SELECT created_at AS at, jsonb_build_object('about', message ->> 'kind',
             'created_at', created_at, 'sent_at', sent_at) AS item
         FROM mail_outbox WHERE recipient = (SELECT email FROM users WHERE id = $1)",
    ),
    (
        "audit_log",
        // The address is whoever's who did it, and so is not shown when that was somebody else.
        "SELECT at, jsonb_build_object('id', id, 'at', at, 'action', action, 'outcome', outcome,
             'subject', subject, 'address', CASE WHEN actor = $1 THEN host(address) END,
             'details', details) AS item
         FROM audit_log WHERE actor = $1 OR subject = 'user:' || $1::text",
    ),
];

/// Everything about a person: the account, and a list for each kind, the newest first.
pub(crate) async fn of(
    connection: &mut PgConnection,
    user: Uuid,
    now: OffsetDateTime,
) -> Result<Map<String, Value>, sqlx::Error> {
    let account: Option<Json<Value>> = sqlx::query_scalar(
        "SELECT jsonb_build_object('exported_at', $2::timestamptz, 'id', id, 'email', email,
             'display_name', display_name, 'role', role, 'plan', plan, 'created_at', created_at,
             'password_changed_at', password_changed_at, 'disabled_at', disabled_at,
             'deletion_requested_at', deletion_requested_at)
         FROM users WHERE id = $1",
    )
    .bind(user)
    .bind(now)
    .fetch_optional(&mut *connection)
    .await?;
    let mut everything = Map::new();
    everything.insert("account".to_owned(), account.map_or(Value::Null, |account| account.0));
    for (kind, rows) in KINDS {
        let sql = format!("SELECT item FROM ({rows}) rows ORDER BY at DESC LIMIT {MOST}");
        let items: Vec<Json<Value>> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(user)
            .fetch_all(&mut *connection)
            .await?;
        everything.insert(kind.to_owned(), items.into_iter().map(|item| item.0).collect());
    }
    Ok(everything)
}
