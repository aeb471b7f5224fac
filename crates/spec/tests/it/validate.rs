//! Findings: healthy facts pass, and breaking one thing breaks exactly the checks about it.

use std::collections::{BTreeMap, BTreeSet};

use spec::validate::{
    CATALOGUE, CertificateFacts, DatabaseFacts, Facts, FileFacts, GatewayFacts, HostFacts,
    HttpAnswer, IdentityFacts, LogFacts, Observed, Outcome, RedisFacts, RouteAnswer, ServiceFacts,
    Site, StreamingFacts, all_passed, findings,
};
use spec::{DEFAULT, Spec};
use time::{Duration, OffsetDateTime};

fn shipped() -> Spec {
    Spec::parse(DEFAULT).expect("the shipped specification is valid")
}

fn answer(status: u16, body: &str) -> HttpAnswer {
    let kind = if status < 400 { "application/json" } else { "application/problem+json" };
    let headers = [
        ("content-type", kind),
        ("x-content-type-options", "nosniff"),
        ("strict-transport-security", "max-age=63072000"),
    ];
    HttpAnswer {
        status,
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        body: body.to_owned(),
    }
}

fn problem(status: u16) -> Observed<HttpAnswer> {
    Observed::Seen(answer(status, r#"{"code":"x"}"#))
}

fn healthy(spec: &Spec) -> Facts {
    let now = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
    let ours = || spec.active().filter(|(_, service)| service.folder.is_some());
    let file = Observed::Seen(FileFacts { mode: 0o600, fresh: true });
    let mut facts = Facts::unseen(Site::Production, now);
    facts.host = Observed::Seen(HostFacts {
        disk_free_bytes: 50 << 30,
        inodes_free: 1_000_000,
        memory_available_bytes: 4 << 30,
        open_files: 65_536,
    });
    facts.spec_file = file.clone();
    facts.generated.insert("nginx.conf".to_owned(), file.clone());
    facts.secrets.insert("postgres".to_owned(), file);
    facts.database = Observed::Seen(DatabaseFacts {
        name: "nexus_db".to_owned(),
        version: 15,
        tables: spec
            .database
            .schemas
            .iter()
            .flat_map(|(schema, tables)| tables.tables.iter().map(move |t| format!("{schema}.{t}")))
            .collect(),
        migration_drift: ours().map(|(name, _)| (name.to_owned(), Vec::new())).collect(),
        connections: (10, 100),
        checksums: true,
    });
    facts.redis = Observed::Seen(RedisFacts {
        ping: "PONG".to_owned(),
        version: "Valkey 8.0.1".to_owned(),
        persistent: true,
        save_failed: false,
        password_required: true,
    });
    facts.services = ours().map(|(name, _)| (name.to_owned(), healthy_service())).collect();
    facts.gateway = healthy_gateway(spec);
    facts.certificates = spec
        .active_domains()
        .map(|domain| (domain.to_owned(), Observed::Seen(certificate(domain, now))))
        .collect();
    facts.identity = IdentityFacts {
        jwks_keys: Observed::Seen(1),
        without_token: problem(401),
        forged_token: problem(401),
        administrator: Observed::Seen(true),
    };
    facts.streaming = StreamingFacts {
        rtmp_handshake: Observed::Seen(true),
        live_list: Observed::Seen(answer(200, r#"{"streams":[]}"#)),
        missing_playlist: problem(404),
        viewers: Some(Observed::Seen("h2".to_owned())),
    };
    facts.logs.insert("streamcore".to_owned(), Observed::Seen(LogFacts::default()));
    facts
}

fn healthy_service() -> ServiceFacts {
    ServiceFacts {
        health: Observed::Seen(answer(200, "{}")),
        ready: Observed::Seen(answer(200, "{}")),
        metrics: Observed::Seen(answer(200, "# TYPE up gauge")),
        version: Observed::Seen("0.1.0".to_owned()),
        addresses: Observed::Seen(vec!["127.0.0.1".to_owned()]),
    }
}

fn healthy_gateway(spec: &Spec) -> GatewayFacts {
    GatewayFacts {
        syntax: Observed::Seen(String::new()),
        routes: spec
            .routes
            .iter()
            .map(|route| RouteAnswer {
                domain: route.domain.clone(),
                path: route.path.clone(),
                answer: Observed::Seen(answer(
                    if route.path == "/health" { 200 } else { 404 },
                    &format!(r#"{{"service":"{}"}}"#, route.service),
                )),
            })
            .collect(),
        plain_http: Observed::Seen(301),
        unknown_name_refused: Observed::Seen(true),
        alpn: Observed::Seen("h2".to_owned()),
        internal_paths: spec
            .active_domains()
            .map(|domain| (domain.to_owned(), Observed::Seen(404)))
            .collect(),
        oversized_body: Observed::Seen(413),
        request_id: Observed::Seen(("ours".to_owned(), "theirs".to_owned())),
    }
}

fn certificate(domain: &str, now: OffsetDateTime) -> CertificateFacts {
    CertificateFacts {
        not_before: now - Duration::days(10),
        not_after: now + Duration::days(100),
        names: vec![domain.to_owned()],
        issuer: "Sectigo Limited".to_owned(),
        chain_trusted: true,
        matches_disk: true,
        protocol: "TLSv1.3".to_owned(),
        old_protocol_refused: Some(true),
    }
}

/// The ids of checks that did not pass after `breaking` healthy facts.
fn not_passed(breaking: impl FnOnce(&mut Facts)) -> BTreeSet<&'static str> {
    let spec = shipped();
    let mut facts = healthy(&spec);
    breaking(&mut facts);
    findings(&spec, &facts)
        .into_iter()
        .filter(|finding| !matches!(finding.outcome, Outcome::Pass | Outcome::Planned))
        .map(|finding| finding.id)
        .collect()
}

fn change<T>(observed: &mut Observed<T>, change: impl FnOnce(&mut T)) {
    match observed {
        Observed::Seen(value) => change(value),
        Observed::Failed(_) | Observed::Skipped(_) => panic!("healthy facts are all seen"),
    }
}

fn first<T>(map: &mut BTreeMap<String, T>) -> &mut T {
    map.values_mut().next().expect("healthy facts have one")
}

#[test]
fn healthy_facts_pass_every_check() {
    let spec = shipped();
    let findings = findings(&spec, &healthy(&spec));
    assert!(all_passed(&findings));
    assert_eq!(not_passed(|_| {}), BTreeSet::new());
    let seen: BTreeSet<&str> = findings.iter().map(|finding| finding.id).collect();
    // PF-SVC-006 speaks of planned services, which a finished platform no longer has.
    let silent: Vec<&str> =
        CATALOGUE.iter().map(|check| check.id).filter(|id| !seen.contains(id)).collect();
    assert!(silent.is_empty() || silent == ["PF-SVC-006"], "checks that say nothing: {silent:?}");
}

#[test]
fn ids_are_unique_and_ordered_by_area() {
    let ids: BTreeSet<&str> = CATALOGUE.iter().map(|check| check.id).collect();
    assert_eq!(ids.len(), CATALOGUE.len());
    assert!(CATALOGUE.is_sorted_by_key(|check| check.category));
}

#[test]
fn what_was_not_looked_at_is_never_a_pass() {
    let spec = shipped();
    let facts = Facts::unseen(Site::Production, OffsetDateTime::UNIX_EPOCH);
    let findings = findings(&spec, &facts);
    assert!(!all_passed(&findings));
    assert!(
        findings
            .iter()
            .all(|finding| matches!(finding.outcome, Outcome::Skipped { .. } | Outcome::Planned)),
    );
}

#[test]
fn a_service_that_nobody_looked_at_is_reported() {
    let ids = not_passed(|facts| {
        facts.services.remove("streamcore");
    });
    assert!(ids.contains("PF-SVC-001"));
}

macro_rules! breaks {
    ($($name:ident: $id:literal, |$facts:ident| $breaking:expr;)+) => {
        $(#[test]
        fn $name() {
            assert_eq!(not_passed(|$facts| { $breaking; }), BTreeSet::from([$id]));
        })+

        #[test]
        fn every_check_has_a_case_that_breaks_it() {
            let covered = BTreeSet::from([$($id),+, "PF-SVC-006", "PF-DB-001", "PF-HOST-001"]);
            let all: BTreeSet<&str> = CATALOGUE.iter().map(|check| check.id).collect();
            assert_eq!(covered, all);
        }
    };
}

breaks! {
    low_disk: "PF-HOST-002", |f| change(&mut f.host, |host| host.disk_free_bytes = 1 << 30);
    low_memory: "PF-HOST-003", |f| change(&mut f.host, |host| host.memory_available_bytes = 1);
    few_files: "PF-HOST-004", |f| change(&mut f.host, |host| host.open_files = 1024);
    other_spec: "PF-CONF-001", |f| change(&mut f.spec_file, |file| file.fresh = false);
    stale_file: "PF-CONF-002", |f| change(first(&mut f.generated), |file| file.fresh = false);
    open_secret: "PF-CONF-003", |f| change(first(&mut f.secrets), |file| file.mode = 0o644);
    old_postgres: "PF-DB-002", |f| change(&mut f.database, |db| db.version = 12);
    other_database: "PF-DB-003", |f| change(&mut f.database, |db| db.name = "postgres".to_owned());
    table_gone: "PF-DB-004", |f| change(&mut f.database, |db| { db.tables.pop(); });
    migration_missing: "PF-DB-005", |f| change(&mut f.database, |db| {
        first(&mut db.migration_drift).push("0002".to_owned());
    });
    connections_used: "PF-DB-006", |f| change(&mut f.database, |db| db.connections = (81, 100));
    no_checksums: "PF-DB-007", |f| change(&mut f.database, |db| db.checksums = false);
    loading_redis: "PF-REDIS-001", |f| change(&mut f.redis, |redis| redis.ping = "LOADING".to_owned());
    forgetful_redis: "PF-REDIS-002", |f| change(&mut f.redis, |redis| redis.persistent = false);
    open_redis: "PF-REDIS-003", |f| change(&mut f.redis, |redis| redis.password_required = false);
    unhealthy: "PF-SVC-001", |f| first(&mut f.services).health = problem(503);
    not_ready: "PF-SVC-002", |f| first(&mut f.services).ready = problem(503);
    no_metrics: "PF-SVC-003", |f| first(&mut f.services).metrics = problem(404);
    other_version: "PF-SVC-004", |f| {
        f.services.values_mut().next_back().expect("one").version = Observed::Seen("9".to_owned());
    };
    open_port: "PF-SVC-005", |f| {
        first(&mut f.services).addresses = Observed::Seen(vec!["0.0.0.0".to_owned()]);
    };
    bad_nginx: "PF-GW-001", |f| f.gateway.syntax = Observed::Failed("unexpected }".to_owned());
    dead_route: "PF-GW-002", |f| change(&mut f.gateway.routes[0].answer, |answer| answer.status = 502);
    wrong_service_on_a_route: "PF-GW-002", |f| {
        let health = f.gateway.routes.iter_mut().find(|route| route.path == "/health");
        change(&mut health.expect("routed").answer, |answer| answer.body = "{}".to_owned());
    };
    no_hsts: "PF-GW-003", |f| change(&mut f.gateway.routes[0].answer, |answer| {
        answer.headers.remove("strict-transport-security");
    });
    plain_served: "PF-GW-004", |f| f.gateway.plain_http = Observed::Seen(200);
    stranger_accepted: "PF-GW-005", |f| f.gateway.unknown_name_refused = Observed::Seen(false);
    only_http1: "PF-GW-006", |f| f.gateway.alpn = Observed::Seen("http/1.1".to_owned());
    public_metrics: "PF-GW-007", |f| *first(&mut f.gateway.internal_paths) = Observed::Seen(200);
    large_body: "PF-GW-008", |f| f.gateway.oversized_body = Observed::Seen(200);
    claimed_id: "PF-GW-009", |f| {
        f.gateway.request_id = Observed::Seen(("same".to_owned(), "same".to_owned()));
    };
    expired: "PF-TLS-001", |f| {
        change(first(&mut f.certificates), |c| c.not_before += Duration::days(20));
    };
    expires_soon: "PF-TLS-002", |f| {
        change(first(&mut f.certificates), |c| c.not_after -= Duration::days(90));
    };
    other_name: "PF-TLS-003", |f| {
        change(first(&mut f.certificates), |c| c.names = vec!["*.example.org".to_owned()]);
    };
    broken_chain: "PF-TLS-004", |f| change(first(&mut f.certificates), |c| c.chain_trusted = false);
    other_issuer: "PF-TLS-005", |f| {
        change(first(&mut f.certificates), |c| c.issuer = "Let's Encrypt".to_owned());
    };
    not_reloaded: "PF-TLS-006", |f| change(first(&mut f.certificates), |c| c.matches_disk = false);
    old_protocol: "PF-TLS-007", |f| {
        change(first(&mut f.certificates), |c| c.old_protocol_refused = Some(false));
    };
    no_keys: "PF-ID-001", |f| f.identity.jwks_keys = Observed::Seen(0);
    open_door: "PF-ID-002", |f| f.identity.without_token = Observed::Seen(answer(200, "{}"));
    forged_accepted: "PF-ID-003", |f| f.identity.forged_token = Observed::Seen(answer(200, "{}"));
    nobody_in_charge: "PF-ID-004", |f| f.identity.administrator = Observed::Seen(false);
    no_rtmp: "PF-LIVE-001", |f| f.streaming.rtmp_handshake = Observed::Seen(false);
    no_list: "PF-LIVE-002", |f| f.streaming.live_list = problem(500);
    odd_playlist: "PF-LIVE-003", |f| f.streaming.missing_playlist = problem(500);
    no_viewers: "PF-LIVE-004", |f| {
        f.streaming.viewers = Some(Observed::Seen("http/1.1".to_owned()));
    };
    critical: "PF-LOG-001", |f| {
        change(first(&mut f.logs), |log| log.critical.push("disk is gone".to_owned()));
    };
    huge_log: "PF-LOG-002", |f| change(first(&mut f.logs), |log| log.bytes = 1 << 30);
}

#[test]
fn a_full_disk_fails_the_requirement_and_the_advice() {
    let ids = not_passed(|facts| change(&mut facts.host, |host| host.disk_free_bytes = 0));
    assert_eq!(ids, BTreeSet::from(["PF-HOST-001", "PF-HOST-002"]));
}

#[test]
fn an_unreachable_database_fails_every_check_about_it() {
    let ids = not_passed(|facts| facts.database = Observed::Failed("refused".to_owned()));
    assert!(ids.iter().all(|id| id.starts_with("PF-DB-")), "{ids:?}");
    assert_eq!(ids.len(), 7);
}
