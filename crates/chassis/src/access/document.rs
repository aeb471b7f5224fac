//! What the `OpenAPI` document says about access.

use axum::http::Method;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Content, PathItem, Ref, RefOr, ResponseBuilder};

use super::{Access, Counting};
use crate::openapi::BEARER;

/// The operations of a path with their methods.
pub(super) fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    [
        (Method::GET, &mut item.get),
        (Method::PUT, &mut item.put),
        (Method::POST, &mut item.post),
        (Method::DELETE, &mut item.delete),
        (Method::OPTIONS, &mut item.options),
        (Method::HEAD, &mut item.head),
        (Method::PATCH, &mut item.patch),
    ]
    .into_iter()
    .filter_map(|(method, operation)| operation.as_mut().map(|operation| (method, operation)))
}

/// Writes who may call an operation, and what the shell and the extractors answer before the
/// handler is reached, unless the handler says more.
pub(super) fn declare(access: Access, counting: Counting, operation: &mut Operation) {
    let bearer = |scopes: &[&str]| vec![SecurityRequirement::new(BEARER, scopes.iter().copied())];
    operation.security = match access {
        Access::Public(_) => None,
        Access::SignedIn => Some(bearer(&[])),
        Access::Scope(scope) => Some(bearer(&[scope])),
        Access::Proof(schemes) => Some(
            schemes
                .iter()
                .map(|scheme| SecurityRequirement::new(*scheme, [] as [&str; 0]))
                .collect(),
        ),
    };
    if let Access::SignedIn | Access::Scope(_) = access {
        refusal(operation, "401", "Not signed in");
        refusal(operation, "503", "The access token cannot be checked now");
    }
    if counting != Counting::Handler {
        refusal(operation, "429", "Too many requests");
    }
    if let Access::Scope(scope) = access {
        refusal(operation, "403", &format!("The access token does not carry `{scope}`"));
    }
    unreadable(operation);
    problems(operation);
}

/// A problem is sent as problem+json, whatever the handler says of it.
fn problems(operation: &mut Operation) {
    let problem = Ref::from_schema_name("Problem").ref_location;
    for response in operation.responses.responses.values_mut() {
        let RefOr::T(response) = response else { continue };
        let plain = response.content.get("application/json");
        let is_problem = matches!(
            plain,
            Some(RefOr::T(Content { schema: Some(RefOr::Ref(of)), .. })) if of.ref_location == problem
        );
        if is_problem && let Some(content) = response.content.swap_remove("application/json") {
            response.content.insert(api::problem::CONTENT_TYPE.to_owned(), content);
        }
    }
}

/// What is answered to a request that cannot be read or taken.
fn unreadable(operation: &mut Operation) {
    refusal(operation, "503", "Cannot be answered now");
    let has_body = operation.request_body.is_some();
    let json = matches!(
        &operation.request_body,
        Some(RefOr::T(body)) if body.content.contains_key("application/json")
    );
    let parameters = operation.parameters.as_ref().is_some_and(|all| !all.is_empty());
    if has_body || parameters {
        refusal(operation, "400", "Path, query or body cannot be read");
        refusal(operation, "422", "A value cannot be used");
    }
    if has_body {
        refusal(operation, "413", "The body is too large");
    }
    if json {
        refusal(operation, "415", "The body is not JSON");
    }
}

fn refusal(operation: &mut Operation, status: &str, description: &str) {
    operation.responses.responses.entry(status.to_owned()).or_insert_with(|| {
        let problem = Content::new(Some(Ref::from_schema_name("Problem")));
        RefOr::T(
            ResponseBuilder::new()
                .description(description)
                .content(api::problem::CONTENT_TYPE, problem)
                .build(),
        )
    });
}
