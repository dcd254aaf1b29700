"""The key encryption keys: a file beside, never in, the database.

One line a version, `version:base64 of 32 bytes`, mode 0600. The highest version seals; older ones only open, until a
rotation has sealed everything again and retires them.
"""

import base64
import os
from pathlib import Path

from claimstack.vault.secret import Secret

KEK_BYTES = 32
Signature = tuple[int, ...]
HEADER = "# claimstack key encryption keys: back this file up elsewhere, apart from the database\n"


class KekError(Exception):
    """The KEK file is missing, unreadable or wrong; one clear line for an operator."""


class KekFile:
    """The versions of the KEK, in memory; files are only ever replaced whole."""

    def __init__(self, path: Path, keys: dict[int, Secret], seen: Signature = ()) -> None:
        self.path = path
        self.keys = keys
        self.seen = seen

    @property
    def newest(self) -> int:
        """The version that seals."""
        return max(self.keys)

    @classmethod
    def load(cls, path: Path) -> "KekFile":
        """Read the file; `KekError` names the line that is wrong, never its content."""
        seen = signature(path)  # before reading: a change in between is noticed later
        try:
            lines = path.read_text("ascii").splitlines()
        except FileNotFoundError:
            raise KekError(
                f"KEK file {path} is missing: restore it from your backup, without it no key opens"
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise KekError(f"KEK file {path} cannot be read: {type(error).__name__}") from None
        keys = dict(_key(path, number, line) for number, line in enumerate(lines, 1) if line and line[0] != "#")
        if not keys:
            raise KekError(f"KEK file {path} holds no key")
        return cls(path, keys, seen)

    @classmethod
    def create(cls, path: Path, random: bytes) -> "KekFile":
        """Make the file with version 1 from 32 random bytes; never overwrites."""
        file = cls(path, {1: Secret(random)})
        file._write(exclusive=True)
        return file

    def with_new_version(self, random: bytes) -> "KekFile":
        """Add the next version from 32 random bytes and write the file."""
        file = KekFile(self.path, {**self.keys, self.newest + 1: Secret(random)})
        file._write()
        return file

    def without_versions_before(self, version: int) -> "KekFile":
        """Retire the older versions and write the file."""
        file = KekFile(self.path, {v: key for v, key in self.keys.items() if v >= version})
        file._write()
        return file

    def _write(self, *, exclusive: bool = False) -> None:
        if exclusive and self.path.exists():
            raise KekError(f"KEK file {self.path} exists already")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = HEADER + "".join(
            f"{version}:{base64.b64encode(key.reveal()).decode()}\n" for version, key in sorted(self.keys.items())
        )
        aside = self.path.with_name(self.path.name + ".new")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            self.seen = _signature(os.fstat(file.fileno()))
        aside.replace(self.path)


def signature(path: Path) -> Signature:
    """What changes whenever the file is replaced; empty when it is missing."""
    try:
        return _signature(path.stat())
    except OSError:
        return ()


def _signature(found: os.stat_result) -> Signature:
    return found.st_ino, found.st_mtime_ns, found.st_size


def _key(path: Path, number: int, line: str) -> tuple[int, Secret]:
    version, _, text = line.partition(":")
    try:
        key = base64.b64decode(text.strip(), validate=True)
        if not version.isdecimal() or int(version) < 1 or len(key) != KEK_BYTES:
            raise ValueError
    except ValueError:
        raise KekError(f"KEK file {path}, line {number}: expected VERSION:BASE64 of {KEK_BYTES} bytes") from None
    return int(version), Secret(key)
