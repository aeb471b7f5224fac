//! Names of services, domains and environment variables, and references between them.

use super::{Broken, known};
use crate::{Health, Spec};

pub(super) fn check(spec: &Spec, broken: &mut Vec<Broken>) {
    platform(spec, broken);
    domains(spec, broken);
    services(spec, broken);
    environment(spec, broken);
}

fn platform(spec: &Spec, broken: &mut Vec<Broken>) {
    if !spec.platform.install_dir.starts_with('/') {
        broken.push(Broken::at(
            &["platform", "install_dir"],
            format!("`{}` is not an absolute folder", spec.platform.install_dir),
            "start it with `/`",
        ));
    }
}

fn domains(spec: &Spec, broken: &mut Vec<Broken>) {
    if spec.domains.is_empty() {
        broken.push(Broken::at(&["domains"], "there is no domain", "name at least one domain"));
    }
    for (name, domain) in &spec.domains {
        if !is_domain_name(name) {
            broken.push(Broken::at(
                &["domains", name],
                format!("`{name}` is not a domain name"),
                "use lowercase letters, digits and hyphens, with at least one dot",
            ));
        }
        if !spec.services.contains_key(&domain.service) {
            broken.push(Broken::at(
                &["domains", name, "service"],
                format!("there is no service `{}`", domain.service),
                known(&domain.service, spec.services.keys()),
            ));
        }
    }
}

fn services(spec: &Spec, broken: &mut Vec<Broken>) {
    for (name, service) in &spec.services {
        if !is_target_name(name) {
            broken.push(Broken::at(
                &["services", name],
                format!("`{name}` is not a target name"),
                "use lowercase letters, digits and hyphens, beginning with a letter",
            ));
        }
        match &service.health {
            Health::Http(path) if !path.starts_with('/') => broken.push(Broken::at(
                &["services", name, "health"],
                format!("the health path `{path}` is not absolute"),
                "start it with `/`",
            )),
            Health::Http(_) if service.folder.is_none() => broken.push(Broken::at(
                &["services", name],
                format!("`{name}` has no folder"),
                format!("add `folder: services/{name}`"),
            )),
            Health::Http(_) | Health::PgIsready | Health::RedisPing => {}
        }
        if let Some(folder) = &service.folder
            && *folder != format!("services/{name}")
        {
            broken.push(Broken::at(
                &["services", name, "folder"],
                format!("`{folder}` is not the folder of `{name}`"),
                format!("services live in `services/{name}`"),
            ));
        }
    }
}

fn environment(spec: &Spec, broken: &mut Vec<Broken>) {
    for (name, key) in &spec.environment {
        if !is_variable_name(name) {
            broken.push(Broken::at(
                &["environment", name],
                format!("`{name}` is not the name of an environment variable"),
                "use capital letters, digits and underscores, beginning with a letter",
            ));
        }
        for (index, service) in key.services.iter().enumerate() {
            if !spec.services.contains_key(service) {
                broken.push(Broken::at(
                    &["environment", name, "services", &index.to_string()],
                    format!("there is no service `{service}`"),
                    known(service, spec.services.keys()),
                ));
            }
        }
        if key.example.contains("{secret}") != key.generate.is_some() {
            broken.push(Broken::at(
                &["environment", name, "example"],
                "`{secret}` in the example and `generate` belong together",
                "write both or neither",
            ));
        }
        if key.generate.is_some() && !key.secret {
            broken.push(Broken::at(
                &["environment", name, "secret"],
                "a generated value is not marked as secret",
                "write `secret: true`",
            ));
        }
    }
}

fn is_domain_name(name: &str) -> bool {
    name.len() <= 253
        && name.contains('.')
        && name.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        })
}

fn is_target_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn is_variable_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}
