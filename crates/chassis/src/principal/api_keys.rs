use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::gateway::ApiKeyToken;
use parking_lot::Mutex;
use quick_cache::sync::Cache;
use tokio::sync::OnceCell;

use super::{TokenError, token_cache};
use crate::api_key;
use crate::calls::{CallError, Calls};

/// Keys whose token is remembered at once; the least used make room.
const CAPACITY: usize = 4_096;
/// How long before its end a token is exchanged anew.
const MARGIN: Duration = Duration::from_secs(5);
/// How long a refused key is refused without asking again.
const REFUSED_FOR: Duration = Duration::from_secs(10);
/// How long after a failed exchange the next is tried.
const FAILED_FOR: Duration = Duration::from_millis(500);

/// Exchanges an API key for an access token that speaks for it, of a minute or so.
type Exchange = dyn Fn(String) -> Pin<Box<dyn Future<Output = Result<ApiKeyToken, ExchangeError>> + Send>>
    + Send
    + Sync;

/// Turns API keys into access tokens. Each key is exchanged once a minute by each process, however
/// many requests come with it; clones share what they know.
#[derive(Clone)]
pub struct ApiKeys {
    exchange: Arc<Exchange>,
    known: Arc<Cache<[u8; 32], Arc<Slot>>>,
}

/// Why a key could not be exchanged.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// It is not good, or no longer.
    #[error("the API key is unknown, expired or revoked")]
    Refused,
    /// It cannot be asked about now.
    #[error("the API key cannot be checked now")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The one exchange of a key that is under way or done.
struct Slot {
    outcome: OnceCell<Outcome>,
    /// When it must be exchanged again; unknown while it is under way.
    until: Mutex<Option<Instant>>,
}

#[derive(Clone)]
enum Outcome {
    Token(Arc<str>),
    Refused,
    Unavailable(Arc<str>),
}

impl ApiKeys {
    /// Exchanges keys by this function: for the service that keeps them.
    pub fn new<F, Fut>(exchange: F) -> Self
    where
        F: Fn(String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<ApiKeyToken, ExchangeError>> + Send + 'static,
    {
        Self {
            exchange: Arc::new(move |key| Box::pin(exchange(key))),
            known: Arc::new(Cache::new(CAPACITY)),
        }
    }

    /// Exchanges keys over HTTP, at gateway-api's `POST /api/v1/api-keys/token`.
    pub fn remote(url: String, calls: Calls) -> Self {
        Self::new(move |key| {
            let (url, calls) = (url.clone(), calls.clone());
            async move {
                calls.post_bearer(&url, &key).await.map_err(|error| match error {
                    CallError::Refused { ref problem, .. } if problem.status == 401 => {
                        ExchangeError::Refused
                    }
                    error => ExchangeError::Unavailable(Box::new(error)),
                })
            }
        })
    }

    /// The access token that speaks for a key.
    pub(super) async fn token(&self, key: &str) -> Result<Arc<str>, TokenError> {
        if api_key::id(key).is_none() {
            return Err(TokenError::MistypedKey);
        }
        let slot = self.slot(token_cache::key(key));
        let outcome = slot.outcome.get_or_init(|| self.ask(key, &slot.until)).await;
        match outcome {
            Outcome::Token(token) => Ok(token.clone()),
            Outcome::Refused => Err(TokenError::KeyRefused),
            Outcome::Unavailable(reason) => {
                Err(TokenError::KeyUnavailable(reason.as_ref().to_owned()))
            }
        }
    }

    /// Forgets what a key was exchanged for.
    pub(super) fn forget(&self, key: &str) {
        self.known.remove(&token_cache::key(key));
    }

    /// The slot of a key: those who come at once share one, and one that is over is replaced.
    fn slot(&self, key: [u8; 32]) -> Arc<Slot> {
        let fresh = || Arc::new(Slot { outcome: OnceCell::new(), until: Mutex::new(None) });
        let slot = self.known.get_or_insert_with(&key, || Ok::<_, Never>(fresh()));
        let Ok(slot) = slot;
        let over = slot.until.lock().is_some_and(|until| until <= Instant::now());
        if !over {
            return slot;
        }
        // Of two who find it over, the second may replace the first one's: one exchange more.
        let next = fresh();
        self.known.insert(key, next.clone());
        next
    }

    async fn ask(&self, key: &str, until: &Mutex<Option<Instant>>) -> Outcome {
        let exchanged = (self.exchange)(key.to_owned()).await;
        let (outcome, lasts) = match exchanged {
            Ok(token) => {
                let lasts = Duration::from_secs(token.expires_in.into()).saturating_sub(MARGIN);
                (Outcome::Token(token.access_token.into()), lasts)
            }
            Err(ExchangeError::Refused) => (Outcome::Refused, REFUSED_FOR),
            Err(ExchangeError::Unavailable(error)) => {
                let reason = crate::problem::chain(error.as_ref());
                (Outcome::Unavailable(reason.into()), FAILED_FOR)
            }
        };
        *until.lock() = Some(Instant::now() + lasts);
        outcome
    }
}

/// An error that does not happen.
enum Never {}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeys").field("known", &self.known.len()).finish_non_exhaustive()
    }
}
