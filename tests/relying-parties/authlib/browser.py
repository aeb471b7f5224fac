"""A browser and the person in front of it, who does what the platform's pages ask for."""

import json
import os
import socket
from urllib.parse import parse_qs, urljoin, urlsplit

import requests

ISSUER = os.environ["NEXUS_ISSUER"]
DEADLINE = 20
# Pages that a sign-in may lead through before the client has its answer.
PAGES = 4

_administrator = json.loads(os.environ["NEXUS_ADMINISTRATOR"])
CREDENTIALS = {"email": _administrator["email"], "password": _administrator["generated_password"]}

_getaddrinfo = socket.getaddrinfo


def _resolve(host, *args, **kwargs):
    """Names that end in `.localhost` are this machine (RFC 6761, 6.3), which not every resolver knows."""
    here = isinstance(host, str) and host.endswith(".localhost")
    return _getaddrinfo("127.0.0.1" if here else host, *args, **kwargs)


socket.getaddrinfo = _resolve


class Browser:
    def __init__(self):
        self.session = requests.Session()
        self.session.headers["origin"] = ISSUER
        self.signed_in = False

    def visit(self, url: str, redirect_uri: str) -> str:
        """Goes where a client sends it and on until it is back at the client; where that is."""
        for _ in range(PAGES):
            url = self._answer(url) if "interaction=" in url else self._open(url)
            if url.startswith(redirect_uri):
                return url
        raise AssertionError(f"the platform keeps asking: {url}")

    def post(self, path: str, body: dict) -> requests.Response:
        return self.session.post(urljoin(ISSUER, path), json=body, timeout=DEADLINE)

    def sign_in(self) -> str:
        """Signs the administrator in; the access token that the platform's own pages would use."""
        response = self.post("/api/v1/session", CREDENTIALS)
        assert response.status_code == 200, response.text
        self.signed_in = True
        return response.json()["access_token"]

    def _open(self, url: str) -> str:
        response = self.session.get(url, allow_redirects=False, timeout=DEADLINE)
        assert response.status_code == 303, response.text
        return urljoin(ISSUER, response.headers["location"])

    def _answer(self, page: str) -> str:
        parts = urlsplit(page)
        if parts.path == "/sign-in" and not self.signed_in:
            self.sign_in()
        interaction = parse_qs(parts.query)["interaction"][0]
        response = self.post(f"/api/v1/interaction/{interaction}", {"decision": "allow"})
        assert response.status_code == 200, response.text
        return urljoin(ISSUER, response.json()["redirect_to"])
