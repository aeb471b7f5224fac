//! Organisations, their members, invitations and teams.

use api::gateway::{
    InvitationAccepted, MailLink, MemberInvitation, MemberInvitations, Members, Organisation,
    OrganisationRole, Organisations, SessionTokens, Team, Teams,
};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{App, EMAIL, PASSWORD, expect_problem, token_in};

const PATH: &str = "/api/v1/organisations";
const CHOSEN: &str = "violet engine 1843 loom";

/// An app with people who have the administrator's password; none of them is one.
struct Studio {
    app: App,
    organisation: Uuid,
    owner: String,
    outsider: String,
}

async fn add(app: &App, email: &str) -> String {
    sqlx::query(
        "INSERT INTO users (id, email, display_name, role, password_hash)
         SELECT $1, $2, split_part($2, '@', 1), 'viewer', password_hash FROM users WHERE email = $3",
    )
    .bind(Uuid::now_v7())
    .bind(email)
    .bind(EMAIL)
    .execute(&app.database.pool())
    .await
    .unwrap();
    sign_in(app, email).await
}

async fn sign_in(app: &App, email: &str) -> String {
    let tokens: SessionTokens = app.try_sign_in(email, PASSWORD).await.json().await.unwrap();
    tokens.access_token
}

async fn send(app: &App, method: Method, path: &str, token: &str, body: Value) -> Response {
    app.request(method, path).bearer_auth(token).json(&body).send().await.unwrap()
}

impl Studio {
    async fn start(plan: &str) -> Self {
        let app = App::start().await;
        let owner = add(&app, "owner@example.org").await;
        let outsider = add(&app, "outsider@example.org").await;
        let made = send(&app, Method::POST, PATH, &owner, json!({ "name": " Studio " })).await;
        assert_eq!(made.status(), StatusCode::CREATED);
        let made: Organisation = made.json().await.unwrap();
        assert_eq!((made.name.as_str(), made.members), ("Studio", 1));
        assert_eq!(made.role, Some(OrganisationRole::Owner));
        sqlx::query("UPDATE organisations SET plan = $1")
            .bind(plan)
            .execute(&app.database.pool())
            .await
            .unwrap();
        Self { app, organisation: made.id, owner, outsider }
    }

    fn path(&self, rest: &str) -> String {
        format!("{PATH}/{}{rest}", self.organisation)
    }

    async fn send(&self, method: Method, rest: &str, token: &str, body: Value) -> Response {
        send(&self.app, method, &self.path(rest), token, body).await
    }

    async fn invite(&self, token: &str, email: &str, role: &str) -> Response {
        let body = json!({ "email": email, "role": role });
        self.send(Method::POST, "/invitations", token, body).await
    }

    async fn accept(&self, body: Value) -> Response {
        self.app.post("/api/v1/invitations/accept", &body).await
    }

    /// Adds somebody who has an account, by an invitation.
    async fn join(&self, email: &str, role: &str) -> (Uuid, String) {
        add(&self.app, email).await;
        assert_eq!(self.invite(&self.owner, email, role).await.status(), StatusCode::CREATED);
        let link = token_in(&self.app.mail(email).await);
        let done: InvitationAccepted =
            self.accept(json!({ "token": link })).await.json().await.unwrap();
        assert!(!done.account_created);
        (self.member(email).await, sign_in(&self.app, email).await)
    }

    async fn member(&self, email: &str) -> Uuid {
        let members: Members =
            self.app.get(&self.path("/members"), &self.owner).await.json().await.unwrap();
        members.members.iter().find(|member| member.email == email).unwrap().user
    }
}

#[tokio::test]
async fn an_invitation_makes_a_member_with_or_without_an_account() {
    let studio = Studio::start("ENTERPRISE").await;
    let sent = studio.invite(&studio.owner, "new@example.org", "member").await;
    let sent: MemberInvitation = sent.json().await.unwrap();
    let path = studio.path("/invitations");
    let open: MemberInvitations = studio.app.get(&path, &studio.owner).await.json().await.unwrap();
    assert_eq!(open.invitations, [sent]);

    let mail = studio.app.mail("new@example.org").await;
    assert!(mail.subject.starts_with("You are invited to Studio"), "{}", mail.subject);
    let token = token_in(&mail);
    let inspected = studio.app.post("/api/v1/mail-links/inspect", &json!({ "token": token })).await;
    let link: MailLink = inspected.json().await.unwrap();
    assert_eq!((link.organisation.as_deref(), link.needs_password), (Some("Studio"), true));
    let body = json!({ "token": token, "display_name": "New", "password": CHOSEN });
    let done: InvitationAccepted = studio.accept(body).await.json().await.unwrap();
    assert_eq!((done.account_created, done.organisation.as_deref()), (true, Some("Studio")));
    let role: String = sqlx::query_scalar("SELECT role FROM users WHERE email = 'new@example.org'")
        .fetch_one(&studio.app.database.pool())
        .await
        .unwrap();
    assert_eq!(role, "viewer", "an organisation gives no rights on the platform");

    studio.join("old@example.org", "admin").await;
    let again = studio.invite(&studio.owner, "old@example.org", "member").await;
    expect_problem(again, 409, "already-member").await;
    let full = studio.invite(&studio.owner, "fourth@example.org", "member").await;
    let problem = expect_problem(full, 402, "plan-does-not-include").await;
    assert!(problem.detail.contains("no plan does"), "{}", problem.detail);
}

#[tokio::test]
async fn the_free_plan_is_for_one() {
    let studio = Studio::start("FREE").await;
    let full = studio.invite(&studio.owner, "new@example.org", "member").await;
    expect_problem(full, 402, "plan-does-not-include").await;
}

#[tokio::test]
async fn an_invitation_can_be_taken_back_and_replaced() {
    let studio = Studio::start("ENTERPRISE").await;
    let guest = "guest@example.org";
    let first: MemberInvitation =
        studio.invite(&studio.owner, guest, "member").await.json().await.unwrap();
    studio.invite(&studio.owner, guest, "member").await;
    let gone = format!("/invitations/{}", first.id);
    let replaced = studio.send(Method::DELETE, &gone, &studio.owner, json!({})).await;
    expect_problem(replaced, 404, "unknown-invitation").await;
    let link = token_in(&studio.app.mail_after(guest, 1).await);
    let decline = studio.app.post("/api/v1/invitations/decline", &json!({ "token": link })).await;
    assert_eq!(decline.status(), StatusCode::NO_CONTENT);
    let body = json!({ "token": link, "display_name": "G", "password": CHOSEN });
    expect_problem(studio.accept(body).await, 404, "link-invalid").await;
}

#[tokio::test]
async fn outsiders_learn_nothing_and_members_manage_nothing() {
    let studio = Studio::start("ENTERPRISE").await;
    let (member, token) = studio.join("member@example.org", "member").await;
    let mine: Organisations = studio.app.get(PATH, &studio.outsider).await.json().await.unwrap();
    assert_eq!(mine.organisations, []);
    let calls = [
        (Method::GET, String::new()),
        (Method::GET, "/members".to_owned()),
        (Method::GET, "/invitations".to_owned()),
        (Method::GET, "/teams".to_owned()),
        (Method::DELETE, String::new()),
        (Method::DELETE, format!("/members/{member}")),
    ];
    for (method, rest) in calls {
        let answer = studio.send(method, &rest, &studio.outsider, json!({})).await;
        expect_problem(answer, 404, "unknown-organisation").await;
    }
    let owner = studio.member("owner@example.org").await;
    let calls = [
        (Method::DELETE, String::new(), json!({})),
        (Method::DELETE, format!("/members/{owner}"), json!({})),
        (Method::PATCH, format!("/members/{member}"), json!({ "role": "owner" })),
        (Method::GET, "/invitations".to_owned(), json!({})),
        (Method::POST, "/teams".to_owned(), json!({ "name": "Cameras" })),
    ];
    for (method, rest, body) in calls {
        let answer = studio.send(method, &rest, &token, body).await;
        expect_problem(answer, 403, "organisation-role-missing").await;
    }
    let admin = studio.app.sign_in().await.access_token;
    let all: Organisations = studio.app.get(PATH, &admin).await.json().await.unwrap();
    assert_eq!((all.organisations.len(), all.organisations[0].role), (1, None));
}

#[tokio::test]
async fn an_organisation_always_has_an_owner() {
    let studio = Studio::start("ENTERPRISE").await;
    let owner = studio.member("owner@example.org").await;
    let (second, second_token) = studio.join("second@example.org", "admin").await;
    let leave = |user: Uuid| format!("/members/{user}");
    let alone = studio.send(Method::DELETE, &leave(owner), &studio.owner, json!({})).await;
    expect_problem(alone, 409, "last-owner").await;
    let step_down = json!({ "role": "member" });
    let alone = studio.send(Method::PATCH, &leave(owner), &studio.owner, step_down).await;
    expect_problem(alone, 409, "last-owner").await;
    let rise = json!({ "role": "owner" });
    let rise_alone = studio.send(Method::PATCH, &leave(second), &second_token, rise.clone()).await;
    expect_problem(rise_alone, 403, "organisation-role-missing").await;
    let raised = studio.send(Method::PATCH, &leave(second), &studio.owner, rise).await;
    assert_eq!(raised.status(), StatusCode::NO_CONTENT);

    let (first, other) = (leave(owner), leave(second));
    let both = tokio::join!(
        studio.send(Method::DELETE, &first, &studio.owner, json!({})),
        studio.send(Method::DELETE, &other, &second_token, json!({})),
    );
    let mut statuses = [both.0.status().as_u16(), both.1.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409], "of two owners who leave at once one stays");
}

#[tokio::test]
async fn edits_name_the_state_that_they_are_based_on() {
    let studio = Studio::start("FREE").await;
    let rename = |tag: &'static str| {
        let request = studio.app.request(Method::PATCH, &studio.path(""));
        let request = request.bearer_auth(&studio.owner).header("if-match", tag);
        request.json(&json!({ "name": "Other" })).send()
    };
    let renamed = rename("\"1\"").await.unwrap();
    assert_eq!(renamed.headers()["etag"], "\"2\"");
    expect_problem(rename("\"1\"").await.unwrap(), 412, "changed-meanwhile").await;
    let removed = studio.send(Method::DELETE, "", &studio.owner, json!({})).await;
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
    let gone = studio.app.get(&studio.path(""), &studio.owner).await;
    expect_problem(gone, 404, "unknown-organisation").await;
}

#[tokio::test]
async fn teams_hold_members_of_the_organisation_only() {
    let studio = Studio::start("ENTERPRISE").await;
    let (member, _) = studio.join("member@example.org", "member").await;
    let name = json!({ "name": "Cameras" });
    let made = studio.send(Method::POST, "/teams", &studio.owner, name).await;
    let team: Team = made.json().await.unwrap();
    let same =
        studio.send(Method::POST, "/teams", &studio.owner, json!({ "name": "CAMERAS" })).await;
    expect_problem(same, 409, "team-taken").await;

    let put = |user: Uuid| format!("/teams/{}/members/{user}", team.id);
    for _ in 0..2 {
        let done = studio.send(Method::PUT, &put(member), &studio.owner, json!({})).await;
        assert_eq!(done.status(), StatusCode::NO_CONTENT);
    }
    let stranger = studio.send(Method::PUT, &put(Uuid::nil()), &studio.owner, json!({})).await;
    expect_problem(stranger, 404, "unknown-member").await;
    let list = || async {
        let answer = studio.app.get(&studio.path("/teams"), &studio.owner).await;
        answer.json::<Teams>().await.unwrap().teams
    };
    assert_eq!(list().await[0].members, [member]);

    let rename = format!("/teams/{}", team.id);
    let renamed =
        studio.send(Method::PATCH, &rename, &studio.owner, json!({ "name": "Sound" })).await;
    assert_eq!(renamed.status(), StatusCode::NO_CONTENT);
    let left = format!("/members/{member}");
    studio.send(Method::DELETE, &left, &studio.owner, json!({})).await;
    let after = list().await;
    assert_eq!((after[0].name.as_str(), after[0].members.len()), ("Sound", 0));
    let removed = studio.send(Method::DELETE, &rename, &studio.owner, json!({})).await;
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
    let gone = studio.send(Method::DELETE, &rename, &studio.owner, json!({})).await;
    expect_problem(gone, 404, "unknown-team").await;
}
