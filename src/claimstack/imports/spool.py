"""The file of a job on disk, encrypted: files of devices carry root keys.

Each file has a key of its own, sealed by the KEK in its head. Then come pieces: length (4 bytes, big-endian), and the
piece under AES-256-GCM with its number as nonce; the last one, which is empty, says so in its associated data, so that
a file that was cut off is not taken for a whole one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from claimstack.vault import KekError, Sealed, Secret, Vault

KEYS = ".keys"
TRIES = ".tries"
MAGIC = b"claimstack import 1\n"
KEY_BYTES, NONCE_BYTES, TAG_BYTES = 32, 12, 16
PIECE_BYTES = 1 << 18


class SpoolError(Exception):
    """The kept file cannot be read: gone, cut off, changed, or sealed under a KEK that is gone."""


class Spool:
    """Where the files of jobs are kept: a folder of its own, by number of the job."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder, self._vault = folder, vault

    def writer(self, name: str, key: bytes) -> SpoolWriter:
        """A file that is about to come; `name`: the job's number, with `KEYS` behind it for its file of keys.

        `key`: 32 random bytes.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        sealed = self._vault.seal(Secret(key), *_place(name))
        return SpoolWriter(self._folder / name, _head(sealed), AESGCM(key))

    def pieces(self, name: str) -> Iterator[bytes]:
        """The file in clear, piece by piece; `SpoolError` where it cannot be read."""
        try:
            with (self._folder / name).open("rb") as file:
                yield from _pieces(file, AESGCM(self._key(file, name)))
        except (OSError, KekError, InvalidTag, ValueError) as error:
            raise SpoolError(type(error).__name__) from error

    def keys(self, number: int) -> bytes:
        """The job's file of keys; empty when none was sent."""
        name = f"{number}{KEYS}"
        return b"".join(self.pieces(name)) if (self._folder / name).exists() else b""

    def remove(self, number: int) -> None:
        """Delete the job's files; not an error when there are none."""
        for ending in ("", KEYS, TRIES):
            (self._folder / f"{number}{ending}").unlink(missing_ok=True)

    def tried(self, number: int, rows_read: int) -> int:
        """How often the job was begun at that row, now included. Kept on disk: a server that dies forgets nothing."""
        path, tries = self._folder / f"{number}{TRIES}", 1
        if path.exists():
            row, count = path.read_text("ascii").split()
            tries += int(count) if int(row) == rows_read else 0
        path.write_text(f"{rows_read} {tries}", "ascii")
        return tries

    def forgive(self, number: int) -> None:
        """The last try was ended by who stops the server, and counts for nothing."""
        (self._folder / f"{number}{TRIES}").unlink(missing_ok=True)

    def numbers(self) -> list[int]:
        """The jobs of which a file is here, whole."""
        names = {path.name.removesuffix(KEYS) for path in self._folder.glob("*")}
        return sorted(int(name) for name in names if name.isdecimal())

    def clear_unfinished(self) -> None:
        """Delete what was left of uploads that did not end."""
        for path in self._folder.glob("*.part"):
            path.unlink(missing_ok=True)

    def _key(self, file: BinaryIO, name: str) -> bytes:
        if file.read(len(MAGIC)) != MAGIC:
            raise ValueError("not a kept file")
        version, length = int.from_bytes(file.read(4), "big"), int.from_bytes(file.read(2), "big")
        return self._vault.open(Sealed(file.read(length), version), *_place(name)).reveal()


class SpoolWriter:
    """Takes the pieces of a file: `write`, then `finish`, then `keep`; or `drop` at any time before."""

    def __init__(self, path: Path, head: bytes, cipher: AESGCM) -> None:
        self._path = path
        self._aside = path.with_name(f"{path.name}.{os.urandom(8).hex()}.part")
        self._cipher = cipher
        self._digest = hashlib.sha256()
        self._count = 0
        self.size = 0
        descriptor = os.open(self._aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self._file.write(head)  # into the buffer, which holds it

    def write(self, piece: bytes) -> None:
        """The next piece, at most `PIECE_BYTES`."""
        self._digest.update(piece)
        self.size += len(piece)
        self._put(piece, b"more")

    def finish(self) -> bytes:
        """The file is whole and on disk; its SHA-256. Nothing stands under the job's number yet."""
        self._put(b"", b"last")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return self._digest.digest()

    def keep(self) -> None:
        """From now on this is the file of the job."""
        self._aside.replace(self._path)

    def drop(self) -> None:
        """The file did not come whole, or the disk is full."""
        with contextlib.suppress(OSError):  # closing writes what is left, which fails once more
            self._file.close()
        self._aside.unlink(missing_ok=True)

    def _put(self, piece: bytes, kind: bytes) -> None:
        sealed = self._cipher.encrypt(_nonce(self._count), piece, kind)
        self._file.write(len(sealed).to_bytes(4, "big") + sealed)
        self._count += 1


def _place(name: str) -> tuple[str, str]:
    return "import_file", name


def _head(sealed: Sealed) -> bytes:
    return MAGIC + sealed.kek.to_bytes(4, "big") + len(sealed.blob).to_bytes(2, "big") + sealed.blob


def _nonce(count: int) -> bytes:
    return count.to_bytes(NONCE_BYTES, "big")


def _pieces(file: BinaryIO, cipher: AESGCM) -> Iterator[bytes]:
    count = 0
    while True:
        length = int.from_bytes(file.read(4), "big")
        if not TAG_BYTES <= length <= PIECE_BYTES + TAG_BYTES:
            raise ValueError("cut off")
        is_last = length == TAG_BYTES
        piece = cipher.decrypt(_nonce(count), file.read(length), b"last" if is_last else b"more")
        if is_last:
            return
        yield piece
        count += 1
