"""Throws everything that schemathesis can think of at the services' OpenAPI documents.

Fails on any 5xx, on any status, content type or body that the document does not describe. Run by
`cargo xtask test --only schemathesis` against a platform of its own.
"""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
SERVICES = {"gateway-api": os.environ["NEXUS_GATEWAY_URL"], "streamcore": os.environ["NEXUS_STREAMCORE_URL"]}
CHECKS = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]


def sign_in() -> str:
    administrator = json.loads(os.environ["NEXUS_ADMINISTRATOR"])
    body = {"email": administrator["email"], "password": administrator["generated_password"]}
    request = urllib.request.Request(
        SERVICES["gateway-api"] + "/api/v1/session",
        json.dumps(body).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)["access_token"]


def run(service: str, url: str, seconds: str) -> int:
    command = [
        Path(sys.executable).with_name("st"), "--config-file", HERE / "schemathesis.toml",
        "run", HERE.parent.parent / "openapi" / f"{service}.json", "--url", url,
        "--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing", "--max-time", seconds,
        "--suppress-health-check", "all", "--generation-database", "none", "--no-color",
    ]  # fmt: skip
    # The token travels in the environment, not in the arguments.
    return subprocess.run(command, env={**os.environ, "NEXUS_TOKEN": sign_in()}).returncode


if __name__ == "__main__":
    results = [run(service, url, os.environ["NEXUS_SECONDS"]) for service, url in SERVICES.items()]
    sys.exit(max(results))
