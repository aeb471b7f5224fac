//! Everything that can be wrong in a specification is reported with its place and a remedy.

use spec::{DEFAULT, Spec};

/// Replaces one piece of the shipped specification and returns what is said about it.
fn broken(from: &str, to: &str) -> Vec<String> {
    assert_eq!(DEFAULT.matches(from).count(), 1, "`{from}` must occur once to be replaced");
    Spec::parse_named("s.yaml", &DEFAULT.replace(from, to))
        .expect_err("the change must be refused")
        .iter()
        .map(|error| {
            let Some((place, said)) =
                error.to_string().split_once(": ").map(|(p, s)| (p.to_owned(), s.to_owned()))
            else {
                return error.to_string();
            };
            // The line is checked against the text itself, so that editing the file breaks nothing.
            let line = place.split(':').nth(1).and_then(|line| line.parse::<usize>().ok());
            let text = DEFAULT.replace(from, to);
            let shown = line.and_then(|line| text.lines().nth(line - 1)).unwrap_or_default().trim();
            format!("{shown} => {said}")
        })
        .collect()
}

macro_rules! refused {
    ($name:ident, $from:expr, $to:expr, $($said:expr),+ $(,)?) => {
        #[test]
        fn $name() {
            assert_eq!(broken($from, $to), [$($said),+]);
        }
    };
}

refused!(
    unknown_key,
    "install_dir:",
    "instal_dir:",
    "instal_dir: /opt/nexus-cos => unknown key `instal_dir`; did you mean `install_dir`?",
);
refused!(
    unknown_value,
    "min_version: TLSv1.2",
    "min_version: TLSv1.1",
    "min_version: TLSv1.1 => unknown value `TLSv1.1`; did you mean `TLSv1.2`?",
);
refused!(
    key_missing,
    "  hsts_seconds: 63072000\n",
    "",
    "warn_days_before_expiry: 21 => the key `hsts_seconds` is missing; add `hsts_seconds:` to this mapping",
);
refused!(
    unknown_format,
    "format: 1",
    "format: 2",
    "format: 2 => unknown format 2; this program reads `format: 1`; use the program that came with the file",
);
refused!(
    two_on_one_port,
    "port: 3016",
    "port: 4000",
    "port: 4000 => port 4000 already belongs to `gateway-api`; give each listener a port of its own",
);
refused!(
    extra_listener_on_a_used_port,
    "port: 1935,",
    "port: 6379,",
    "- { name: rtmp, protocol: tcp, port: 6379, public: true } => port 6379 already belongs to `redis`; give each listener a port of its own",
);
refused!(
    privileged_port,
    "port: 3016",
    "port: 443",
    "port: 443 => port 443 is privileged; services run without privileges: use a port from 1024 to 65535",
);
refused!(
    route_to_a_planned_service,
    "tv.nexuscos.online, path: /live/, service: streamcore",
    "tv.nexuscos.online, path: /live/, service: v-stage",
    "- { domain: tv.nexuscos.online, path: /live/, service: v-stage, kind: live } => `v-stage` is planned: nothing would answer; remove the route until the service is active",
);
refused!(
    route_to_an_engine,
    "tv.nexuscos.online, path: /live/, service: streamcore",
    "tv.nexuscos.online, path: /live/, service: redis",
    "- { domain: tv.nexuscos.online, path: /live/, service: redis, kind: live } => `redis` is an engine and speaks no HTTP; route to the service that owns the data",
);
refused!(
    route_to_an_unknown_service,
    "tv.nexuscos.online, path: /live/, service: streamcore",
    "tv.nexuscos.online, path: /live/, service: streamcor",
    "- { domain: tv.nexuscos.online, path: /live/, service: streamcor, kind: live } => there is no service `streamcor`; did you mean `streamcore`?",
);
refused!(
    route_on_an_unknown_domain,
    "domain: tv.nexuscos.online, path: /live/",
    "domain: tv.nexuscos.onlin, path: /live/",
    "- { domain: tv.nexuscos.onlin, path: /live/, service: streamcore, kind: live } => there is no domain `tv.nexuscos.onlin`; did you mean `tv.nexuscos.online`?",
);
refused!(
    route_twice,
    "tv.nexuscos.online, path: /live/,",
    "tv.nexuscos.online, path: /api/,",
    "- { domain: tv.nexuscos.online, path: /api/, service: streamcore, kind: live } => `tv.nexuscos.online/api/` is routed twice; remove this route or route number 16",
);
refused!(
    route_with_a_path_nginx_would_misread,
    "tv.nexuscos.online, path: /live/,",
    "tv.nexuscos.online, path: \"/live/;\",",
    "- { domain: tv.nexuscos.online, path: \"/live/;\", service: streamcore, kind: live } => `/live/;` is not a path that can be matched; start it with `/` and use letters, digits, `.`, `-`, `_` and `/`",
);
refused!(
    domain_of_an_unknown_service,
    "{ service: vscreen-hollywood }",
    "{ service: vscreen-holywood }",
    "hollywood.nexuscos.online: { service: vscreen-holywood } => there is no service `vscreen-holywood`; did you mean `vscreen-hollywood`?",
);
refused!(
    active_domain_without_a_route,
    "{ service: vscreen-hollywood }",
    "{ service: streamcore }",
    "hollywood.nexuscos.online: { service: streamcore } => `hollywood.nexuscos.online` belongs to an active service but has no route; add a route for it",
);
refused!(
    folder_elsewhere,
    "folder: services/streamcore",
    "folder: services/stream",
    "folder: services/stream => `services/stream` is not the folder of `streamcore`; services live in `services/streamcore`",
);
refused!(
    weak_cipher,
    "    - ECDHE-RSA-AES256-GCM-SHA384\n",
    "    - AES256-SHA\n",
    "- AES256-SHA => `AES256-SHA` lacks forward secrecy or authenticated encryption; use an ECDHE suite with GCM or CHACHA20-POLY1305",
);
refused!(
    weak_curve,
    "prime256v1,",
    "secp521r1,",
    "curves: [X25519, secp521r1, secp384r1] => `secp521r1` is not a group of the intermediate profile; use X25519, prime256v1 or secp384r1",
);
refused!(
    acme,
    "acme: false",
    "acme: true",
    "acme: true => certificates are placed by hand, never by an ACME client; write `acme: false`",
);
refused!(
    no_issuer,
    "issuers: [IONOS, Sectigo, DigiCert, GeoTrust]",
    "issuers: []",
    "issuers: [] => `issuers` is empty; name at least one",
);
refused!(
    contract_table_missing,
    "        - audit_log\n",
    "",
    "tables: => the table `audit_log` is missing; the schema `public` always has users, sessions, api_keys and audit_log",
);
refused!(
    table_name,
    "tables: [owners, streams]",
    "tables: [owners, Streams]",
    "tables: [owners, Streams] => `Streams` is not a table name; use lowercase letters, digits and underscores, beginning with a letter",
);
refused!(
    zero_limit,
    "connections_per_address: 256",
    "connections_per_address: 0",
    "connections_per_address: 0 => a limit of 0 would refuse everything; write a number above 0",
);
refused!(
    plans_out_of_order,
    "cents: 1999,",
    "cents: 29999,",
    "price: { monthly: { cents: 19999, currency: USD } } => the price is not above that of the plan before it in the same currency; order plans by price; a custom price comes last",
);
refused!(
    plan_limit_falls,
    "render_height: 4320, users: 10",
    "render_height: 4320, users: 2",
    "limits: { stream_height: unlimited, render_height: 4320, users: 2 } => `users` is below that of the cheaper plan before it; a dearer plan never allows less",
);
refused!(
    plan_feature_again,
    "features: [streamcore_full,",
    "features: [streaming,",
    "features: [streaming, custom_overlays, analytics_dashboard] => this feature already came with this plan or one before it; name a feature only in the cheapest plan that has it",
);

#[test]
fn wrong_type_says_what_to_write() {
    let said = broken("port: 3016", "port: many");
    assert_eq!(said.len(), 1);
    assert!(said[0].starts_with("port: many => "), "{said:?}");
}

#[test]
fn port_out_of_range_is_refused_at_its_line() {
    let said = broken("port: 3016", "port: 70000");
    assert_eq!(said.len(), 1);
    assert!(said[0].starts_with("port: 70000 => "), "{said:?}");
}

#[test]
fn broken_yaml_is_refused_at_its_line() {
    let said = broken("format: 1", "format: [1");
    assert_eq!(said.len(), 1, "{said:?}");
}

#[test]
fn a_key_twice_is_refused() {
    let said = broken("format: 1\n", "format: 1\nformat: 1\n");
    assert_eq!(said, ["format: 1 => the key `format` stands here twice; keep one of them"]);
}

#[test]
fn every_broken_rule_is_reported_at_once() {
    let text = DEFAULT.replace("port: 3016", "port: 80").replace("acme: false", "acme: true");
    let errors = Spec::parse(&text).expect_err("two rules are broken");
    assert_eq!(errors.len(), 2);
    assert!(errors.iter().all(|error| error.file == spec::FILE_NAME && error.line > 1));
}

#[test]
fn hostile_nesting_is_refused_and_not_followed() {
    let text = "[".repeat(100_000);
    assert!(Spec::parse(&text).is_err());
    let laughs = (0..30).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| {
        format!("{text}a{}: &a{} [*a{n}, *a{n}]\n", n + 1, n + 1)
    });
    assert!(Spec::parse(&laughs).is_err());
}
