"""Tables of a job: what they say of rows, and that no cell is a formula for a spreadsheet."""

from claimstack.imports import Downloads, store
from claimstack.imports.report import Told
from claimstack.storage import Database
from claimstack.vault import Vault
from tests.imports.test_batch import a_job
from tests.support.devices import a_call
from tests.support.people import a_user, an_application


async def test_no_cell_is_taken_for_a_formula(db: Database, vault: Vault) -> None:
    maker = await a_user(db, "maker")
    job = await a_job(db, await an_application(db, "maker-app", maker), maker)
    told = Told(2, 0, "failed", None, False, "", "", "", "parse_csv_field", "=HYPERLINK(1)", "")
    await db.transaction(store.report, job.number, 0, [told])
    pieces = await Downloads(db, vault).failed("maker-app", job.number, a_call(maker))
    text = b"".join([piece async for piece in pieces]).decode()
    assert text.splitlines()[1] == "0,2,0,,,,parse_csv_field,'=HYPERLINK(1)"
