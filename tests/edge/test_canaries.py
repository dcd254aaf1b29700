"""No secret that goes through the server stays behind in clear: not in its log at debug level, not in any file."""

import base64
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.support.canary import ENCODINGS, Canaries, hits, needles, remains, unzipped
from tests.support.flows import API, all_flows
from tests.support.house import ADMIN_KEY, ADMIN_PASSWORD
from tests.support.process import Process


def kek_of(folder: Path) -> bytes:
    """The key in a KEK file with one version."""
    line = (folder / "kek").read_text().splitlines()[-1]
    return base64.b64decode(line.partition(":")[2])


def broken(file: Path, birds: Canaries) -> None:
    """Damage what is sealed, so that reading it fails within the server."""
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE root_key SET key_sealed = $1", (b"\0" * 44,))
        connection.execute("UPDATE user_account SET password_hash = 'nothing'")
    connection.close()
    path = f"{API}/js/applications/owner-app/devices/sensor-1?field_mask=root_keys"
    assert birds.send("GET", path, token=birds.admin).status_code >= 400
    birds.post_form("/oauth/login", {"user_id": "owner", "password": "canary-password-of-owner"})
    birds.send(
        "PUT", f"{API}/users/owner/password", {"old": "canary-password-of-owner", "new": "canary-second-password"}
    )


def test_no_secret_stays_behind_in_clear(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with Process(folder, "", "--log-level", "debug") as server:
        birds = Canaries(server.url, ADMIN_PASSWORD, ADMIN_KEY)
        all_flows(birds)
        birds.secrets["KEK"] = kek_of(folder)
        command = [sys.executable, "-m", "claimstack", "backup", "--data-dir", str(folder), str(tmp_path / "b.gz")]
        assert subprocess.run(command, check=False).returncode == 0
        live = remains(folder, server.log, httpx.get(f"{server.url}/metrics").content)
        broken(folder / "claimstack.db", birds)
    left = [*live, *remains(folder, server.log, b""), ("backup", unzipped(tmp_path / "b.gz")), *birds.bodies]
    assert len(birds.secrets) >= 24
    assert len(birds.bodies) >= 12
    assert {"log", "claimstack.db", "claimstack.db-wal", "metrics", "backup"} <= {place for place, _ in left}
    assert hits(birds.secrets, left) == []


@pytest.mark.parametrize("form", ENCODINGS)
def test_the_search_finds_a_secret_in_every_form(form: str) -> None:
    secret = b"SECRETSECRET?/+\x01"
    assert hits({"s": secret}, [("here", b"xx" + ENCODINGS[form](secret) + b"yy")])[0].startswith("here: s as ")


@pytest.mark.parametrize("before", [b"", b"a", b"ab", b"abc"])
def test_the_search_finds_base64_wherever_the_secret_begins(before: bytes) -> None:
    secret = b"SECRETSECRETSECRET"
    text = base64.b64encode(before + secret + b"tail")
    assert any(needle in text for _, needle in needles(secret))
