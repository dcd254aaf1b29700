"""The file of a job on disk: what was cut off is none, a full disk leaves nothing, and tries are counted."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from claimstack.imports import Spool
from claimstack.imports.spool import MAGIC, SpoolError
from claimstack.vault import KekFile, Secret, Vault


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "imports", a_vault(tmp_path))


def a_vault(folder: Path) -> Vault:
    return Vault(KekFile.create(folder / "kek", bytes(32)), {1: Secret(bytes(32))})


def kept(spool: Spool, *pieces: bytes) -> None:
    writer = spool.writer("7", os.urandom(32))
    for piece in pieces:
        writer.write(piece)
    writer.finish()
    writer.keep()


def test_it_works(spool: Spool) -> None:
    kept(spool, b"first", b"second")
    assert list(spool.pieces("7")) == [b"first", b"second"]
    assert spool.numbers() == [7]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "in the middle of a piece": lambda file: file[:-30],
    "behind a piece": lambda file: file[: -(4 + 16)],
    "to nothing": lambda file: b"",
    "in its head": lambda file: file[: len(MAGIC) + 3],
    "in a length": lambda file: file[: -(4 + 16) + 2],
    "at its end alone": lambda file: file[:-1],
}


@pytest.mark.parametrize("where", DAMAGES)
def test_a_file_that_was_cut_off_is_not_taken_for_a_whole_one(spool: Spool, tmp_path: Path, where: str) -> None:
    kept(spool, b"first", b"second")
    path = tmp_path / "imports" / "7"
    path.write_bytes(DAMAGES[where](path.read_bytes()))
    with pytest.raises(SpoolError):
        list(spool.pieces("7"))


def test_a_file_of_another_kind_is_refused(spool: Spool, tmp_path: Path) -> None:
    kept(spool, b"first")
    path = tmp_path / "imports" / "7"
    path.write_bytes(MAGIC.replace(b"1", b"2") + path.read_bytes()[len(MAGIC) :])
    with pytest.raises(SpoolError):
        list(spool.pieces("7"))


def test_pieces_that_were_swapped_are_refused(spool: Spool, tmp_path: Path) -> None:
    kept(spool, b"first1", b"second")
    path = tmp_path / "imports" / "7"
    file, size = path.read_bytes(), 4 + 6 + 16
    head, last = file[: -2 * size - 20], file[-20:]
    path.write_bytes(head + file[-20 - size : -20] + file[-20 - 2 * size : -20 - size] + last)
    with pytest.raises(SpoolError):
        list(spool.pieces("7"))


def test_the_file_of_another_job_is_refused(spool: Spool, tmp_path: Path) -> None:
    kept(spool, b"first")
    (tmp_path / "imports" / "7").rename(tmp_path / "imports" / "8")
    with pytest.raises(SpoolError):
        list(spool.pieces("8"))


FULL = """
import resource, signal, sys
from pathlib import Path
from tests.imports.test_spool import a_vault
from claimstack.imports import Spool
folder = Path(sys.argv[1])
spool = Spool(folder / "imports", a_vault(folder))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
writer = spool.writer("7", bytes(32))
try:
    writer.write(bytes(2500))
    writer.write(bytes(2500))
    writer.finish()
except OSError:
    writer.drop()
    print(sorted(path.name for path in (folder / "imports").iterdir()))
"""


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL, str(tmp_path)]
    found = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert found.stdout.strip() == "[]"


def test_tries_are_counted_at_each_row_anew_and_go_with_the_file(spool: Spool, tmp_path: Path) -> None:
    kept(spool, b"first")
    assert [spool.tried(7, 0), spool.tried(7, 0), spool.tried(7, 400), spool.tried(7, 400)] == [1, 2, 1, 2]
    assert Spool(tmp_path / "imports", a_vault(tmp_path / "imports")).tried(7, 400) == 3
    spool.forgive(7)
    assert spool.tried(7, 400) == 1
    spool.remove(7)
    assert spool.numbers() == []
    assert not (tmp_path / "imports" / "7.tries").exists()
