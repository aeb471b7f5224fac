//! What must hold between the parts of a specification beyond its shape.

mod database;
mod limits;
mod names;
mod plans;
mod ports;
mod routes;
mod tls;

use crate::Spec;

/// A broken rule and the path of keys (decimal indices in lists) that leads to it.
#[derive(Debug)]
pub(crate) struct Broken {
    pub path: Vec<String>,
    pub message: String,
    pub remedy: String,
}

impl Broken {
    fn at(path: &[&str], message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            path: path.iter().map(|&step| step.to_owned()).collect(),
            message: message.into(),
            remedy: remedy.into(),
        }
    }
}

/// Every broken rule, in the order of the file's sections.
pub(crate) fn broken(spec: &Spec) -> Vec<Broken> {
    let mut broken = Vec::new();
    if spec.format != 1 {
        broken.push(Broken::at(
            &["format"],
            format!("unknown format {}", spec.format),
            "this program reads `format: 1`; use the program that came with the file",
        ));
    }
    names::check(spec, &mut broken);
    ports::check(spec, &mut broken);
    routes::check(spec, &mut broken);
    tls::check(spec, &mut broken);
    limits::check(spec, &mut broken);
    database::check(spec, &mut broken);
    plans::check(spec, &mut broken);
    broken
}

/// The remedy for a name that does not exist: the nearest one that does, or the list.
fn known<'a>(name: &str, candidates: impl Iterator<Item = &'a String> + Clone) -> String {
    match crate::nearest::nearest(name, candidates.clone().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            format!("use one of {}", candidates.map(String::as_str).collect::<Vec<_>>().join(", "))
        }
    }
}
