//! The tree over the audit log: places, proofs, checkpoints, and every way to tamper with it.

use std::io::Cursor;

use api::gateway::{AuditCheckpoint, AuditPage, AuditProof};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gateway_api::audit_log::{AuditLog, Finding, PublicKey, Report, verify_export};
use sqlx::AssertSqlSafe;
use tokio::time::{Duration, Instant, sleep};
use uuid::Uuid;

use crate::app::{App, DEADLINE, expect_problem};

impl App {
    /// The audit log as commands of the operator see it.
    fn audit_log(&self) -> AuditLog {
        AuditLog::open(&self.config, self.database.pool()).unwrap()
    }

    /// Adds entries past the service.
    async fn add_entries(&self, count: i32) {
        sqlx::query(
            "INSERT INTO audit_log (id, at, action, outcome, details)
             SELECT gen_random_uuid(), now(), 'test.entry', 'success', jsonb_build_object('n', n)
             FROM generate_series(1, $1) n",
        )
        .bind(count)
        .execute(&self.database.pool())
        .await
        .unwrap();
    }

    /// Changes tables as a superuser can, past all triggers and foreign keys.
    async fn tamper(&self, sql: &str) {
        let mut transaction = self.database.pool().begin().await.unwrap();
        let script = format!("SET LOCAL session_replication_role = replica; {sql}");
        sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut *transaction).await.unwrap();
        transaction.commit().await.unwrap();
    }

    async fn entry_at(&self, seq: i64) -> Uuid {
        sqlx::query_scalar("SELECT entry FROM audit_leaves WHERE seq = $1")
            .bind(seq)
            .fetch_one(&self.database.pool())
            .await
            .unwrap()
    }
}

/// An app whose log has three checkpoints: of 11, 21 and 31 entries.
async fn sealed_app() -> (App, AuditLog) {
    let app = App::start().await;
    let log = app.audit_log();
    for _ in 0..3 {
        app.add_entries(10).await;
        log.checkpoint_note().await.unwrap();
    }
    let notes = log.checkpoint_notes().await.unwrap();
    let sizes: Vec<&str> = notes.iter().map(|note| note.lines().nth(1).unwrap()).collect();
    assert!(sizes.ends_with(&["21", "31"]), "{sizes:?}");
    (app, log)
}

async fn findings(log: &AuditLog) -> Vec<Finding> {
    log.verify("", &[]).await.unwrap().findings
}

#[tokio::test]
async fn committed_entries_get_their_places_by_themselves() {
    let app = App::start().await;
    app.add_entries(20).await;
    let started = Instant::now();
    loop {
        let (count, last): (i64, Option<i64>) =
            sqlx::query_as("SELECT count(*), max(seq) FROM audit_leaves")
                .fetch_one(&app.database.pool())
                .await
                .unwrap();
        if count == 21 {
            assert_eq!(last, Some(20));
            break;
        }
        assert!(started.elapsed() < DEADLINE, "{count} of 21 entries have a place");
        sleep(Duration::from_millis(20)).await;
    }
    let report = app.audit_log().verify("", &[]).await.unwrap();
    assert_eq!((report.entries, report.pending, report.findings), (21, 0, vec![]));
}

#[tokio::test]
async fn an_entry_of_a_transaction_that_is_undone_gets_no_place() {
    let app = App::start().await;
    let log = app.audit_log();
    let mut transaction = app.database.pool().begin().await.unwrap();
    let insert = "INSERT INTO audit_log (id, at, action, outcome)
                  VALUES (gen_random_uuid(), now(), 'test.undone', 'success')";
    sqlx::query(insert).execute(&mut *transaction).await.unwrap();
    app.add_entries(1).await;
    log.checkpoint_note().await.unwrap();
    transaction.rollback().await.unwrap();
    app.add_entries(1).await;
    log.checkpoint_note().await.unwrap();
    let report = log.verify("", &[]).await.unwrap();
    assert_eq!((report.entries, report.sealed, report.findings), (3, 3, vec![]));
}

#[tokio::test]
async fn many_writers_and_several_processes_leave_no_gap() {
    let app = App::start().await;
    let log = app.audit_log();
    let writers = (0..8).map(|_| async {
        for _ in 0..10 {
            app.add_entries(7).await;
        }
    });
    let signers = (0..3).map(|_| async {
        for _ in 0..10 {
            log.checkpoint_note().await.unwrap();
        }
    });
    tokio::join!(futures_util::future::join_all(writers), futures_util::future::join_all(signers));
    log.checkpoint_note().await.unwrap();
    let report = log.verify("", &[]).await.unwrap();
    assert_eq!((report.entries, report.sealed, report.findings), (561, 561, vec![]));
    let subtrees: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_subtrees")
        .fetch_one(&app.database.pool())
        .await
        .unwrap();
    assert_eq!(subtrees, 2, "561 leaves complete two subtrees of 256");
}

/// RFC 9162, 2.1.3.2, with hashes and signature computed here.
fn check_proof(proof: &AuditProof) {
    let bytes = |text: &str| STANDARD.decode(text).unwrap();
    let node = |left: &[u8], right: &[u8]| -> Vec<u8> {
        digest(&SHA256, &[&[1], left, right].concat()).as_ref().to_vec()
    };
    let (mut index, mut last) = (proof.index, proof.tree_size - 1);
    let mut hash = bytes(&proof.leaf_hash);
    for sibling in proof.path.iter().map(|hash| bytes(hash)) {
        assert!(last > 0, "the path is too long");
        if index & 1 == 1 || index == last {
            hash = node(&sibling, &hash);
            while index & 1 == 0 && index != 0 {
                (index, last) = (index >> 1, last >> 1);
            }
        } else {
            hash = node(&hash, &sibling);
        }
        (index, last) = (index >> 1, last >> 1);
    }
    assert_eq!(last, 0, "the path is too short");

    let (body, signature) = proof.checkpoint.split_once("\n\n").unwrap();
    let lines: Vec<&str> = body.lines().collect();
    assert_eq!(lines[1..], [proof.tree_size.to_string(), STANDARD.encode(hash)]);
    let key = bytes(proof.public_key.splitn(3, '+').nth(2).unwrap());
    let signature = bytes(signature.trim_end().rsplit(' ').next().unwrap());
    UnparsedPublicKey::new(&ED25519, &key[1..])
        .verify(format!("{body}\n").as_bytes(), &signature[4..])
        .unwrap();
}

#[tokio::test]
async fn any_entry_can_be_proven_to_somebody_who_trusts_only_the_key() {
    let app = App::start().await;
    app.add_entries(600).await;
    let token = app.sign_in().await.access_token;
    let newest = "/api/v1/audit?action=session.sign_in";
    let newest: AuditPage = app.get(newest, &token).await.json().await.unwrap();
    let others: AuditPage = app.get("/api/v1/audit?limit=200", &token).await.json().await.unwrap();
    let mut sizes = Vec::new();
    for entry in newest.entries.iter().chain(others.entries.iter().step_by(17)) {
        let path = format!("/api/v1/audit/{}/proof", entry.id);
        let proof: AuditProof = app.get(&path, &token).await.json().await.unwrap();
        check_proof(&proof);
        sizes.push(proof.tree_size);
    }
    assert!(sizes.iter().all(|size| *size == 602), "one checkpoint is enough: {sizes:?}");
    let checkpoint: AuditCheckpoint =
        app.get("/api/v1/audit/checkpoint", &token).await.json().await.unwrap();
    assert!(checkpoint.checkpoint.unwrap().contains("\n602\n"));

    let unknown = app.get(&format!("/api/v1/audit/{}/proof", Uuid::nil()), &token).await;
    expect_problem(unknown, 404, "unknown-audit-entry").await;
    let nonsense = app.get("/api/v1/audit/nonsense/proof", &token).await;
    expect_problem(nonsense, 400, "malformed-path").await;
}

#[tokio::test]
async fn a_changed_entry_is_named() {
    let (app, log) = sealed_app().await;
    let entry = app.entry_at(14).await;
    let changes = [
        "at = at + interval '1 microsecond'",
        "actor = gen_random_uuid()",
        "action = 'test.other'",
        "outcome = 'failure'",
        "subject = 'user:1'",
        "address = '192.0.2.1/24'",
        "request_id = 'x'",
        "details = details || '{\"n\": 0}'",
    ];
    for change in changes {
        app.tamper("CREATE TABLE IF NOT EXISTS kept AS SELECT * FROM audit_log").await;
        app.tamper(&format!("UPDATE audit_log SET {change} WHERE id = '{entry}'")).await;
        assert_eq!(findings(&log).await, [Finding::Edited { seq: 14, entry }], "{change}");
        app.tamper(&format!(
            "DELETE FROM audit_log WHERE id = '{entry}';
             INSERT INTO audit_log SELECT * FROM kept WHERE id = '{entry}'"
        ))
        .await;
        assert_eq!(findings(&log).await, []);
    }
}

#[tokio::test]
async fn deleted_and_inserted_entries_are_named() {
    let (app, log) = sealed_app().await;
    let deleted = app.entry_at(14).await;
    app.tamper(&format!("DELETE FROM audit_log WHERE id = '{deleted}'")).await;
    assert_eq!(findings(&log).await, [Finding::Deleted { seq: 14, entry: deleted }]);
    app.tamper(&format!("DELETE FROM audit_leaves WHERE entry = '{deleted}'")).await;
    assert_eq!(findings(&log).await, [Finding::Gap { seq: 14 }]);

    let (app, log) = sealed_app().await;
    let inserted = Uuid::now_v7();
    app.tamper(&format!(
        "INSERT INTO audit_log (id, at, action, outcome)
         VALUES ('{inserted}', now(), 'test.inserted', 'success')"
    ))
    .await;
    assert_eq!(findings(&log).await, [Finding::Inserted { entry: inserted }]);

    let (app, log) = sealed_app().await;
    let pending = Uuid::now_v7();
    app.tamper(&format!("INSERT INTO audit_pending VALUES ('{pending}')")).await;
    assert_eq!(findings(&log).await, [Finding::Vanished { entry: pending }]);
}

/// Whoever can write to every table makes entries and leaves agree, but cannot sign.
#[tokio::test]
async fn entries_rewritten_with_their_leaves_are_caught_by_the_checkpoints() {
    let moved = "UPDATE audit_leaves SET seq = -seq - 2 WHERE seq IN (14, 15);
                 UPDATE audit_leaves SET seq = CASE seq WHEN -16 THEN 15 ELSE 14 END WHERE seq < 0";
    let removed =
        "DELETE FROM audit_log WHERE id = (SELECT entry FROM audit_leaves WHERE seq = 14);
                   DELETE FROM audit_leaves WHERE seq = 14;
                   UPDATE audit_leaves SET seq = seq - 1001 WHERE seq > 14;
                   UPDATE audit_leaves SET seq = seq + 1000 WHERE seq < 0";
    let added = "UPDATE audit_leaves SET seq = seq - 999 WHERE seq >= 14;
                 UPDATE audit_leaves SET seq = seq + 1000 WHERE seq < 0;
                 INSERT INTO audit_leaves SELECT 14, id, hash FROM audit_log, audit_leaves
                 WHERE seq = 0 AND action = 'test.added'";
    for (what, sql) in [("moved", moved), ("removed", removed), ("added", added)] {
        let (app, log) = sealed_app().await;
        if what == "added" {
            app.tamper(
                "INSERT INTO audit_log (id, at, action, outcome)
                 VALUES (gen_random_uuid(), now(), 'test.added', 'success')",
            )
            .await;
        }
        app.tamper(&format!(
            "ALTER TABLE audit_leaves DROP CONSTRAINT audit_leaves_seq_counts; {sql}"
        ))
        .await;
        let found = findings(&log).await;
        let rewritten = found.iter().any(|finding| {
            matches!(finding, Finding::Rewritten { from: 11, size: 21, first: Some(_) })
        });
        assert!(rewritten, "{what}: {found:?}");
        app.add_entries(1).await;
        let refused = log.checkpoint_note().await.unwrap_err().to_string();
        assert!(refused.contains("nexus audit verify"), "{what}: {refused}");
    }
}

#[tokio::test]
async fn a_log_that_was_cut_off_is_caught_by_a_checkpoint_kept_elsewhere() {
    let (app, log) = sealed_app().await;
    let kept = std::fs::read_to_string(&app.config.audit_checkpoint_file).unwrap();
    let cut = "DELETE FROM audit_log WHERE id IN (SELECT entry FROM audit_leaves WHERE seq >= 25);
               DELETE FROM audit_leaves WHERE seq >= 25;
               DELETE FROM audit_checkpoints WHERE size > 25";
    app.tamper(cut).await;
    assert_eq!(findings(&log).await, [], "the tables alone agree with each other");
    let held = log.verify(&kept, &[]).await.unwrap();
    assert_eq!(held.findings, [Finding::Truncated { length: 25, size: 31 }]);
    assert_eq!(held.sealed, 21);

    // Grown again, it has another history.
    app.add_entries(10).await;
    log.checkpoint_note().await.unwrap();
    assert_eq!(findings(&log).await, []);
    let held = log.verify(&kept, &[]).await.unwrap();
    assert!(
        matches!(held.findings[..], [Finding::Rewritten { from: 21, size: 31, .. }]),
        "{held:?}"
    );
}

#[tokio::test]
async fn checkpoints_that_nobody_signed_are_not_believed() {
    let (app, log) = sealed_app().await;
    app.tamper("UPDATE audit_checkpoints SET note = replace(note, E'\\n21\\n', E'\\n22\\n')").await;
    let found = findings(&log).await;
    assert!(matches!(&found[..], [Finding::Checkpoint { .. }]), "{found:?}");
    app.tamper("UPDATE audit_subtrees SET hash = sha256('x')").await;
    app.add_entries(300).await;
    log.checkpoint_note().await.unwrap();
    app.tamper("UPDATE audit_subtrees SET hash = sha256('x')").await;
    let found = findings(&log).await;
    assert!(found.contains(&Finding::Subtree { level: 1, position: 0 }), "{found:?}");
    app.add_entries(1).await;
    assert!(log.checkpoint_note().await.is_err(), "nothing is signed over a wrong hash");
}

/// An exported log with its checkpoints and key: all that somebody elsewhere needs.
async fn exported() -> (Vec<String>, String, [PublicKey; 1]) {
    let (app, log) = sealed_app().await;
    let mut out = Vec::new();
    assert_eq!(log.export(&mut out).await.unwrap(), 31);
    let lines = String::from_utf8(out).unwrap().lines().map(str::to_owned).collect();
    let kept = std::fs::read_to_string(&app.config.audit_checkpoint_file).unwrap();
    let key = log.public_key().to_string();
    (lines, kept, [PublicKey::parse(&key).unwrap()])
}

#[tokio::test]
async fn an_exported_log_is_verified_without_any_server() {
    let (lines, kept, keys) = exported().await;
    let verify = |lines: &[String], keys: &[PublicKey]| -> Report {
        verify_export(Cursor::new(lines.join("\n")), &kept, keys).unwrap()
    };
    let sound = verify(&lines, &keys);
    assert_eq!((sound.entries, sound.sealed, sound.findings), (31, 31, vec![]));

    let mut edited = lines.clone();
    edited[14] = edited[14].replace("\"success\"", "\"failure\"");
    let found = verify(&edited, &keys).findings;
    assert!(matches!(found[..], [Finding::Edited { seq: 14, .. }]), "{found:?}");

    let mut deleted = lines.clone();
    deleted.remove(14);
    assert_eq!(verify(&deleted, &keys).findings[0], Finding::Gap { seq: 14 });

    let mut swapped = lines.clone();
    swapped.swap(14, 15);
    assert_eq!(verify(&swapped, &keys).findings[0], Finding::Gap { seq: 14 });

    let mut doubled = lines.clone();
    doubled.insert(14, lines[13].clone());
    assert_eq!(verify(&doubled, &keys).findings[0], Finding::OutOfOrder { seq: 14, found: 13 });

    let cut = verify(&lines[..25], &keys).findings;
    assert_eq!(cut, [Finding::Truncated { length: 25, size: 31 }]);

    let mut garbage = lines.clone();
    garbage[30] = "{}".to_owned();
    let found = verify(&garbage, &keys).findings;
    assert!(matches!(found[0], Finding::Unreadable { line: 31, .. }), "{found:?}");

    let stranger = verify(&lines, &[]).findings;
    assert!(stranger.iter().all(|finding| matches!(finding, Finding::Checkpoint { .. })));
    assert_eq!(stranger.len(), kept.matches("\u{2014} ").count());
}

/// An edit together with its leaf hash and the place: only the checkpoint behind it can tell.
#[tokio::test]
async fn an_exported_log_that_agrees_with_itself_is_held_against_the_checkpoints() {
    let (mut lines, kept, keys) = exported().await;
    let [first, second] = [14, 15].map(|at| {
        let line: serde_json::Value = serde_json::from_str(&lines[at]).unwrap();
        line
    });
    let at = |mut line: serde_json::Value, seq: u64| {
        line["seq"] = seq.into();
        line.to_string()
    };
    (lines[14], lines[15]) = (at(second, 14), at(first, 15));
    let found = verify_export(Cursor::new(lines.join("\n")), &kept, &keys).unwrap().findings;
    assert!(matches!(found[..], [Finding::Rewritten { from: 11, size: 21, .. }]), "{found:?}");
}

/// A column that the leaves do not cover could be changed unseen.
#[tokio::test]
async fn leaves_cover_every_column() {
    let app = App::start().await;
    let columns: Vec<String> = sqlx::query_scalar(
        "SELECT column_name::text FROM information_schema.columns
         WHERE table_name = 'audit_log' ORDER BY 1",
    )
    .fetch_all(&app.database.pool())
    .await
    .unwrap();
    let (lines, ..) = exported().await;
    let line: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
    let covered: Vec<&String> = line["entry"].as_object().unwrap().keys().collect();
    assert_eq!(columns.iter().collect::<Vec<_>>(), covered);
}

#[tokio::test]
async fn the_rows_of_the_tree_cannot_be_changed_or_removed() {
    let (app, log) = sealed_app().await;
    app.add_entries(300).await;
    log.checkpoint_note().await.unwrap();
    for table in ["audit_leaves", "audit_subtrees", "audit_checkpoints"] {
        for statement in ["UPDATE {} SET hash = hash", "DELETE FROM {}", "TRUNCATE {}"] {
            let statement = statement
                .replace("{}", table)
                .replace("audit_checkpoints SET hash = hash", "audit_checkpoints SET root = root");
            let pool = app.database.pool();
            let refused = sqlx::query(AssertSqlSafe(statement)).execute(&pool).await;
            let refused = refused.unwrap_err().to_string();
            assert!(refused.contains(&format!("rows of {table} are only ever added")), "{refused}");
        }
    }
}
