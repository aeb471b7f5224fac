//! Routes lead from known domains to built services, and every answering domain has one.

use std::collections::BTreeMap;

use super::{Broken, known};
use crate::{Spec, Status};

pub(super) fn check(spec: &Spec, broken: &mut Vec<Broken>) {
    let mut seen = BTreeMap::new();
    for (index, route) in spec.routes.iter().enumerate() {
        let index_text = index.to_string();
        let at = |key: &'static str| ["routes", &index_text, key].map(str::to_owned);
        let mut report = |key, message: String, remedy: String| {
            broken.push(Broken { path: at(key).to_vec(), message, remedy });
        };
        if !spec.domains.contains_key(&route.domain) {
            report(
                "domain",
                format!("there is no domain `{}`", route.domain),
                known(&route.domain, spec.domains.keys()),
            );
        }
        match spec.services.get(&route.service) {
            None => report(
                "service",
                format!("there is no service `{}`", route.service),
                known(&route.service, spec.services.keys()),
            ),
            Some(service) if service.folder.is_none() => report(
                "service",
                format!("`{}` is an engine and speaks no HTTP", route.service),
                "route to the service that owns the data".to_owned(),
            ),
            Some(service) if service.status == Status::Planned => report(
                "service",
                format!("`{}` is planned: nothing would answer", route.service),
                "remove the route until the service is active".to_owned(),
            ),
            Some(_) => {}
        }
        if !is_path(&route.path) {
            report(
                "path",
                format!("`{}` is not a path that can be matched", route.path),
                "start it with `/` and use letters, digits, `.`, `-`, `_` and `/`".to_owned(),
            );
        }
        if let Some(first) = seen.insert((&route.domain, &route.path), index) {
            report(
                "path",
                format!("`{}{}` is routed twice", route.domain, route.path),
                format!("remove this route or route number {}", first + 1),
            );
        }
    }
    for name in spec.active_domains() {
        if !spec.routes.iter().any(|route| route.domain == name) {
            broken.push(Broken::at(
                &["domains", name],
                format!("`{name}` belongs to an active service but has no route"),
                "add a route for it",
            ));
        }
    }
}

fn is_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.contains("//")
        && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"./-_".contains(&b))
}
