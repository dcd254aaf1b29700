"""A healthy cluster has no findings; whatever is spoilt is named with its row and what to do."""

import os

import pytest

from claimstack.storage import Database
from claimstack.storage.database import Transaction
from claimstack.upkeep import chains
from claimstack.upkeep.fsck import fsck, recount, size
from claimstack.vault import KekFile, Vault
from tests.upkeep.conftest import CHAIN, Spoil


async def found(db: Database, vault: Vault) -> list[str]:
    return [f"{one.table} {one.key}: {one.wrong}" async for one in fsck(db, vault, lambda steps: None)]


async def test_a_healthy_cluster_has_no_findings(furnished: Database, vault: Vault) -> None:
    steps: list[int] = []
    assert [one async for one in fsck(furnished, vault, steps.append)] == []
    assert sum(steps) == await size(furnished)


SPOILT = {
    "UPDATE end_device SET application = 1": "end_device 1: is not where the ledger says (owner-app/dev)",
    "UPDATE end_device SET epoch = 3": "end_device 1: is not where the ledger says (owner-app/dev)",
    "UPDATE end_device SET uid = 'other'": "end_device 1: is not where the ledger says (owner-app/dev)",
    "DELETE FROM claim_ledger": "end_device 1: has the ownership epoch 2, but no row in the ledger",
    "UPDATE claim_ledger SET claimer = 'user:2:x'": "claim_ledger 1 1: chain broken: was changed",
    "UPDATE claim_ledger SET previous_hash = hash": "claim_ledger 1 1: chain broken: does not follow the row before",
    "UPDATE claim_ledger SET sequence = 2": "claim_ledger 1 1: chain broken: row is missing",
    "UPDATE audit_record SET actor = 'x' WHERE sequence = 2": f"audit_record {CHAIN} 2: chain broken: was changed",
    "DELETE FROM audit_record WHERE sequence = 2": f"audit_record {CHAIN} 2: chain broken: row is missing",
    "DELETE FROM audit_record WHERE sequence = 3": f"audit_record {CHAIN} 2: chain broken: is not the end that was",
    "DELETE FROM audit_record WHERE sequence = 1": f"audit_record {CHAIN} 1: chain broken: row is missing",
    "DELETE FROM audit_record": f"audit_chain {CHAIN}: ends at row 3, but has no rows",
    "DELETE FROM audit_chain": f"audit_record {CHAIN} 1: chain {CHAIN} is in no row of audit_chain",
    "UPDATE application_device_count SET devices = 5 WHERE application = 2": (
        "application_device_count 2: counts 5 instead of 1 devices"
    ),
    "DELETE FROM application_device_count WHERE application = 2": (
        "application_device_count 2: counts 0 instead of 1 devices"
    ),
    "DELETE FROM application WHERE id = 2": "end_device 1: application 2 is in no row of application",
    "DELETE FROM application WHERE id = 1": "membership application 1 1: entity 1 is in no row of application",
    "DELETE FROM account": "user_account 1: account 1 is in no row of account",
    "DELETE FROM user_account": "account 1: u is half a user",
    "UPDATE claim_code SET application = 9": "claim_code 1: is filed under application 9",
    "UPDATE claim_code SET pepper = 7": "claim_code 1: pepper 7 is in no row of pepper",
    "UPDATE root_key SET key_sealed = code_sealed FROM claim_code": "root_key 1 app_key: a sealed value does not open",
    "UPDATE claim_code SET code_kek = 9": "claim_code 1: KEK version 9 is not in ",
}


@pytest.mark.parametrize("sql", SPOILT)
async def test_what_is_spoilt_is_found(furnished: Database, vault: Vault, spoil: Spoil, sql: str) -> None:
    await spoil(sql)
    assert any(one.startswith(SPOILT[sql]) for one in await found(furnished, vault)), await found(furnished, vault)


async def test_a_device_without_its_owner_keeps_no_secrets_out_of_sight(
    furnished: Database, vault: Vault, spoil: Spoil
) -> None:
    await spoil("DELETE FROM end_device")
    tables = {one.split(" ")[0] for one in await found(furnished, vault)}
    assert {"root_key", "claim_code"} <= tables


async def test_the_same_euis_twice_are_two_owners_for_one_device(
    furnished: Database, vault: Vault, spoil: Spoil
) -> None:
    """The schema refuses it; fsck would see it all the same, after a constraint was lost."""
    if furnished.engine == "sqlite":
        await spoil("CREATE TABLE copy AS SELECT * FROM end_device")
        await spoil("DROP TABLE end_device")
        await spoil("ALTER TABLE copy RENAME TO end_device")
    else:
        await spoil("ALTER TABLE end_device DROP CONSTRAINT end_device_euis_taken")
    await spoil(
        "INSERT INTO end_device (id, application, uid, join_eui, dev_eui, is_body, epoch, maker_application,"
        " created_at, updated_at) SELECT 7, 1, uid, join_eui, dev_eui, is_body, 1, 1, 1, 1 FROM end_device"
    )
    faults = await found(furnished, vault)
    if furnished.engine == "postgresql":  # the database is used again
        await spoil("DELETE FROM end_device WHERE id = 7")
        await spoil("ALTER TABLE end_device ADD CONSTRAINT end_device_euis_taken UNIQUE (join_eui, dev_eui)")
    assert "end_device 1: has the same EUIs as 7: a device has one owner" in faults


async def test_a_root_key_under_a_foreign_kek_is_found(furnished: Database, vault: Vault) -> None:
    other = Vault(KekFile.create(vault.keks.path.with_name("other"), os.urandom(32)), {})
    assert {one.split(":")[0] for one in await found(furnished, other)} == {
        "pepper 1", "root_key 1 app_key", "claim_code 1",
    }  # fmt: skip


async def test_chains_are_walked_over_page_borders(
    furnished: Database, vault: Vault, spoil: Spoil, request: pytest.FixtureRequest
) -> None:
    whole = chains.PAGE
    request.addfinalizer(lambda: setattr(chains, "PAGE", whole))
    for chains.PAGE in (1, 2, 3):
        assert await found(furnished, vault) == []
    await spoil("DELETE FROM audit_record WHERE sequence = 3")
    for chains.PAGE in (1, 2, 3):
        assert len(await found(furnished, vault)) == 1


async def test_recounting_sets_the_counts_right(furnished: Database, vault: Vault, spoil: Spoil) -> None:
    await spoil("UPDATE application_device_count SET devices = 5")
    assert await found(furnished, vault) != []
    await furnished.transaction(recount)
    assert await found(furnished, vault) == []


async def test_a_page_of_findings_is_not_the_whole_table(furnished: Database, vault: Vault) -> None:
    async def many(tx: Transaction) -> None:
        for n in range(1001):
            await tx.execute(
                "INSERT INTO end_device (application, uid, is_body, epoch, maker_application, created_at, updated_at)"
                " VALUES (2, $1, $2, 2, 1, 1, 1)",
                f"d-{n}", b"",
            )  # fmt: skip

    await furnished.transaction(many)
    assert sum("no row in the ledger" in one for one in await found(furnished, vault)) == 1000
