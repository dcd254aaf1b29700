"""A new KEK for everything sealed, while servers run: add a version, wait until every server seals with it, seal again.

Each step can be repeated: a rotation that was stopped goes on where it was. The old version is retired by a command of
its own, when nothing stands under it and no request under way can still use it.
"""

import asyncio
import time

from claimstack.storage import Database
from claimstack.vault import KekError, KekFile, Vault
from claimstack.vault.rewrap import Progress, count_by_version, rewrap

NOTICE_SECONDS = 2.0
"""Servers look at the KEK file every second."""
SETTLE_SECONDS = 60.0
"""Longer than any request: after that nothing is written any more that was sealed under the version before."""


async def sealed_before(db: Database, version: int) -> int:
    """How many values stand under versions older than that one."""
    return sum([count for kek, count in (await count_by_version(db)).items() if kek < version])


async def begin(db: Database, vault: Vault, random: bytes) -> bool:
    """Add a version of 32 random bytes; False when a rotation is not finished, which then has to be."""
    if await sealed_before(db, vault.keks.newest):
        return False
    vault.use(vault.keks.with_new_version(random))
    return True


async def finish(db: Database, vault: Vault, progress: Progress) -> int:
    """Wait for the servers, then seal again until twice nothing old was left; how many values were sealed."""
    done, clean = 0, 0
    while clean < 2:
        await asyncio.sleep(NOTICE_SECONDS)
        step = await rewrap(db, vault, progress)
        clean = 0 if step else clean + 1
        done += step
    return done


async def retire(db: Database, vault: Vault) -> list[int]:
    """Take the older versions out of the KEK file; returns them. `KekError` when that would be too early."""
    keks = vault.keks
    if left := await sealed_before(db, keks.newest):
        raise KekError(f"{left} values are still sealed under an older KEK: run `claimstack kek rotate` first")
    age = time.time() - keks.path.stat().st_mtime
    older = sorted(version for version in keks.keys if version < keks.newest)
    if older and age < SETTLE_SECONDS:
        raise KekError(
            f"KEK file {keks.path} changed {age:.0f} s ago, and a request under way may still use the older version:"
            f" try again in {SETTLE_SECONDS - age:.0f} s"
        )
    if older:
        vault.use(KekFile.load(keks.path).without_versions_before(keks.newest))
    return older
