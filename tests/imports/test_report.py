"""Reports of jobs: pages of rows out of batches, in the order of the file."""

import pytest

from claimstack.imports import store
from claimstack.imports.report import Told, packed, unpacked
from claimstack.storage import Database
from tests.imports.test_batch import a_job
from tests.support.people import a_user, an_application

SIZES = (3, 2, 4, 3)
"""Rows of batches, of which every third and every row of the second failed."""


def told(number: int) -> Told:
    row = Told(number + 2, 0, "created", number + 100, True, f"sensor-{number}", "70b3", "0004", "", "", "")
    return row.failed("id_taken", "taken") if has_failed(number) else row


def has_failed(number: int) -> bool:
    return number % 3 == 0 or number in (3, 4)


@pytest.fixture
async def job(db: Database) -> int:
    maker = await a_user(db, "maker")
    number = (await a_job(db, await an_application(db, "maker-app", maker), maker)).number
    first = 0
    for size in SIZES:
        await db.transaction(store.report, number, first, [told(at) for at in range(first, first + size)])
        first += size
    return number


ALL = list(range(sum(SIZES)))
PAGES = [(12, 0), (100, 0), (3, 0), (2, 2), (5, 3), (4, 11), (4, 12)]


@pytest.mark.parametrize(("limit", "offset"), PAGES)
async def test_a_page_of_rows_goes_over_batches(db: Database, job: int, limit: int, offset: int) -> None:
    found = await store.rows(db, job, limit, offset)
    assert found == [(number, told(number)) for number in ALL[offset : offset + limit]]


@pytest.mark.parametrize(("limit", "offset"), PAGES)
async def test_a_page_of_failed_rows_counts_only_those(db: Database, job: int, limit: int, offset: int) -> None:
    failed = [number for number in ALL if has_failed(number)]
    found = await store.failed_rows(db, job, limit, offset)
    assert found == [(number, told(number)) for number in failed[offset : offset + limit]]


async def test_batches_follow_each_other_to_the_end(db: Database, job: int) -> None:
    seen, after = [], -1
    while rows := await store.report_after(db, job, after):
        seen.append(len(rows))
        after = rows[-1][0]
    assert seen == list(SIZES)


async def test_batches_without_failures_are_passed_over(db: Database, job: int) -> None:
    whole = [Told(2, 0, "created", 1, False, "x", "", "", "", "", "")]
    await db.transaction(store.report, job, 12, whole)
    assert await store.report_after(db, job, 11, least_failed=1) == []
    assert await store.report_after(db, job, 11) == [(12, whole[0])]


def test_a_report_comes_back_as_it_was() -> None:
    rows = [told(0), told(1)._replace(warnings='ä; "x"')]
    assert unpacked(packed(rows)) == rows
