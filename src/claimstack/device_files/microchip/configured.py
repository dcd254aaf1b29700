"""Certificates that an operator names in the settings: files or folders of PEM, read once at the start."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from claimstack.device_files.microchip.trust import CARRIED, Trust

_ENDINGS = (".pem", ".crt", ".cer")


class Certificates(NamedTuple):
    """PEM texts: of log signers that are believed beside the carried ones, and of roots that chips must end in."""

    signers: bytes = b""
    roots: bytes = b""

    def trust(self) -> Trust:
        """Whom that makes believed. ValueError that says what is wrong with which certificate."""
        trust = CARRIED.with_roots(self.roots) if self.roots else CARRIED
        return trust.with_signers(self.signers) if self.signers else trust


def read_certificates(paths: Iterable[str]) -> bytes:
    """The PEM files of that name, and those in folders of that name, one after the other.

    ValueError that names the path when there is nothing to read there.
    """
    return b"".join(_read(file) for path in paths for file in _files(Path(path)))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.iterdir() if file.suffix.lower() in _ENDINGS)
    if not found:
        raise ValueError(f"{path}: expected PEM files ({', '.join(_ENDINGS)}) in this folder")
    return found


def _read(path: Path) -> bytes:
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    if b"-----BEGIN CERTIFICATE-----" not in text:
        raise ValueError(f"{path}: expected certificates in PEM form")
    return text.rstrip() + b"\n"
