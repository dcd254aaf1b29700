"""What is sealed opens in its own place, under its own KEK, and nowhere else."""

import os
from pathlib import Path
from typing import Any

import pytest

from claimstack.storage import Database
from claimstack.vault import KekError, KekFile, Sealed, Secret, Vault, open_vault

PLACE = ("root_key", b"\x01" * 8, b"\x02" * 8, "app_key")


def test_what_is_sealed_opens_in_its_place(vault: Vault) -> None:
    assert vault.open(vault.seal(Secret(b"key"), *PLACE), *PLACE).reveal() == b"key"


def test_sealing_twice_gives_different_bytes(vault: Vault) -> None:
    assert vault.seal(Secret(b"key"), *PLACE) != vault.seal(Secret(b"key"), *PLACE)


@pytest.mark.parametrize("at", range(4))
def test_moved_to_another_row_or_field_it_does_not_open(vault: Vault, at: int) -> None:
    sealed = vault.seal(Secret(b"key"), *PLACE)
    elsewhere: Any = [*PLACE]
    elsewhere[at] = "elsewhere"
    with pytest.raises(KekError, match="moved"):
        vault.open(sealed, *elsewhere)


def test_parts_of_a_place_do_not_run_together(vault: Vault) -> None:
    sealed = vault.seal(Secret(b"key"), "ab", "c")
    with pytest.raises(KekError):
        vault.open(sealed, "a", "bc")


def test_every_changed_byte_is_noticed(vault: Vault) -> None:
    sealed = vault.seal(Secret(b"key"), *PLACE)
    for at in range(len(sealed.blob)):
        changed = bytearray(sealed.blob)
        changed[at] ^= 1
        with pytest.raises(KekError):
            vault.open(Sealed(bytes(changed), sealed.kek), *PLACE)


def test_hashes_depend_on_context_secret_and_pepper(vault: Vault) -> None:
    stored = vault.hash(Secret(b"ABCD"), b"device")
    assert vault.matches(Secret(b"ABCD"), stored, vault.pepper_version, b"device")
    assert not vault.matches(Secret(b"ABCE"), stored, vault.pepper_version, b"device")
    assert not vault.matches(Secret(b"ABCD"), stored, vault.pepper_version, b"other")
    assert not vault.matches(Secret(b"ABCD"), stored, 99, b"device")


async def test_a_second_start_finds_the_same_pepper(db: Database, vault: Vault, now: int) -> None:
    again = await open_vault(db, KekFile.load(vault.keks.path), now)
    assert again.hash(Secret(b"x"), b"y") == vault.hash(Secret(b"x"), b"y")


async def test_another_kek_is_refused_at_the_start(db: Database, vault: Vault, tmp_path: Path, now: int) -> None:
    foreign = KekFile.create(tmp_path / "foreign", os.urandom(32))
    with pytest.raises(KekError, match="wrong KEK"):
        await open_vault(db, foreign, now)
