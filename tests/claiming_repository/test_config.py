"""The repository on disk: what is read, and each way to get it wrong has one line of its own."""

from pathlib import Path

import pytest

from claimstack.claiming_repository.config import RepositoryError, longest, read_repository

MAIN = """
join-servers:
  - file: example.com/js.yml
    join-euis: [EC656E0000000000/56, 70B3D57ED0000000/64]
    type: ttjsv2
  - file: sister.yml
    join-euis: [EC656E0000000000/40]
    type: claimstack
"""
TTJS = """
url: https://js.example.com/
tls: {source: file, root-ca: ca.pem, certificate: client.pem, key: client-key.pem}
basic-auth: {username: us, password: secret}
"""
SISTER = "url: https://sister.example.com\napplication-id: our-app\napi-key: NNSXS.A.B\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository of two Join Servers."""
    (tmp_path / "example.com").mkdir()
    (tmp_path / "config.yml").write_text(MAIN)
    (tmp_path / "example.com" / "js.yml").write_text(TTJS)
    (tmp_path / "sister.yml").write_text(SISTER)
    for name in ("ca.pem", "client.pem", "client-key.pem"):
        (tmp_path / "example.com" / name).write_text("")
    return tmp_path


def test_the_entries_are_read_with_their_files_beside_them(folder: Path) -> None:
    first, second = read_repository(folder)
    assert (first.name, first.type, [str(one) for one in first.prefixes]) == (
        "js",
        "ttjsv2",
        ["EC656E0000000000/56", "70B3D57ED0000000/64"],
    )
    assert (first.endpoint.url, first.endpoint.tls.root_ca) == (
        "https://js.example.com",
        folder / "example.com" / "ca.pem",
    )
    assert first.endpoint.basic is not None
    assert (first.endpoint.basic[0], first.endpoint.basic[1].reveal()) == ("us", b"secret")
    assert (second.endpoint.application_id, second.endpoint.api_key.reveal()) == ("our-app", b"NNSXS.A.B")


@pytest.mark.parametrize(
    ("join_eui", "name"),
    [
        ("EC656E0000000001", "js"),
        ("EC656E0000000100", "sister"),
        ("70B3D57ED0000000", "js"),
        ("70B3D57ED0000001", None),
        ("EC656E", None),
        ("", None),
    ],
)
def test_the_longest_prefix_decides(folder: Path, join_eui: str, name: str | None) -> None:
    found = longest(read_repository(folder), bytes.fromhex(join_eui))
    assert (found.name if found else None) == name


def test_an_api_key_can_stand_in_a_file_of_its_own(folder: Path) -> None:
    (folder / "key").write_text("NNSXS.C.D\n")
    (folder / "sister.yml").write_text(SISTER.replace("api-key: NNSXS.A.B", "api-key-file: key"))
    assert read_repository(folder)[1].endpoint.api_key.reveal() == b"NNSXS.C.D"


def test_an_unknown_type_is_passed_over(folder: Path) -> None:
    (folder / "config.yml").write_text(MAIN.replace("type: claimstack", "type: semtech"))
    assert [entry.name for entry in read_repository(folder)] == ["js"]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("config.yml", MAIN, "", "expected join-servers"),
        ("config.yml", MAIN, "a: [", "config.yml"),
        ("config.yml", "join-servers:", "join-server:", "unknown key 'join-server'"),
        ("config.yml", "type: ttjsv2", "typ: ttjsv2", "join-servers[0]"),
        ("config.yml", "/56", "/65", "EC656E0000000000/65"),
        ("config.yml", "[EC656E0000000000/40]", "[]", "at least one prefix"),
        ("config.yml", "70B3D57ED0000000/64", "EC656E0000000000/40", "listed twice"),
        ("config.yml", "file: sister.yml", "file: nowhere.yml", "nowhere.yml"),
        ("config.yml", "file: sister.yml", "file: js.yml", "js.yml"),
        ("example.com/js.yml", "url: https://", "url: ftp://", "expected https://"),
        ("example.com/js.yml", "url: https://js.example.com/", "urls: x", "unknown key 'urls'"),
        ("example.com/js.yml", "basic-auth", "basic-authentication", "unknown key"),
        ("example.com/js.yml", "source: file", "source: key-vault", "expected file, got 'key-vault'"),
        ("example.com/js.yml", ", key: client-key.pem", "", "certificate and key go together"),
        ("example.com/js.yml", "client.pem", "missing.pem", "missing.pem is not a file"),
        ("example.com/js.yml", "url:", "url: https://a.example\nurl:", "stands twice"),
        ("sister.yml", "api-key: NNSXS.A.B", "", "either api-key or api-key-file"),
        ("sister.yml", "api-key: NNSXS.A.B", "api-key-file: nowhere", "nowhere"),
        ("sister.yml", "application-id: our-app", "", "application-id is missing"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(folder: Path, file: str, old: str, new: str, said: str) -> None:
    path = folder / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(RepositoryError) as caught:
        read_repository(folder)
    assert said in str(caught.value)
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_two_files_of_one_name_would_be_mistaken_for_each_other(folder: Path) -> None:
    (folder / "js.yml").write_text(SISTER)
    (folder / "config.yml").write_text(MAIN.replace("file: sister.yml", "file: js.yml"))
    with pytest.raises(RepositoryError, match="two files are called js"):
        read_repository(folder)
