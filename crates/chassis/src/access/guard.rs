use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{Access, Counting, Endpoint};
use crate::client_address::ClientAddress;
use crate::principal::{Principal, TokenVerifier, bearer_token};
use crate::problem::Problem;
use crate::rate::{Bucket, Limiter, Meter, Taken};

/// What stands before the routes of a service.
pub(super) struct Guard {
    by_path: BTreeMap<String, Vec<(Method, Rule)>>,
    tokens: TokenVerifier,
    limiter: Option<Limiter>,
}

#[derive(Clone, Copy)]
struct Rule {
    access: Access,
    counting: Counting,
}

impl Guard {
    pub(super) fn new(
        endpoints: &[Endpoint],
        tokens: TokenVerifier,
        limiter: Option<Limiter>,
    ) -> Arc<Self> {
        let mut by_path: BTreeMap<String, Vec<(Method, Rule)>> = BTreeMap::new();
        for Endpoint { method, path, access, counting, .. } in endpoints {
            let rule = Rule { access: *access, counting: *counting };
            by_path.entry(path.clone()).or_default().push((method.clone(), rule));
        }
        Arc::new(Self { by_path, tokens, limiter })
    }

    /// What is asked of this request; `None` for a method or path that the router refuses anyway.
    fn rule(&self, request: &Request) -> Option<Rule> {
        let path = request.extensions().get::<MatchedPath>()?;
        let method = match *request.method() {
            Method::HEAD => &Method::GET,
            ref method => method,
        };
        let methods = self.by_path.get(path.as_str())?;
        methods.iter().find(|(declared, _)| declared == method).map(|(_, rule)| *rule)
    }

    /// Whom the request's token speaks for, where one is asked for.
    async fn principal(
        &self,
        access: Access,
        headers: &HeaderMap,
    ) -> Result<Option<Principal>, Problem> {
        let needed = match access {
            Access::SignedIn => None,
            Access::Scope(scope) => Some(scope),
            Access::Public(_) | Access::Proof(_) => return Ok(None),
        };
        let principal = self.tokens.verify(bearer_token(headers)?).await?;
        if let Some(scope) = needed {
            principal.require(scope)?;
        }
        Ok(Some(principal))
    }

    /// Counts the request, by whoever is known to have sent it.
    async fn take(
        &self,
        counting: Counting,
        principal: Option<&Principal>,
        address: Option<IpAddr>,
    ) -> Option<Taken> {
        let bucket = match counting {
            Counting::Caller => Bucket::of(principal, address),
            Counting::Address(class) => Bucket::of_address(class, address),
            Counting::Handler | Counting::Never => None,
        };
        Some(self.limiter.as_ref()?.take(bucket?).await)
    }
}

/// Lets a request through to its handler, or answers it.
pub(super) async fn admit(
    State(guard): State<Arc<Guard>>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(rule) = guard.rule(&request) else { return next.run(request).await };
    let address = request.extensions().get::<ClientAddress>().map(|ClientAddress(ip)| *ip);
    let admitted = guard.principal(rule.access, request.headers()).await;
    let known = admitted.as_ref().ok().and_then(Option::as_ref);
    let taken = guard.take(rule.counting, known, address).await;
    let within = taken.as_ref().map_or(Ok(()), Taken::check);
    let meter = Meter::new(guard.limiter.clone(), address);
    let mut response = match (within, admitted) {
        (Err(over), _) => Problem::from(over).into_response(),
        (Ok(()), Err(problem)) => problem.into_response(),
        (Ok(()), Ok(principal)) => {
            if let Some(principal) = principal {
                request.extensions_mut().insert(principal);
            }
            if rule.counting == Counting::Handler {
                request.extensions_mut().insert(meter.clone());
            }
            next.run(request).await
        }
    };
    if let Some(taken) = taken.or_else(|| meter.taken()) {
        taken.describe(response.headers_mut());
    }
    response
}
