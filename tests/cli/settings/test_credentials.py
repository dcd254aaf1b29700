"""The stored login: form of the file, who may read it, several logins side by side."""

import json
from pathlib import Path

import pytest

from claimstack.cli.settings.credentials import Credentials, cache_file


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "ttn-lw-cli" / "cache")


def test_an_api_key_is_kept_in_the_originals_form(path: str) -> None:
    Credentials("", path).keep(api_key="NNSXS.A.B", hosts=["h"])
    assert json.loads(Path(path).read_text()) == {"api_key": "NNSXS.A.B", "hosts": ["h"]}
    assert Credentials("", path).api_key == "NNSXS.A.B"


def test_nobody_else_may_read_the_file(path: str) -> None:
    Credentials("", path).keep(api_key="NNSXS.A.B")
    assert Path(path).stat().st_mode & 0o777 == 0o600


def test_logins_under_a_name_stand_side_by_side(path: str) -> None:
    Credentials("", path).keep(api_key="plain")
    Credentials("here", path).keep(api_key="one")
    Credentials("there", path).keep(oauth_token={"access_token": "two"})
    assert Credentials("", path).api_key == "plain"
    assert Credentials("here", path).api_key == "one"
    assert Credentials("there", path).oauth_token == {"access_token": "two"}


def test_a_new_login_replaces_the_old_one_whole(path: str) -> None:
    Credentials("x", path).keep(oauth_token={"access_token": "t"})
    Credentials("x", path).keep(api_key="k")
    assert Credentials("x", path).oauth_token == {}


def test_forgetting_leaves_the_other_logins(path: str) -> None:
    Credentials("a", path).keep(api_key="one")
    Credentials("b", path).keep(api_key="two")
    Credentials("a", path).forget()
    assert (Credentials("a", path).api_key, Credentials("b", path).api_key) == ("", "two")


def test_no_file_or_a_broken_one_is_no_login(path: str, tmp_path: Path) -> None:
    assert Credentials("", path).api_key == ""
    (tmp_path / "broken").write_text("{")
    assert Credentials("", str(tmp_path / "broken")).oauth_token == {}


def test_the_file_is_where_the_original_keeps_it() -> None:
    assert cache_file({"HOME": "/home/ann"}) == "/home/ann/.cache/ttn-lw-cli/cache"
    assert cache_file({"XDG_CACHE_HOME": "/tmp/c"}) == "/tmp/c/ttn-lw-cli/cache"
