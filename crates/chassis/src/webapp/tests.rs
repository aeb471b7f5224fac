use axum::http::Request;
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::*;

const APP: WebApp =
    WebApp { name: "demo", csp: Cow::Borrowed("default-src 'self'"), reserved: &["/api/"] };

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/tests/fixtures/webapp"]
struct Built;

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/tests/fixtures/not-there"]
#[allow_missing = true]
struct Empty;

async fn get<E: Embed + Send + Sync + 'static>(
    path: &str,
    headers: &[(&str, &str)],
) -> (Response, String) {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response =
        router::<E>(APP).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let body = response.body_mut().collect().await.unwrap().to_bytes();
    (response, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn paths_of_the_app_fall_back_to_its_index() {
    for path in ["/", "/watch/demo"] {
        let (response, body) = get::<Built>(path, &[]).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(body, "<title>demo</title>");
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-cache");
        assert_eq!(response.headers()[header::CONTENT_SECURITY_POLICY], *APP.csp);
    }
}

#[tokio::test]
async fn assets_are_immutable_and_missing_files_are_problems() {
    let (response, body) = get::<Built>("/assets/app-1234.js", &[]).await;
    assert_eq!(body, "let a = 1");
    assert_eq!(response.headers()[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
    for path in ["/assets/gone-1.js", "/api/v1/nothing"] {
        let (response, _) = get::<Built>(path, &[]).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(response.headers()[header::CONTENT_TYPE], api::problem::CONTENT_TYPE);
    }
}

#[tokio::test]
async fn compressed_files_are_sent_to_who_accepts_them() {
    let (response, body) = get::<Built>("/", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(body, "brotli index");
    assert_eq!(response.headers()[header::CONTENT_ENCODING], "br");
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
    assert_eq!(response.headers()[header::VARY], "accept-encoding");
}

#[tokio::test]
async fn an_unchanged_file_is_not_sent_again() {
    let (first, _) = get::<Built>("/", &[]).await;
    let etag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
    let (again, body) = get::<Built>("/", &[("if-none-match", &etag)]).await;
    assert_eq!((again.status(), body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    let (other, _) =
        get::<Built>("/", &[("if-none-match", &etag), ("accept-encoding", "br")]).await;
    assert_eq!(other.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_build_without_the_app_says_how_to_build_it() {
    let (response, body) = get::<Empty>("/", &[]).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(body.contains("npm run build"));
}
