//! The server of one domain.

use std::fmt::Write as _;

use super::Site;
use super::http::{GENERATED, addresses};
use super::snippets::FOLDER;
use crate::{RenderedFile, Route, RouteKind, Spec};

/// Paths of a service that are for operators on the host and never for the network.
const INTERNAL: [&str; 4] = ["/livez", "/metrics", "/readyz", "/version"];

pub(super) fn render(spec: &Spec, site: &Site, domain: &str) -> RenderedFile {
    let name = site.server_name(domain);
    let mut text = GENERATED.to_owned();
    let redirects = site.local.is_none();
    if redirects {
        text.push_str(&redirect(site, &name));
    }
    text.push_str("server {\n");
    let mut ports = vec![(site.https_port, " ssl http2")];
    if !redirects {
        ports.push((site.http_port, ""));
    }
    text.push_str(&listens(site, &ports));
    let _ = write!(
        text,
        "    server_name {name};\n\n    access_log {} nexus_cos;\n    error_log {} warn;\n    \
         include {FOLDER}/tls.inc;\n    include {FOLDER}/problems.inc;\n\n    \
         client_max_body_size {};\n    client_body_timeout 15s;\n    client_header_timeout 15s;\n    \
         send_timeout 30s;\n    keepalive_requests 1000000;\n    server_tokens off;\n    \
         reset_timedout_connection on;\n",
        site.access_log, site.error_log, spec.limits.request_body_bytes
    );
    let routes: Vec<&Route> = spec.routes.iter().filter(|route| route.domain == domain).collect();
    for path in INTERNAL {
        let _ = write!(text, "\n    location = {path} {{\n        return 404;\n    }}\n");
    }
    for route in &routes {
        text.push_str(&location(spec, site, route));
    }
    if !routes.iter().any(|route| route.path == "/") {
        text.push_str("\n    location / {\n        return 404;\n    }\n");
    }
    text.push_str("}\n");
    RenderedFile { path: format!("conf.d/{domain}.conf"), contents: text }
}

fn redirect(site: &Site, name: &str) -> String {
    let port = match site.https_port {
        443 => String::new(),
        port => format!(":{port}"),
    };
    format!(
        "server {{\n{}    server_name {name};\n    access_log {} nexus_cos;\n    \
         error_log {} warn;\n    server_tokens off;\n    \
         return 301 https://{name}{port}$request_uri;\n}}\n\n",
        listens(site, &[(site.http_port, "")]),
        site.access_log,
        site.error_log
    )
}

fn listens(site: &Site, ports: &[(u16, &str)]) -> String {
    let mut text = String::new();
    for (port, flags) in ports {
        for address in addresses(site, *port) {
            let _ = writeln!(text, "    listen {address}{flags};");
        }
    }
    text
}

fn location(spec: &Spec, site: &Site, route: &Route) -> String {
    let matcher = if route.path.ends_with('/') { "" } else { "= " };
    let limits = &spec.limits;
    let own = match route.kind {
        RouteKind::Api => format!(
            "        limit_req zone=nexus_api burst={} nodelay;\n        \
             limit_req zone=nexus_sign_in burst={} nodelay;\n        \
             limit_conn nexus_connections {};\n        include {FOLDER}/proxy.inc;\n",
            limits.api_burst, limits.sign_in_burst, limits.connections_per_address
        ),
        RouteKind::App | RouteKind::Client => format!(
            "        limit_conn nexus_connections {};\n        include {FOLDER}/proxy.inc;\n",
            limits.connections_per_address
        ),
        RouteKind::Live => format!(
            "        limit_conn nexus_live_connections {};\n        include {FOLDER}/live.inc;\n        \
             access_log {} nexus_cos if=$nexus_failed;\n",
            limits.live_connections_per_address, site.access_log
        ),
    };
    format!(
        "\n    location {matcher}{} {{\n{own}        include {FOLDER}/security-headers.inc;\n        \
         proxy_pass http://nexus_{};\n    }}\n",
        route.path,
        route.service.replace('-', "_")
    )
}
