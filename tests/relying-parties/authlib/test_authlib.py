"""Authlib, the library that most Python programs sign people in with: in a Flask app, as its pages describe it."""

import unittest

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from authlib.integrations.requests_client import OAuth2Session
from browser import DEADLINE, ISSUER, Browser
from flask import Flask, jsonify, session, url_for
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet

METADATA = f"{ISSUER}/.well-known/openid-configuration"
REDIRECT = "http://127.0.0.1/callback"
SIGNED_OUT = "http://127.0.0.1/bye"


def register(kind: str, **client) -> dict:
    """Registers a client as the console does."""
    spec = {"name": "Shot list", "scopes": ["openid", "profile", "email", "offline_access", "streams:read"], **client}
    headers = {"authorization": f"Bearer {TestAuthlib.token}"}
    body = {"kind": kind, "client": spec}
    made = requests.post(f"{ISSUER}/api/v1/clients", json=body, headers=headers, timeout=DEADLINE)
    assert made.status_code == 201, made.text
    return made.json()


def app(client: dict) -> Flask:
    """A program that people sign in to."""
    flask = Flask("shot-list")
    flask.secret_key = "of this test"
    oauth = OAuth(flask)
    oauth.register(
        "nexus",
        client_id=client["client_id"],
        client_secret=client.get("client_secret"),
        server_metadata_url=METADATA,
        client_kwargs={"scope": "openid email offline_access streams:read", "code_challenge_method": "S256"},
    )

    @flask.get("/login")
    def login():
        return oauth.nexus.authorize_redirect(url_for("callback", _external=True))

    @flask.route("/callback", methods=["GET", "POST"])
    def callback():
        # Checks state, nonce, issuer, audience, times and the id token's signature.
        token = oauth.nexus.authorize_access_token()
        session["user"] = token["userinfo"]["sub"]
        return jsonify(token=token, about=oauth.nexus.userinfo(token=token))

    return flask


class TestAuthlib(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.person = Browser()
        cls.token = cls.person.sign_in()
        cls.metadata = requests.get(METADATA, timeout=DEADLINE).json()
        cls.client = register(
            "confidential",
            grant_types=["authorization_code", "refresh_token"],
            redirect_uris=[REDIRECT],
            post_logout_redirect_uris=[SIGNED_OUT],
        )

    def signed_in(self) -> dict:
        """What the program knows after somebody signed in."""
        # The cookie of the program is kept between the two requests.
        with app(self.client).test_client() as program:
            away = program.get("/login", base_url="http://127.0.0.1")
            back = self.person.visit(away.location, REDIRECT)
            answer = program.get(back)
            self.assertEqual(answer.status_code, 200, answer.text)
            return answer.json

    def session(self, token: dict) -> OAuth2Session:
        return OAuth2Session(
            self.client["client_id"],
            self.client["client_secret"],
            token=token,
            token_endpoint=self.metadata["token_endpoint"],
            revocation_endpoint_auth_method="client_secret_basic",
        )

    def test_a_person_signs_in_stays_signed_in_and_is_known(self):
        known = self.signed_in()
        self.assertEqual(known["about"]["sub"], known["token"]["userinfo"]["sub"])
        self.assertIn("@", known["about"]["email"])
        oauth = self.session(known["token"])
        renewed = oauth.refresh_token(self.metadata["token_endpoint"])
        self.assertNotEqual(renewed["refresh_token"], known["token"]["refresh_token"])
        about = oauth.get(self.metadata["userinfo_endpoint"], timeout=DEADLINE)
        self.assertEqual(about.json()["sub"], known["about"]["sub"])

    def test_a_token_is_looked_at_and_is_dead_once_it_is_revoked(self):
        token = self.signed_in()["token"]
        oauth = self.session(token)
        look = lambda: oauth.introspect_token(self.metadata["introspection_endpoint"], token["access_token"])
        self.assertTrue(look().json()["active"])
        gone = oauth.revoke_token(self.metadata["revocation_endpoint"], token["refresh_token"], "refresh_token")
        self.assertEqual(gone.status_code, 200)
        self.assertEqual(look().json(), {"active": False})
        with self.assertRaises(OAuthError) as refused:
            oauth.refresh_token(self.metadata["token_endpoint"], token["refresh_token"])
        self.assertEqual(refused.exception.error, "invalid_grant")

    def test_signing_out_at_the_program_signs_out_here(self):
        token = self.signed_in()["token"]
        url = f"{self.metadata['end_session_endpoint']}?id_token_hint={token['id_token']}"
        out = self.person.visit(f"{url}&post_logout_redirect_uri={SIGNED_OUT}&state=bye", SIGNED_OUT)
        self.assertEqual(out, f"{SIGNED_OUT}?state=bye")
        # Others of these tests sign in anew.
        self.person.signed_in = False

    def test_a_program_acts_for_itself(self):
        client = register("confidential", grant_types=["client_credentials"])
        oauth = OAuth2Session(client["client_id"], client["client_secret"], scope="streams:read")
        token = oauth.fetch_token(self.metadata["token_endpoint"], grant_type="client_credentials")
        self.assertEqual(token["scope"], "streams:read")

    def test_a_resource_server_checks_access_tokens_itself(self):
        """With joserfc, because Authlib's own validator (1.9.9) knows no EdDSA."""
        keys = KeySet.import_key_set(requests.get(self.metadata["jwks_uri"], timeout=DEADLINE).json())
        claims = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": "nexus-cos"},
            client_id={"essential": True, "value": self.client["client_id"]},
            exp={"essential": True},
        )
        known = self.signed_in()
        access = jwt.decode(known["token"]["access_token"], keys, algorithms=["EdDSA"])
        claims.validate(access.claims)
        self.assertEqual(access.header["typ"], "at+jwt")
        self.assertEqual(access.claims["sub"], known["about"]["sub"])
        with self.assertRaises(BadSignatureError):
            jwt.decode(f"{known['token']['access_token'][:-8]}AAAAAAAA", keys, algorithms=["EdDSA"])


if __name__ == "__main__":
    unittest.main()
