//! Typed calls to other services over HTTP: a deadline, the request id passed on, problems read.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::request_id::{self, RequestId};

/// Largest answer that is read, in bytes.
const MAX_ANSWER: usize = 4 * 1024 * 1024;
/// Longest that connecting may take.
const CONNECT_DEADLINE: Duration = Duration::from_secs(1);

/// Makes calls. Clones share connections.
#[derive(Debug, Clone)]
pub struct Calls {
    client: Client,
}

/// Why a call brought no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The HTTP client cannot be made.
    #[error("the http client cannot be made")]
    Client(#[source] reqwest::Error),
    /// Nobody listens, or the connection broke.
    #[error("{url} cannot be reached")]
    Unreachable {
        /// Where the call went.
        url: String,
        /// Why.
        source: reqwest::Error,
    },
    /// No answer in time.
    #[error("{url} did not answer in time")]
    TimedOut {
        /// Where the call went.
        url: String,
    },
    /// The other side refused.
    #[error("{url} refused with {} ({}): {}", .problem.status, .problem.code, .problem.detail)]
    Refused {
        /// Where the call went.
        url: String,
        /// Its reason.
        problem: Box<api::problem::Problem>,
    },
    /// The answer is not what was asked for.
    #[error("{url} answered {status} with something unexpected")]
    Unexpected {
        /// Where the call went.
        url: String,
        /// The HTTP status.
        status: u16,
        /// What is wrong with the body, when that is what is wrong.
        source: Option<serde_json::Error>,
    },
}

impl Calls {
    /// Makes calls that take `deadline` at most, from connecting to the last byte.
    pub fn new(deadline: Duration) -> Result<Self, CallError> {
        let client = Client::builder()
            .timeout(deadline)
            .connect_timeout(CONNECT_DEADLINE.min(deadline))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(CallError::Client)?;
        Ok(Self { client })
    }

    /// Fetches a JSON document.
    pub async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, CallError> {
        self.send(url, self.client.get(url)).await
    }

    /// Posts a JSON document and reads the answer.
    pub async fn post<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        url: &str,
        body: &B,
    ) -> Result<T, CallError> {
        self.send(url, self.client.post(url).json(body)).await
    }

    /// Fetches a JSON document that comes with any status, and says which status that was.
    pub async fn get_any<T: DeserializeOwned>(&self, url: &str) -> Result<(u16, T), CallError> {
        let (status, body) = read(url, self.client.get(url)).await?;
        let document = serde_json::from_slice(&body)
            .map_err(|source| unexpected(url, status.as_u16(), Some(source)))?;
        Ok((status.as_u16(), document))
    }

    /// Posts nothing but a bearer token and reads the answer.
    pub async fn post_bearer<T: DeserializeOwned>(
        &self,
        url: &str,
        token: &str,
    ) -> Result<T, CallError> {
        self.send(url, self.client.post(url).bearer_auth(token)).await
    }

    async fn send<T: DeserializeOwned>(
        &self,
        url: &str,
        request: RequestBuilder,
    ) -> Result<T, CallError> {
        let (status, body) = read(url, request).await?;
        if status.is_success() {
            return serde_json::from_slice(&body)
                .map_err(|source| unexpected(url, status.as_u16(), Some(source)));
        }
        Err(match serde_json::from_slice(&body) {
            Ok(problem) => CallError::Refused { url: url.to_owned(), problem: Box::new(problem) },
            Err(_) => unexpected(url, status.as_u16(), None),
        })
    }
}

/// Sends a request and reads the whole answer, within bounds.
async fn read(url: &str, mut request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), CallError> {
    if let Some(id) = RequestId::current() {
        request = request.header(request_id::HEADER, id.as_str());
    }
    let failed = |source: reqwest::Error| {
        let url = url.to_owned();
        if source.is_timeout() {
            CallError::TimedOut { url }
        } else {
            CallError::Unreachable { url, source }
        }
    };
    let mut response = request.send().await.map_err(failed)?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(unexpected(url, status.as_u16(), None));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((status, body))
}

fn unexpected(url: &str, status: u16, source: Option<serde_json::Error>) -> CallError {
    CallError::Unexpected { url: url.to_owned(), status, source }
}
