//! RP-initiated logout.

use reqwest::{Response, StatusCode};

use super::party::{LOGGED_OUT, Party, browser, confidential, form, refused};
use crate::app::{App, cookie as cookie_of};

async fn ask(party: &Party<'_>, cookie: &str, params: &[(&str, &str)]) -> Response {
    let url = format!("{}/oauth2/logout", party.app.url);
    let url = reqwest::Url::parse_with_params(&url, params).unwrap();
    party.http.get(url).header("cookie", cookie).send().await.unwrap()
}

async fn is_signed_in(party: &Party<'_>, cookie: &str) -> bool {
    let request = party.app.request(reqwest::Method::GET, "/api/v1/session");
    request.header("cookie", cookie).send().await.unwrap().status() == StatusCode::OK
}

#[tokio::test]
async fn an_id_token_of_the_session_signs_out_and_sends_back() {
    let app = App::start().await;
    let party = confidential(&app).await;
    let cookie = browser(&app).await;
    let tokens = party.tokens(&cookie, &[]).await;
    let hint = tokens.id_token.unwrap();
    let params = [
        ("id_token_hint", hint.as_str()),
        ("post_logout_redirect_uri", LOGGED_OUT),
        ("state", "s"),
    ];
    let response = ask(&party, &cookie, &params).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()["location"], format!("{LOGGED_OUT}?state=s"));
    let removed = cookie_of(&response, "__Host-nexus-session").unwrap();
    assert_eq!(removed, "__Host-nexus-session=");
    assert!(!is_signed_in(&party, &cookie).await);
    refused(party.userinfo(&tokens.access_token).await, 401, "invalid_token").await;
}

#[tokio::test]
async fn without_an_id_token_the_person_is_asked_and_only_our_page_can_answer() {
    let app = App::start().await;
    let party = confidential(&app).await;
    let cookie = browser(&app).await;
    let params = [
        ("client_id", party.client_id.as_str()),
        ("post_logout_redirect_uri", LOGGED_OUT),
        ("state", "\"><script>"),
    ];
    let question = ask(&party, &cookie, &params).await;
    assert_eq!(question.status(), StatusCode::OK);
    let page = question.text().await.unwrap();
    assert!(page.contains("Sign out?") && !page.contains("<script>"), "{page}");
    assert!(is_signed_in(&party, &cookie).await);
    let mut answer = params.to_vec();
    answer.push(("confirmed", "yes"));
    let post = |origin: &str| {
        let request = party.http.post(format!("{}/oauth2/logout", app.url));
        let request = request.header("cookie", &cookie).header("origin", origin);
        form(request, &answer).send()
    };
    let forged = post("https://evil.example").await.unwrap();
    assert_eq!(forged.status(), StatusCode::BAD_REQUEST);
    assert!(is_signed_in(&party, &cookie).await);
    let done = post(&app.origin()).await.unwrap();
    assert_eq!(done.status(), StatusCode::SEE_OTHER);
    assert!(!is_signed_in(&party, &cookie).await);
}

#[tokio::test]
async fn what_cannot_be_trusted_ends_nothing_and_leads_nowhere() {
    let app = App::start().await;
    let (party, other) = (confidential(&app).await, confidential(&app).await);
    let cookie = browser(&app).await;
    let hint = party.tokens(&cookie, &[]).await.id_token.unwrap();
    let mut changed = hint.clone();
    let at = changed.len() - 20;
    changed.replace_range(at..=at, if &changed[at..=at] == "A" { "B" } else { "A" });
    let cases: [&[(&str, &str)]; 5] = [
        &[("id_token_hint", &hint), ("post_logout_redirect_uri", "https://evil.example/")],
        &[("id_token_hint", &changed), ("post_logout_redirect_uri", LOGGED_OUT)],
        &[("id_token_hint", &hint), ("client_id", &other.client_id)],
        &[("post_logout_redirect_uri", LOGGED_OUT)],
        &[("id_token_hint", "a.b.c")],
    ];
    for params in cases {
        let response = ask(&party, &cookie, params).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{params:?}");
        assert!(!response.headers().contains_key("location"));
    }
    assert!(is_signed_in(&party, &cookie).await);
    // The id token of another sign-in does not end this one unasked.
    let another = browser(&app).await;
    let question = ask(&party, &another, &[("id_token_hint", &hint)]).await;
    assert_eq!(question.status(), StatusCode::OK);
    assert!(is_signed_in(&party, &another).await && is_signed_in(&party, &cookie).await);
}
