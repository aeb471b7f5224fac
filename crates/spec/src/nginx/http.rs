//! What stands directly in the `http` block: maps, log format, limit zones, upstreams and the
//! server for names that are not ours.

use std::fmt::Write as _;

use super::Site;
use super::snippets::FOLDER;
use crate::Spec;

pub(super) const GENERATED: &str =
    "# Generated from nexus-cos-pf-bulletproof.yaml by `cargo xtask render`. Do not edit.\n\n";

pub(super) fn render(spec: &Spec, site: &Site) -> String {
    [GENERATED, LOGGING, &limits(spec), UPGRADE, &upstreams(site), &default_server(site)].concat()
}

// Live media is logged only when it fails: twenty lines per second and viewer say nothing that
// StreamCore's metrics do not.
const LOGGING: &str = r#"log_format nexus_cos escape=json '{'
    '"time":"$time_iso8601",'
    '"request_id":"$request_id",'
    '"remote":"$remote_addr",'
    '"host":"$host",'
    '"method":"$request_method",'
    '"uri":"$uri",'
    '"protocol":"$server_protocol",'
    '"status":$status,'
    '"bytes":$bytes_sent,'
    '"seconds":$request_time,'
    '"upstream":"$upstream_addr",'
    '"upstream_seconds":"$upstream_response_time",'
    '"tls":"$ssl_protocol",'
    '"user_agent":"$http_user_agent"'
'}';

# Served live media is not logged; failures are.
map $status $nexus_failed {
    ~^[23] 0;
    default 1;
}

"#;

const UPGRADE: &str = r#"# WebSocket upgrades pass; everything else keeps the upstream connection open.
map $http_upgrade $nexus_connection {
    default upgrade;
    ""      "";
}

"#;

fn limits(spec: &Spec) -> String {
    let limits = &spec.limits;
    format!(
        r#"# An empty key is not counted: only attempts to sign in are.
map $request_method:$uri $nexus_sign_in {{
    default "";
    POST:/api/v1/session $binary_remote_addr;
}}

limit_req_zone $binary_remote_addr zone=nexus_api:10m rate={api}r/s;
limit_req_zone $nexus_sign_in zone=nexus_sign_in:10m rate={sign_in}r/m;
limit_conn_zone $binary_remote_addr zone=nexus_connections:10m;
limit_conn_zone $binary_remote_addr zone=nexus_live_connections:10m;
limit_req_status 429;
limit_conn_status 429;

"#,
        api = limits.api_requests_per_second,
        sign_in = limits.sign_in_requests_per_minute,
    )
}

fn upstreams(site: &Site) -> String {
    let mut text = String::new();
    for (name, address) in &site.upstreams {
        // One server only: without max_fails=0 a single refused connection would take it out for
        // ten seconds although it may be back at once.
        let _ = write!(
            text,
            "upstream nexus_{} {{\n    server {address} max_fails=0;\n    keepalive 256;\n    \
             keepalive_requests 1000000;\n    keepalive_timeout 30s;\n}}\n\n",
            name.replace('-', "_")
        );
    }
    text
}

/// Names that are not ours: no certificate is shown, and nothing is served. OpenSSL takes the
/// protocol versions of every server on a port from this one, hence the TLS policy here too.
fn default_server(site: &Site) -> String {
    let mut listens = String::new();
    for (port, flags) in [(site.http_port, ""), (site.https_port, " ssl http2")] {
        for address in addresses(site, port) {
            let _ = writeln!(listens, "    listen {address}{flags} default_server;");
        }
    }
    format!(
        "server {{\n{listens}    server_name _;\n    include {FOLDER}/tls.inc;\n    \
         ssl_reject_handshake on;\n    \
         access_log {} nexus_cos;\n    error_log {} warn;\n    \
         include {FOLDER}/problems.inc;\n    return 421;\n}}\n",
        site.access_log, site.error_log
    )
}

/// Arguments of `listen` for `port`: the site's address, or every IPv4 and IPv6 address.
pub(super) fn addresses(site: &Site, port: u16) -> Vec<String> {
    match &site.listen_address {
        Some(address) => vec![format!("{address}:{port}")],
        None => vec![port.to_string(), format!("[::]:{port}")],
    }
}
