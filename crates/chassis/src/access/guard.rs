use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{Access, Endpoint};
use crate::principal::{TokenVerifier, bearer_token};
use crate::problem::Problem;

/// What stands before the routes of a service.
pub(super) struct Guard {
    by_path: BTreeMap<String, Vec<(Method, Access)>>,
    tokens: TokenVerifier,
}

impl Guard {
    pub(super) fn new(endpoints: &[Endpoint], tokens: TokenVerifier) -> Arc<Self> {
        let mut by_path: BTreeMap<String, Vec<(Method, Access)>> = BTreeMap::new();
        for endpoint in endpoints {
            let methods = by_path.entry(endpoint.path.clone()).or_default();
            methods.push((endpoint.method.clone(), endpoint.access));
        }
        Arc::new(Self { by_path, tokens })
    }

    /// Who may make this request; `None` for a method or path that the router refuses anyway.
    fn access(&self, request: &Request) -> Option<Access> {
        let path = request.extensions().get::<MatchedPath>()?;
        let method = match *request.method() {
            Method::HEAD => &Method::GET,
            ref method => method,
        };
        let methods = self.by_path.get(path.as_str())?;
        methods.iter().find(|(declared, _)| declared == method).map(|(_, access)| *access)
    }

    async fn check(&self, request: &mut Request) -> Result<(), Problem> {
        let needed = match self.access(request) {
            Some(Access::SignedIn) => None,
            Some(Access::Scope(scope)) => Some(scope),
            Some(Access::Public(_) | Access::Proof(_)) | None => return Ok(()),
        };
        let principal = self.tokens.verify(bearer_token(request.headers())?).await?;
        if let Some(scope) = needed {
            principal.require(scope)?;
        }
        request.extensions_mut().insert(principal);
        Ok(())
    }
}

/// Lets a request through to its handler, or answers it.
pub(super) async fn admit(
    State(guard): State<Arc<Guard>>,
    mut request: Request,
    next: Next,
) -> Response {
    match guard.check(&mut request).await {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}
