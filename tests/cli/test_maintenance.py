"""The operator's commands as an operator runs them: what they say, how they end, and that a refusal changes nothing."""

import os
import socket
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.support.served import Served, ran

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command, on a data directory of its own unless told otherwise."""
    return partial(ran, tmp_path / "data")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One running server of each engine, for all tests here."""
    folder = tmp_path_factory.mktemp("served")
    url = "" if request.param == "sqlite" else request.getfixturevalue("cluster").create(folder.name)
    server = Served(folder, url)
    yield server
    assert server.stop() == 0


def refused(outcome: "subprocess.CompletedProcess[str]", *words: str) -> None:
    """Exit status 1 and one clear line that holds these words."""
    assert outcome.returncode == 1, outcome
    lines = [line for line in outcome.stderr.splitlines() if line.strip() and "Reading" not in line]
    assert len(lines) == 1, outcome.stderr
    assert lines[0].startswith("error: ")
    for word in words:
        assert word in lines[0]


def test_migrate_makes_the_schema_once(run: Run) -> None:
    first = run("migrate")
    assert first.returncode == 0, first.stderr
    assert "ran 0001_foundation.sql" in first.stdout
    assert run("migrate").stdout == "nothing to do: the database is up to date\n"


def test_a_served_cluster_is_sound_and_its_keys_open(served: Served) -> None:
    assert served.run("fsck").stdout == "no findings: everything is whole, every key opens\n"
    verified = served.run("kek", "verify")
    assert verified.returncode == 0
    assert verified.stdout.endswith("every value opens\n")


def test_a_backup_of_a_running_server_goes_back_into_an_empty_database(
    run: Run, served: Served, tmp_path: Path
) -> None:
    file = tmp_path / "backup.gz"
    assert served.run("backup", str(file)).returncode == 0
    restored = run("restore", str(file))
    assert restored.returncode == 0, restored.stderr
    assert "warning: KEK file" in restored.stderr
    (tmp_path / "data" / "kek").write_bytes((served.folder / "kek").read_bytes())
    assert run("fsck").returncode == 0
    refused(run("restore", str(file)), "not empty")
    spoil_count(tmp_path / "data" / "claimstack.db")
    wrong = run("fsck")
    assert wrong.returncode == 1
    assert "counts 5 instead of 0 devices" in wrong.stdout
    assert run("fsck", "--recount").returncode == 0


def spoil_count(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("INSERT INTO application (uid, body, created_at, updated_at) VALUES ('app', x'', 1, 1)")
        connection.execute("INSERT INTO application_device_count SELECT id, 0, 5 FROM application WHERE uid = 'app'")
    connection.close()


def test_a_broken_backup_makes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.gz").write_bytes(b"nonsense")
    refused(run("restore", str(tmp_path / "broken.gz")), "not a whole backup")
    assert not (tmp_path / "data").exists()


def test_doctor_finds_a_running_server(served: Served) -> None:
    ports = (
        "--http-listen", f"127.0.0.1:{served.ready['http']}", "--grpc-listen", f"127.0.0.1:{served.ready['grpc']}",
    )  # fmt: skip
    found = served.run("doctor", *ports)
    assert found.returncode == 0, found.stdout
    assert found.stdout.count("claimstack answers") == 2
    assert not [line for line in found.stdout.splitlines() if line.startswith("FAIL")]


def test_doctor_fails_for_a_foreign_port_and_a_missing_kek(served: Served, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as foreign:
        port = f"127.0.0.1:{foreign.getsockname()[1]}"
        flags = "--http-listen", port, "--grpc-listen", "127.0.0.1:0", "--kek-file", str(tmp_path / "none")
        found = served.run("doctor", *flags)
    assert found.returncode == 1
    failed = [line for line in found.stdout.splitlines() if line.startswith("FAIL")]
    assert [line.split(":")[0] for line in failed] == ["FAIL  KEK", "FAIL  HTTP port"]
    assert "choose --http-listen" in failed[1]


def test_doctor_fails_for_a_dead_database(run: Run) -> None:
    dead = run("doctor", url="postgresql://nobody@127.0.0.1:1/none")
    assert dead.returncode == 1
    assert "FAIL  database" in dead.stdout


def test_doctor_changes_nothing_on_a_fresh_machine(run: Run, tmp_path: Path) -> None:
    assert "will be made at the first start" in run("doctor").stdout
    assert not (tmp_path / "data").exists()


# ------------------------------------------------------------------ what is refused in one line


@pytest.mark.parametrize("command", [["serve"], ["fsck"]])
@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("mysql://host/name", "scheme 'mysql'"),
        ("postgresql://nobody:topsecret@127.0.0.1:1/none", "postgresql://nobody:***@127.0.0.1:1/none"),
    ],
)
def test_a_broken_database_url_is_one_line(run: Run, command: list[str], url: str, word: str) -> None:
    outcome = run(*command, url=url)
    refused(outcome, word)
    assert "topsecret" not in outcome.stderr


@pytest.mark.parametrize("command", [["serve"], ["kek", "rotate"]])
def test_a_missing_or_wrong_kek_is_one_line_and_changes_nothing(
    served: Served, tmp_path: Path, command: list[str]
) -> None:
    missing, wrong = tmp_path / "missing", tmp_path / "wrong"
    wrong.write_text(f"1:{'A' * 43}=\n")
    refused(served.run(*command, "--kek-file", str(missing)), str(missing), "is missing")
    assert not missing.exists()
    refused(served.run(*command, "--kek-file", str(wrong)), "wrong KEK")
    assert wrong.read_text() == f"1:{'A' * 43}=\n"


@pytest.mark.parametrize("command", [["serve"], ["migrate"], ["fsck"]])
def test_a_newer_schema_is_one_line_and_changes_nothing(tmp_path: Path, run: Run, command: list[str]) -> None:
    url = f"sqlite://{tmp_path / 'newer.db'}"
    assert run("migrate", url=url).returncode == 0
    with sqlite3.connect(tmp_path / "newer.db") as connection:
        connection.execute("INSERT INTO schema_migration (version, name, digest, applied_at) VALUES (999, 'x', '', 1)")
    connection.close()
    before = (tmp_path / "newer.db").read_bytes()
    refused(run(*command, url=url), "is newer than this program's")
    assert (tmp_path / "newer.db").read_bytes() == before


@pytest.mark.parametrize("flag", ["--http-listen", "--grpc-listen"])
def test_a_port_in_use_is_one_line(run: Run, flag: str) -> None:
    other = {"--http-listen": "--grpc-listen", "--grpc-listen": "--http-listen"}[flag]
    with socket.create_server(("127.0.0.1", 0)) as foreign:
        port = foreign.getsockname()[1]
        outcome = run("serve", flag, f"127.0.0.1:{port}", other, "127.0.0.1:0")
    refused(outcome, f"127.0.0.1:{port}")


@pytest.mark.parametrize("command", [["serve"], ["migrate"]])
def test_a_data_directory_that_cannot_be_written_is_one_line(command: list[str]) -> None:
    refused(ran(Path("/proc/nowhere"), *command), "/proc/nowhere")


@pytest.mark.parametrize("command", [["fsck"], ["backup", "file.gz"], ["kek", "verify"]])
def test_a_command_on_nothing_makes_no_database(run: Run, tmp_path: Path, command: list[str]) -> None:
    refused(run(*command), "there is none")
    assert not (tmp_path / "data").exists()


def test_a_wrong_setting_names_where_it_stands(run: Run, tmp_path: Path) -> None:
    refused(run("fsck", "--claim-cap-device", "many"), "--claim-cap-device", "'many'")
    refused(run("fsck", CLAIMSTACK_CLAIM_CAP_DEVICE="many"), "CLAIMSTACK_CLAIM_CAP_DEVICE")
    (tmp_path / "c.toml").write_text('claim-cap-device = "many"')
    refused(run("fsck", "--config", str(tmp_path / "c.toml")), "c.toml: claim-cap-device")
    refused(run("fsck", "--config", str(tmp_path / "missing.toml")), "missing.toml")


def test_flags_win_over_variables_and_these_over_the_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text('kek-file = "/from/file"')
    config = ("--config", str(tmp_path / "c.toml"))
    assert run("migrate").returncode == 0
    refused(run("fsck", *config), "/from/file")
    refused(run("fsck", *config, CLAIMSTACK_KEK_FILE="/from/variable"), "/from/variable")
    refused(run("fsck", *config, "--kek-file", "/from/flag", CLAIMSTACK_KEK_FILE="/from/variable"), "/from/flag")


# ------------------------------------------------------------------ rotation


def test_a_rotation_while_a_server_runs_leaves_every_login_working(served: Served) -> None:
    assert served.get("/api/v3/auth_info")["is_admin"]
    rotated = served.run("kek", "rotate")
    assert rotated.returncode == 0, rotated.stderr
    assert "version 2 is in" in rotated.stdout
    assert served.get("/api/v3/auth_info")["is_admin"]
    refused(served.run("kek", "retire"), "try again in")
    kek = served.folder / "kek"
    os.utime(kek, (kek.stat().st_mtime - 120,) * 2)
    assert "version 1 is retired" in served.run("kek", "retire").stdout
    assert "1:" not in kek.read_text().splitlines()[1]
    assert served.run("fsck").returncode == 0
    assert served.run("kek", "retire").stdout == "nothing to do\n"
