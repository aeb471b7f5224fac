//! Dependencies run one way: nexus, services, shells (chassis, store, ffmpeg), wire types.

use super::metadata::{Metadata, Package};

/// Crates that own time, sockets, SQL or HTTP: nothing of them may be linked into a pure crate.
const IMPURE: [&str; 9] =
    ["axum", "hyper", "mio", "redis", "reqwest", "socket2", "sqlx", "sqlx-core", "tokio"];

/// Crates of ours that take everything as arguments.
const PURE: [&str; 6] = ["api", "media", "mixer", "spec", "tracking", "webauthn"];

pub(super) fn check(metadata: &Metadata) -> Vec<String> {
    let mut complaints = Vec::new();
    for (package, folder) in metadata.members() {
        for id in metadata.direct(&package.id, false) {
            if let Some((other, other_folder)) = member(metadata, id)
                && !allowed(package, folder, other, other_folder)
            {
                complaints.push(format!(
                    "{folder}/Cargo.toml: `{}` may not depend on `{}`; dependencies run from nexus \
                     to services to chassis, store and the pure crates, and never sideways",
                    package.name, other.name
                ));
            }
        }
        if PURE.contains(&package.name.as_str()) {
            complaints.extend(impure(metadata, package, folder));
        }
    }
    complaints
}

fn allowed(from: &Package, folder: &str, to: &Package, to_folder: &str) -> bool {
    let to_crate = to_folder.starts_with("crates/");
    match from.name.as_str() {
        "api" | "media" | "mixer" | "tracking" | "webauthn" => false,
        "spec" | "chassis" | "ffmpeg" => to.name == "api",
        "store" => ["api", "chassis"].contains(&to.name.as_str()),
        "xtask" => to.name == "spec",
        "fuzz" => to_crate,
        "nexus" => to_crate || to_folder.starts_with("services/"),
        "tests" | "benches" => to.name != "xtask",
        _ => folder.starts_with("services/") && to_crate && to.name != "spec",
    }
}

fn impure(metadata: &Metadata, package: &Package, folder: &str) -> Vec<String> {
    let linked = metadata.linked(&package.id);
    linked
        .iter()
        .filter_map(|(id, by)| Some((metadata.package(id)?, metadata.package(by)?)))
        .filter(|(found, _)| IMPURE.contains(&found.name.as_str()))
        .map(|(found, by)| {
            format!(
                "{folder}/Cargo.toml: `{}` is pure but links `{}` (through `{}`); time, sockets and \
                 data come in as arguments",
                package.name, found.name, by.name
            )
        })
        .collect()
}

fn member<'a>(metadata: &'a Metadata, id: &str) -> Option<(&'a Package, &'a str)> {
    metadata.members().find(|(package, _)| package.id == id)
}
