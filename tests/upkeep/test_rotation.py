"""Rotation goes on where it was stopped, and the old KEK goes only when nobody can need it."""

import os
from pathlib import Path

import pytest

from claimstack.storage import Database
from claimstack.upkeep import rotation
from claimstack.vault import KekError, KekFile, Vault
from claimstack.vault.rewrap import count_by_version, rewrap


def aged(path: Path, seconds: float) -> None:
    os.utime(path, (path.stat().st_mtime - seconds,) * 2)


async def test_a_rotation_seals_everything_under_the_new_version(furnished: Database, vault: Vault) -> None:
    assert await rotation.begin(furnished, vault, os.urandom(32))
    assert await rotation.sealed_before(furnished, 2) == 3
    done: list[int] = []
    assert await rotation.finish(furnished, vault, done.append) == 3
    assert sum(done) == 3
    assert await count_by_version(furnished) == {2: 3}


async def test_an_unfinished_rotation_is_finished_before_another_begins(furnished: Database, vault: Vault) -> None:
    assert await rotation.begin(furnished, vault, os.urandom(32))
    assert not await rotation.begin(furnished, vault, os.urandom(32))
    assert KekFile.load(vault.keks.path).newest == 2


async def test_a_version_in_use_is_not_retired(furnished: Database, vault: Vault) -> None:
    await rotation.begin(furnished, vault, os.urandom(32))
    aged(vault.keks.path, 120)
    with pytest.raises(KekError, match="3 values are still sealed"):
        await rotation.retire(furnished, vault)
    assert sorted(KekFile.load(vault.keks.path).keys) == [1, 2]


async def test_a_version_that_a_request_may_still_use_is_not_retired(furnished: Database, vault: Vault) -> None:
    await rotation.begin(furnished, vault, os.urandom(32))
    await rewrap(furnished, vault)
    with pytest.raises(KekError, match="try again in"):
        await rotation.retire(furnished, vault)
    aged(vault.keks.path, rotation.SETTLE_SECONDS)
    assert await rotation.retire(furnished, vault) == [1]
    assert sorted(KekFile.load(vault.keks.path).keys) == [2]
    assert await rotation.retire(furnished, vault) == []
