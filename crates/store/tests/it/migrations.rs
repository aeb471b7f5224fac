//! Migrations of several services in one database.

use sqlx::migrate::Migrator;
use store::Migrations;
use store::migrations::{MigrationError, migrate, pending};
use store::testing::{TestDatabase, schema};

static A: Migrator = sqlx::migrate!("tests/it/migrations/a");
static B: Migrator = sqlx::migrate!("tests/it/migrations/b");
static BROKEN: Migrator = sqlx::migrate!("tests/it/migrations/broken");

const SERVICE_A: Migrations = Migrations { service: "a", schema: "public", migrator: &A };
const SERVICE_B: Migrations = Migrations { service: "b", schema: "other", migrator: &B };
const SERVICE_BROKEN: Migrations =
    Migrations { service: "broken", schema: "broken", migrator: &BROKEN };

#[tokio::test]
async fn services_with_the_same_version_numbers_do_not_meet() {
    let database = TestDatabase::new(&[]).await.unwrap();
    let pool = database.pool();
    assert_eq!(pending(&pool, &SERVICE_A).await.unwrap(), [1, 2]);
    for service in [&SERVICE_A, &SERVICE_B, &SERVICE_A] {
        migrate(&pool, service).await.unwrap();
    }
    for service in [&SERVICE_A, &SERVICE_B] {
        assert_eq!(pending(&pool, service).await.unwrap(), [0_i64; 0]);
    }
    sqlx::query("INSERT INTO other.things VALUES (gen_random_uuid())")
        .execute(&pool)
        .await
        .unwrap();
}

#[tokio::test]
async fn processes_that_migrate_at_once_wait_for_each_other() {
    let database = TestDatabase::new(&[]).await.unwrap();
    let pool = database.pool();
    let (a, b, c) = tokio::join!(
        migrate(&pool, &SERVICE_A),
        migrate(&pool, &SERVICE_A),
        migrate(&pool, &SERVICE_B),
    );
    a.and(b).and(c).unwrap();
}

#[tokio::test]
async fn a_migration_that_fails_leaves_nothing_behind() {
    let database = TestDatabase::new(&[]).await.unwrap();
    let pool = database.pool();
    let error = migrate(&pool, &SERVICE_BROKEN).await.unwrap_err();
    assert!(matches!(error, MigrationError::Migrate { service: "broken", .. }), "{error}");
    let kept: bool = sqlx::query_scalar("SELECT to_regclass('broken.kept') IS NOT NULL")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert!(!kept);
    assert_eq!(pending(&pool, &SERVICE_BROKEN).await.unwrap(), [1]);
}

#[tokio::test]
async fn every_test_has_a_database_of_its_own() {
    let (first, second) = tokio::join!(
        TestDatabase::new(&[SERVICE_A, SERVICE_B]),
        TestDatabase::new(&[SERVICE_A, SERVICE_B]),
    );
    let (first, second) = (first.unwrap(), second.unwrap());
    sqlx::query("INSERT INTO items VALUES (gen_random_uuid())")
        .execute(&first.pool())
        .await
        .unwrap();
    let there: i64 =
        sqlx::query_scalar("SELECT count(*) FROM items").fetch_one(&second.pool()).await.unwrap();
    assert_eq!(there, 0);
}

#[tokio::test]
async fn the_schema_is_the_sum_of_the_migrations() {
    let text = schema(&[SERVICE_A, SERVICE_B]).await.unwrap();
    assert!(
        text.contains("CREATE TABLE public.items (\n    id uuid NOT NULL,\n    title text\n);")
    );
    assert!(text.contains("CREATE TABLE other.things"));
    assert!(!text.contains("_migrations"), "{text}");
}
