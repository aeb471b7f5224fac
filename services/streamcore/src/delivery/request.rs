//! One request of a viewer.

use std::{convert::Infallible, future::Future, net::IpAddr, pin::Pin, sync::Arc};

use axum::{
    body::Body,
    http::{HeaderValue, Method, Request, Response, header},
    response::IntoResponse,
};
use chassis::{
    Problem,
    extract::Query,
    problem::codes::{METHOD_NOT_ALLOWED, NOT_FOUND},
};
use hyper::body::Incoming;

use crate::{
    live::LiveStreams,
    routes::hls::{self, PlaylistQuery},
};

/// Answers `GET /live/…`.
#[derive(Debug, Clone)]
pub struct Service {
    /// What it answers from.
    pub streams: Arc<LiveStreams>,
    /// Who asks.
    pub viewer: IpAddr,
}

impl hyper::service::Service<Request<Incoming>> for Service {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let Self { streams, viewer } = self.clone();
        Box::pin(async move {
            let mut response = answer(&streams, viewer, &request)
                .await
                .unwrap_or_else(IntoResponse::into_response);
            let headers = response.headers_mut();
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
            Ok(response)
        })
    }
}

async fn answer(
    streams: &LiveStreams,
    viewer: IpAddr,
    request: &Request<Incoming>,
) -> Result<Response<Body>, Problem> {
    if request.method() != Method::GET {
        return Err(Problem::new(&METHOD_NOT_ALLOWED, "media is fetched with GET"));
    }
    let path = request.uri().path().strip_prefix("/live/").unwrap_or_default();
    let mut names = path.split('/');
    match (names.next(), names.next(), names.next(), names.next()) {
        (Some(slug), Some(file), None, None) => {
            let Query(query) = Query::<PlaylistQuery>::of(request.uri())?;
            Ok(hls::playlist_named(streams, slug, file, &query, viewer, request.headers()).await?)
        }
        (Some(slug), Some(rendition), Some(file), None) => {
            Ok(hls::media_named(streams, slug, rendition, file).await?)
        }
        _ => Err(Problem::new(&NOT_FOUND, "only live media is served here, below /live/")),
    }
}
