"""Peers at the command line: registered, shown without secrets, changed, forgotten."""

from pathlib import Path

from tests.cli.person_at_terminal import Terminal
from tests.support.certificates import Authority
from tests.support.house import fresh

KEK = "000102030405060708090A0B0C0D0E0F"


def test_a_peer_is_registered_shown_changed_and_forgotten(admin: Terminal, tmp_path: Path) -> None:
    peer, pem = fresh("network"), Authority.made(tmp_path).path
    words = ["--net-ids", "000013,000014", "--as-ids", "as.example", "--trusted-certificates", str(pem)]
    made = admin.gets("peers", "create", peer, *words, "--keks", f"ns/000013={KEK}", "--network-kek-label", "ns/000013")
    assert (made["net_ids"], made["keks"]) == (["000013", "000014"], [{"label": "ns/000013", "bits": 128}])
    assert made["trusted_certificates"].startswith("-----BEGIN CERTIFICATE-----")
    assert admin.gets("peers", "get", peer) == made
    changed = admin.gets("peers", "set", peer, "--app-s-key", "clear", "--name", "New")
    assert (changed["app_s_key"], changed["name"], changed["net_ids"]) == ("APP_S_KEY_CLEAR", "New", made["net_ids"])
    assert peer in [one["peer_id"] for one in admin.gets("peers", "list")]
    admin.does("peers", "delete", peer)
    assert "peer_not_found" in admin.fails("peers", "get", peer)


def test_secrets_may_come_from_files(admin: Terminal) -> None:
    (admin.home / "password").write_text("secret\n")
    (admin.home / "keks").write_text(f"one={KEK}\ntwo={KEK * 2}\n")
    words = ["--username", "ns", "--password", "@password", "--keks", "@keks"]
    made = admin.gets("peers", "create", fresh("network"), *words)
    assert made["has_authorization"]
    assert [kek["bits"] for kek in made["keks"]] == [128, 256]


def test_a_key_that_is_none_is_not_repeated(admin: Terminal) -> None:
    said = admin.fails("peers", "create", fresh("network"), "--authorization", "x", "--keks", "label=SECRETKEY")
    assert "SECRETKEY" not in said
    assert "expected LABEL=KEY" in said


def test_peers_are_not_for_everybody(maker: Terminal) -> None:
    assert "no_user_rights" in maker.fails("peers", "list")
