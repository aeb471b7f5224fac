//! What a request says about its sender.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use chassis::Problem;
use chassis::client_address::ClientAddress;
use chassis::request_id::RequestId;

use crate::domain::audit::Caller;

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let ClientAddress(address) = ClientAddress::from_request_parts(parts, state).await?;
        let user_agent = parts.headers.get(header::USER_AGENT);
        Ok(Self {
            address,
            user_agent: user_agent.and_then(|value| value.to_str().ok()).map(str::to_owned),
            request_id: RequestId::current().map(|id| id.as_str().to_owned()),
        })
    }
}
