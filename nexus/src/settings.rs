//! Settings of the binary itself, and the layers that every service's settings come from.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

use anyhow::Context;
use chassis::settings::{self, SettingsFile, Sources};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use spec::Spec;

use crate::engines::nginx::Edge;
use crate::home::TLS;
use crate::local_authority::LocalAuthority;
use crate::targets::Target;

/// Folder of a home with the secrets that services make for themselves.
pub(crate) const SERVICE_SECRETS: &str = "secrets/services";

/// Folder of a home with the checkpoints of the audit log.
pub(crate) const AUDIT: &str = "audit";

/// Folder of a home with the mails that are sent nowhere.
pub(crate) const MAIL: &str = "mail";

/// Section `[up]`: the engines that `nexus up` runs.
#[expect(clippy::struct_field_names, reason = "the names are the keys of the settings file")]
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct UpSettings {
    /// Port of the private PostgreSQL.
    pub(crate) postgres_port: u16,
    /// Port of the private Valkey or Redis.
    pub(crate) redis_port: u16,
    /// Port on which nginx answers plain HTTP.
    pub(crate) http_port: u16,
    /// Port on which nginx answers HTTPS.
    pub(crate) https_port: u16,
}

impl Default for UpSettings {
    fn default() -> Self {
        Self { postgres_port: 5432, redis_port: 6379, http_port: 8080, https_port: 8443 }
    }
}

/// Section `[serve]`: what all services of one process share.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ServeSettings {
    /// Address that the services listen on. Only nginx faces the network.
    pub(crate) address: IpAddr,
    /// Port of gateway-api.
    pub(crate) gateway_api_port: u16,
    /// Port of `StreamCore`.
    pub(crate) streamcore_port: u16,
    /// Seconds that requests may take to finish after the signal to stop.
    pub(crate) drain_seconds: u32,
    /// Which log lines are written, such as `info` or `info,streamcore=debug`.
    pub(crate) log: String,
}

impl Default for ServeSettings {
    fn default() -> Self {
        Self {
            address: Ipv4Addr::LOCALHOST.into(),
            gateway_api_port: 4000,
            streamcore_port: 3016,
            drain_seconds: 3,
            log: "info".to_owned(),
        }
    }
}

/// Every setting, read and checked before anything is started.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) up: UpSettings,
    pub(crate) serve: ServeSettings,
    pub(crate) gateway_api: gateway_api::Config,
    pub(crate) streamcore: streamcore::Config,
}

impl Settings {
    /// Reads the layers: defaults, what the specification and the place of the home say, the file
    /// (which may be missing), the environment.
    pub(crate) fn load(file: &Path, home: &Path, spec: &Spec) -> anyhow::Result<Self> {
        let mut sources =
            Sources { spec: from_spec(spec), file: read(file)?, env: std::env::vars().collect() };
        let names = Target::ALL.map(Target::name);
        let sections: Vec<&str> = ["up", "serve"].into_iter().chain(names).collect();
        settings::check_sections(&sections, &sources)?;
        let up: UpSettings = section("up", &sources)?;
        sources.spec.insert(gateway_api::NAME.to_owned(), of_this_site(home, &up)?);
        if let Some(Value::Object(known)) = sources.spec.get_mut(streamcore::NAME) {
            known.extend(viewers_of_this_site(home)?);
        }
        Ok(Self {
            up,
            serve: section("serve", &sources)?,
            gateway_api: section(gateway_api::NAME, &sources)?,
            streamcore: section(streamcore::NAME, &sources)?,
        })
    }

    /// The port that a service answers on.
    pub(crate) fn port(&self, target: Target) -> u16 {
        match target {
            Target::GatewayApi => self.serve.gateway_api_port,
            Target::Streamcore => self.serve.streamcore_port,
        }
    }

    /// What nginx needs to know.
    pub(crate) fn edge(&self) -> Edge {
        Edge {
            http_port: self.up.http_port,
            https_port: self.up.https_port,
            services: Target::ALL.map(|target| (target.name(), self.port(target))).to_vec(),
        }
    }
}

/// The option that names the settings file.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct ConfigOption {
    /// Settings file; it may be missing.
    #[arg(
        long,
        value_name = "FILE",
        default_value = "nexus.toml",
        env = "NEXUS_CONFIG",
        global = true
    )]
    pub(crate) config: PathBuf,
}

/// The specification that this program carries.
pub(crate) fn spec() -> anyhow::Result<Spec> {
    Spec::parse(spec::DEFAULT).map_err(|errors| {
        let text: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("the specification has errors:\n{}", text.join("\n"))
    })
}

fn section<C: Default + Serialize + DeserializeOwned>(
    name: &str,
    sources: &Sources,
) -> Result<C, settings::SettingsError> {
    settings::load(name, sources)
}

fn read(file: &Path) -> anyhow::Result<Option<SettingsFile>> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(SettingsFile { path: file.display().to_string(), text })),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
}

/// What gateway-api must know of the home that it runs in.
fn of_this_site(home: &Path, up: &UpSettings) -> anyhow::Result<Value> {
    let home = std::path::absolute(home)?;
    let secrets = home.join(SERVICE_SECRETS);
    Ok(json!({
        "issuer": format!("https://nexuscos.localhost:{}", up.https_port),
        "signing_key_file": secrets.join("signing-key.pem"),
        "audit_checkpoint_file": home.join(AUDIT).join("checkpoints"),
        "mail_folder": home.join(MAIL),
    }))
}

/// What StreamCore shows viewers who come to it directly: the certificate that nginx shows too.
fn viewers_of_this_site(home: &Path) -> anyhow::Result<Map<String, Value>> {
    let tls = LocalAuthority::in_folder(&std::path::absolute(home)?.join(TLS));
    Ok(Map::from_iter([
        ("viewer_host".to_owned(), json!(spec::nginx::local_name("tv.nexuscos.online"))),
        ("viewer_certificate".to_owned(), json!(tls.chain)),
        ("viewer_key".to_owned(), json!(tls.key)),
    ]))
}

/// The ports that the specification names.
fn from_spec(spec: &Spec) -> Map<String, Value> {
    let port = |name: &str| spec.services.get(name).map(|service| service.port);
    let listen = |name: &str| {
        let listens = &spec.services.get(streamcore::NAME)?.listens;
        listens.iter().find(|listen| listen.name == name).map(|listen| listen.port)
    };
    let sections = [
        ("up", vec![("postgres_port", port("postgresql")), ("redis_port", port("redis"))]),
        (
            "serve",
            vec![
                ("gateway_api_port", port(gateway_api::NAME)),
                ("streamcore_port", port(streamcore::NAME)),
            ],
        ),
        (
            streamcore::NAME,
            vec![
                ("rtmp_port", listen("rtmp")),
                ("viewer_port", listen("viewers")),
                ("webrtc_port", listen("webrtc")),
            ],
        ),
    ];
    sections
        .into_iter()
        .map(|(name, keys)| {
            let table: Map<String, Value> = keys
                .into_iter()
                .filter_map(|(key, port)| Some((key.to_owned(), json!(port?))))
                .collect();
            (name.to_owned(), Value::Object(table))
        })
        .collect()
}
