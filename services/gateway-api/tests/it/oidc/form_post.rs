//! OAuth 2.0 Form Post Response Mode.

use api::gateway::{InteractionOutcome, ServerMetadata};
use reqwest::{Method, Response, StatusCode};

use super::party::{Landing, Party, REDIRECT, browser, confidential, good, page_of};
use crate::app::App;

const FORM_POST: (&str, &str) = ("response_mode", "form_post");

/// The answer of the authorization endpoint to this browser.
async fn asked(party: &Party<'_>, cookie: Option<&str>, changes: &[(&str, &str)]) -> Response {
    let url = format!("{}/oauth2/authorize", party.app.url);
    let url = reqwest::Url::parse_with_params(&url, party.request(changes)).unwrap();
    let mut request = party.http.get(url);
    if let Some(cookie) = cookie {
        request = request.header("cookie", cookie);
    }
    request.send().await.unwrap()
}

/// Where a page posts its form to, and the value of a field.
fn field(page: &str, name: &str) -> Option<String> {
    let start = page.find(&format!("name=\"{name}\" value=\""))?;
    page[start..].split('"').nth(3).map(str::to_owned)
}

#[tokio::test]
async fn the_answer_comes_in_a_form_and_no_url_holds_it() {
    let app = App::start().await;
    let party = confidential(&app).await;
    let cookie = browser(&app).await;
    party.answered(&cookie, &[]).await;
    let state = "\"><script>alert(1)</script>";
    let response = asked(&party, Some(&cookie), &[FORM_POST, ("state", state)]).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert!(!response.headers().contains_key("location"));
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'sha256-"), "{policy}");
    let page = response.text().await.unwrap();
    assert!(page.contains(&format!("<form method=\"post\" action=\"{REDIRECT}\">")), "{page}");
    assert!(!page.contains("<script>alert"), "{page}");
    assert_eq!(
        field(&page, "state").as_deref(),
        Some("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;")
    );
    assert_eq!(field(&page, "iss").as_deref(), Some(app.config.issuer.as_str()));
    good(party.exchange(&field(&page, "code").unwrap()).await).await;
}

#[tokio::test]
async fn an_error_comes_the_same_way() {
    let app = App::start().await;
    let party = confidential(&app).await;
    let response = asked(&party, None, &[FORM_POST, ("prompt", "none")]).await;
    assert_eq!(response.status(), StatusCode::OK);
    let page = response.text().await.unwrap();
    assert_eq!(field(&page, "error").as_deref(), Some("login_required"));
    assert_eq!(field(&page, "state").as_deref(), Some("the state"));
    assert_eq!(field(&page, "code"), None);
}

#[tokio::test]
async fn after_the_pages_of_ours_the_browser_is_told_what_to_post() {
    let app = App::start().await;
    let party = confidential(&app).await;
    let cookie = browser(&app).await;
    let page = page_of(party.authorize(Some(&cookie), &[FORM_POST]).await);
    let response = party.answer(&page, Some(&cookie), "allow").await;
    let outcome: InteractionOutcome = response.json().await.unwrap();
    assert_eq!(outcome.redirect_to, REDIRECT);
    let form = outcome.form.unwrap();
    assert_eq!(form["state"], "the state");
    good(party.exchange(&form["code"]).await).await;

    let again = page_of(party.authorize(Some(&cookie), &[FORM_POST, ("prompt", "consent")]).await);
    let denied = party.answer(&again, Some(&cookie), "deny").await;
    let denied: InteractionOutcome = denied.json().await.unwrap();
    assert_eq!(denied.form.unwrap()["error"], "access_denied");
}

#[tokio::test]
async fn discovery_names_it_and_a_query_stays_what_comes_unasked() {
    let app = App::start().await;
    let path = "/.well-known/openid-configuration";
    let metadata: ServerMetadata =
        app.request(Method::GET, path).send().await.unwrap().json().await.unwrap();
    assert_eq!(metadata.response_modes_supported, ["query", "form_post"]);
    let party = confidential(&app).await;
    let landing = party.authorize(None, &[("prompt", "none"), ("response_mode", "query")]).await;
    assert!(matches!(landing, Landing::Client(_)), "{landing:?}");
}
