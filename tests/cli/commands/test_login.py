"""`use`, the three ways to log in, and out again, against a running server."""

import re
import subprocess
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
import yaml

from tests.cli.person_at_terminal import Terminal
from tests.support.house import House, People, Person

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True, scope="module")


def allow(house: House, person: Person, url: str) -> httpx.Response:
    """Be the person's browser: log in, allow, follow to where the code goes; the last redirect or page."""
    form = {"user_id": person.uid, "password": person.password}
    with httpx.Client(base_url=house.url, headers={"origin": house.url}) as browser:
        assert browser.post("/oauth/login", data=form).status_code == 303
        answer = browser.post(url, data={"decision": "allow"})
        while answer.is_redirect and ":11885" not in answer.headers["location"]:
            answer = browser.get(urljoin(house.url, answer.headers["location"]))
        return answer


def started_login(terminal: Terminal, *words: str) -> tuple[subprocess.Popen[str], str]:
    """A login that waits, and the address that it shows."""
    terminal.environ["BROWSER"] = "true"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = terminal.start("login", *words, **pipes)
    assert process.stderr is not None
    process.stderr.readline()
    return process, process.stderr.readline().strip()


def finished(process: subprocess.Popen[str], given: str = "") -> str:
    with process:
        _, err = process.communicate(given, timeout=60)
    assert process.returncode == 0, err
    return err


def test_a_code_is_pasted_after_a_slip(nobody: Terminal, house: House, people: People) -> None:
    process, url = started_login(nobody, "--callback=false")
    page = allow(house, people.owner, url).text
    code = re.search(r"MF2XI\.[A-Z2-7]+\.[A-Z2-7]+", page)
    assert code
    finished(process, f"a slip\n{code[0]}\n")
    assert "oauth_access_token" in nobody.gets("auth-info")


def test_the_browser_comes_back_by_itself(nobody: Terminal, house: House, people: People) -> None:
    process, url = started_login(nobody)
    back = allow(house, people.owner, url).headers["location"]
    assert httpx.get(back).status_code == 200
    finished(process)
    assert nobody.gets("auth-info")["oauth_access_token"]["user_ids"]["user_id"] == people.owner.uid


def test_logging_out_ends_the_token_on_the_server_too(nobody: Terminal, house: House, people: People) -> None:
    process, url = started_login(nobody)
    httpx.get(allow(house, people.owner, url).headers["location"])
    finished(process)
    kept = (nobody.home / ".cache" / "ttn-lw-cli" / "cache").read_text()
    nobody.does("logout")
    assert "unauthenticated" in nobody.fails("auth-info")
    (nobody.home / ".cache" / "ttn-lw-cli" / "cache").write_text(kept)
    assert "error:pkg/" in nobody.fails("auth-info")


def test_an_api_key_is_kept_for_its_owner_only(nobody: Terminal, people: People) -> None:
    said = nobody.run("login", "--api-key", people.maker.key)
    cache = nobody.home / ".cache" / "ttn-lw-cli" / "cache"
    assert cache.stat().st_mode & 0o777 == 0o600
    assert people.maker.key not in said.out + said.err


def written(folder: Path) -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load((folder / ".ttn-lw-cli.yml").read_text())
    return found


def test_use_writes_what_the_original_reads(nobody: Terminal) -> None:
    nobody.does("use", "claim.example.com")
    found = written(nobody.home)
    assert found["identity-server-grpc-address"] == "claim.example.com:8884"
    assert found["oauth-server-address"] == "https://claim.example.com/oauth"
    assert (found["credentials-id"], found["insecure"]) == ("claim.example.com", False)
    assert "file_exists" in nobody.fails("use", "claim.example.com")
    nobody.does("use", "localhost", "--insecure", "--overwrite", "--grpc-port", "2884")
    assert written(nobody.home)["join-server-grpc-address"] == "localhost:2884"


def test_use_can_write_for_the_user(nobody: Terminal) -> None:
    nobody.does("use", "h", "--insecure", "--user", "--http-address", "h:8080")
    assert written(nobody.home / ".config")["http-address"] == "h:8080"


def test_use_keeps_the_certificates_to_trust_wherever_it_is_used_from(nobody: Terminal) -> None:
    nobody.does("use", "claim.example.com", "--ca", "ca.pem")
    assert Path(str(written(nobody.home)["ca"])) == nobody.home / "ca.pem"


def test_the_configuration_in_force_says_where_it_comes_from(nobody: Terminal) -> None:
    nobody.does("use", "h", "--insecure")
    text = nobody.does("config")
    assert re.search(r"--join-server-grpc-address +h:1884 +\.ttn-lw-cli\.yml", text)
    assert re.search(r"--insecure +true +environment", text)
    assert yaml.safe_load(nobody.does("config", "--yml"))["join-server-grpc-address"] == "h:1884"
    assert 'TTN_LW_JOIN_SERVER_GRPC_ADDRESS="h:1884"' in nobody.does("config", "--env")
