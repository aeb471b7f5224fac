//! Where a rendered configuration runs.

use std::collections::BTreeMap;

use crate::Spec;

/// Where a rendered configuration runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Port of plain HTTP.
    pub http_port: u16,
    /// Port of HTTPS.
    pub https_port: u16,
    /// Address to listen on; none means every IPv4 and IPv6 address.
    pub listen_address: Option<String>,
    /// Public names.
    pub names: Names,
    /// Absolute path of the certificate chain, leaf first.
    pub certificate: String,
    /// Absolute path of its private key.
    pub key: String,
    /// Address and port of each service, by target name.
    pub upstreams: BTreeMap<String, String>,
    /// Absolute path of the access log.
    pub access_log: String,
    /// Absolute path of the error log.
    pub error_log: String,
    /// Paths of an unprivileged nginx; none on a production host, which has its own `nginx.conf`.
    pub local: Option<LocalPaths>,
}

/// Which names a site answers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// As written in the specification.
    Public,
    /// The first label before `localhost`: `tv.nexuscos.online` becomes `tv.nexuscos.localhost`.
    Localhost,
}

/// Paths of an unprivileged nginx, all absolute and writable by its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalPaths {
    /// Process id file.
    pub pid: String,
    /// Folder for request bodies and buffered answers.
    pub temp: String,
}

impl Site {
    /// A production host as the specification describes it: services on the loopback interface,
    /// ports 80 and 443.
    pub fn production(spec: &Spec) -> Self {
        Self {
            http_port: 80,
            https_port: 443,
            listen_address: None,
            names: Names::Public,
            certificate: spec.tls.certificate.clone(),
            key: spec.tls.key.clone(),
            upstreams: loopback_upstreams(spec),
            access_log: "/var/log/nginx/nexus-cos.access.log".to_owned(),
            error_log: "/var/log/nginx/nexus-cos.error.log".to_owned(),
            local: None,
        }
    }

    /// A developer's machine, everything under the absolute folder `home`: `tls/fullchain.pem` and
    /// `tls/privkey.pem`, `run/nginx.pid`, `run/nginx-temp/`, `log/nginx-access.log` and
    /// `log/nginx-error.log`. Change fields afterwards where a site differs.
    pub fn local(spec: &Spec, home: &str) -> Self {
        let home = home.trim_end_matches('/');
        Self {
            http_port: 8080,
            https_port: 8443,
            listen_address: Some("127.0.0.1".to_owned()),
            names: Names::Localhost,
            certificate: format!("{home}/tls/fullchain.pem"),
            key: format!("{home}/tls/privkey.pem"),
            upstreams: loopback_upstreams(spec),
            access_log: format!("{home}/log/nginx-access.log"),
            error_log: format!("{home}/log/nginx-error.log"),
            local: Some(LocalPaths {
                pid: format!("{home}/run/nginx.pid"),
                temp: format!("{home}/run/nginx-temp"),
            }),
        }
    }

    /// The name under which this site answers for `domain`.
    pub fn server_name(&self, domain: &str) -> String {
        match self.names {
            Names::Public => domain.to_owned(),
            Names::Localhost => local_name(domain),
        }
    }

    pub(super) fn local_paths(&self) -> Option<&LocalPaths> {
        self.local.as_ref()
    }
}

/// The name of `domain` on a developer's machine: its last label becomes `localhost`, which browsers
/// resolve to the loopback interface and treat as secure (RFC 6761 §6.3).
pub fn local_name(domain: &str) -> String {
    match domain.rsplit_once('.') {
        Some((front, _)) => format!("{front}.localhost"),
        None => format!("{domain}.localhost"),
    }
}

fn loopback_upstreams(spec: &Spec) -> BTreeMap<String, String> {
    spec.active()
        .filter(|(_, service)| service.folder.is_some())
        .map(|(name, service)| (name.to_owned(), format!("127.0.0.1:{}", service.port)))
        .collect()
}
