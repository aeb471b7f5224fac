use std::fmt;

use axum::Router;
use axum::extract::FromRef;
use axum::http::Method;
use axum::middleware;
use axum::routing::MethodRouter;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use super::guard::{Guard, admit};
use super::{Access, Counting, Endpoint, document};
use crate::principal::TokenVerifier;
use crate::rate::{Class, Limiter};

/// The routes of a service, each with who may call it. There is no way to add one without.
///
/// ```text
/// Api::new(document)
///     .public("it is how one signs in", routes!(session::sign_in))
///     .signed_in(routes!(session::show, session::sign_out))
///     .scope("audit:read", routes!(audit::list))
/// ```
pub struct Api<S> {
    router: OpenApiRouter<S>,
    endpoints: Vec<Endpoint>,
    limiter: Option<Limiter>,
}

impl<S: Clone + Send + Sync + 'static> Api<S> {
    /// No routes yet, and the document that theirs are added to.
    pub fn new(document: OpenApi) -> Self {
        Self { router: OpenApiRouter::with_openapi(document), endpoints: Vec::new(), limiter: None }
    }

    /// Adds routes that anybody may call, and says why.
    pub fn public(self, why: &'static str, routes: UtoipaMethodRouter<S>) -> Self {
        self.add(Access::Public(why), Counting::Caller, routes)
    }

    /// Adds routes that anybody may call, but not as often as others.
    pub fn public_within(
        self,
        class: Class,
        why: &'static str,
        routes: UtoipaMethodRouter<S>,
    ) -> Self {
        self.add(Access::Public(why), Counting::Address(class), routes)
    }

    /// Adds routes for whoever has an access token.
    pub fn signed_in(self, routes: UtoipaMethodRouter<S>) -> Self {
        self.add(Access::SignedIn, Counting::Caller, routes)
    }

    /// Adds routes for whoever has an access token with this scope.
    pub fn scope(self, scope: &'static str, routes: UtoipaMethodRouter<S>) -> Self {
        self.add(Access::Scope(scope), Counting::Caller, routes)
    }

    /// Adds routes whose handlers check another proof: see [`Access::Proof`].
    pub fn proof(self, schemes: &'static [&'static str], routes: UtoipaMethodRouter<S>) -> Self {
        self.add(Access::Proof(schemes), Counting::Caller, routes)
    }

    /// Adds routes whose handlers check another proof, and count requests by it with a
    /// [`Meter`](crate::rate::Meter).
    pub fn metered(self, schemes: &'static [&'static str], routes: UtoipaMethodRouter<S>) -> Self {
        self.add(Access::Proof(schemes), Counting::Handler, routes)
    }

    /// Adds a route that the document does not describe, such as media that players fetch.
    pub fn plain(
        mut self,
        access: Access,
        methods: &[Method],
        path: &str,
        handlers: MethodRouter<S>,
    ) -> Self {
        self.endpoints.extend(methods.iter().map(|method| Endpoint {
            method: method.clone(),
            path: path.to_owned(),
            access,
            documented: false,
            counting: Counting::Never,
        }));
        self.router = self.router.route(path, handlers);
        self
    }

    /// Limits how many requests a caller may make to documented routes.
    pub fn limited(mut self, limiter: Limiter) -> Self {
        self.limiter = Some(limiter);
        self
    }

    /// Adds all routes of another.
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.endpoints.extend(other.endpoints);
        self
    }

    /// Every endpoint with who may call it.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// The description of the documented routes.
    pub fn into_openapi(self) -> OpenApi {
        self.router.into_openapi()
    }

    /// The routes, with the declared access enforced.
    pub fn guarded(self, state: S) -> Router
    where
        TokenVerifier: FromRef<S>,
    {
        let guard = Guard::new(&self.endpoints, TokenVerifier::from_ref(&state), self.limiter);
        let (router, _) = self.router.with_state(state).split_for_parts();
        router.layer(middleware::from_fn_with_state(guard, admit))
    }

    fn add(
        mut self,
        access: Access,
        counting: Counting,
        mut routes: UtoipaMethodRouter<S>,
    ) -> Self {
        for (path, item) in &mut routes.1.paths {
            for (method, operation) in document::operations(item) {
                document::declare(access, counting, operation);
                self.endpoints.push(Endpoint {
                    method,
                    path: path.clone(),
                    access,
                    documented: true,
                    counting,
                });
            }
        }
        self.router = self.router.routes(routes);
        self
    }
}

impl<S> fmt::Debug for Api<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("endpoints", &self.endpoints).finish_non_exhaustive()
    }
}
