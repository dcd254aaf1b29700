"""The database decides by the same conditions as the rule: over all combinations of facts, on both engines."""

from collections.abc import Sequence
from itertools import product
from typing import Any

from claimstack.claiming.authorization import NEEDED
from claimstack.claiming.gate import notices, store
from claimstack.claiming.gate.finding import Finding
from claimstack.claiming.gate.round import hop_of, move_of
from claimstack.claiming.verdict import Granted, judge
from claimstack.identity import Right, Rights
from claimstack.storage import Transaction
from claimstack.vault import Secret
from tests.claiming.world import HOUR, World
from tests.support.people import NOW

AUTHORIZATIONS = ("good", "none", "key deleted", "key of another", "key expired", "key expiring", "right lost")
CODES = ("right", "wrong", "none")
WINDOWS = ((None, None), (NOW, None), (NOW + 1, None), (None, NOW + 1), (None, NOW), (NOW - HOUR, NOW + HOUR))
COMBINATIONS = list(product(AUTHORIZATIONS, CODES, WINDOWS, (False, True), (False, True)))


async def put(tx: Transaction, world: World, number: int, facts: Sequence[Any]) -> bytes:
    """An application of its own with one device, in that state; its DevEUI."""
    authorization, code, window, deleted, _ = facts
    dev_eui = number.to_bytes(8, "big")
    application = await tx.fetchval(
        "INSERT INTO application (uid, body, created_at, updated_at, deleted_at) VALUES ($1, $2, 0, 0, $3)"
        " RETURNING id",
        f"app-{number}", b"", 1 if deleted else None,
    )  # fmt: skip
    device = await tx.fetchval(
        "INSERT INTO end_device (application, uid, join_eui, dev_eui, is_body, maker_application, created_at,"
        " updated_at) VALUES ($1, $2, $3, $4, $5, $1, 0, 0) RETURNING id",
        application, "sensor", world.attempt().join_eui, dev_eui, b"",
    )  # fmt: skip
    if code != "none":
        presented = world.vault.hash(Secret(code.encode()), dev_eui)
        await tx.execute(
            "INSERT INTO claim_code (end_device, code_hash, pepper, code_sealed, code_kek, valid_from, valid_to,"
            " updated_at) VALUES ($1, $2, 1, $3, 1, $4, $5, 0)",
            device, presented, b"", *window,
        )  # fmt: skip
    if authorization != "none":
        await _authorize(tx, world, application, number, authorization)
    return dev_eui


async def _authorize(tx: Transaction, world: World, application: int, number: int, state: str) -> None:
    rights = NEEDED & ~Rights.of(Right.APPLICATION_DEVICES_WRITE_KEYS) if state == "right lost" else NEEDED
    expires_at = {"key expired": NOW, "key expiring": NOW + 1}.get(state)
    owner = world.other_app if state == "key of another" else application
    key = await tx.fetchval(
        "INSERT INTO api_key (key_id, entity_kind, entity, rights, secret_hash, pepper, expires_at, created_at,"
        " updated_at) VALUES ($1, 'application', $2, $3, $4, 1, $5, 0, 0) RETURNING id",
        f"KEY{number}", owner, int(rights), b"", expires_at,
    )  # fmt: skip
    if state == "key deleted":
        await tx.execute("DELETE FROM api_key WHERE id = $1", key)
    await tx.execute("INSERT INTO claim_authorization VALUES ($1, $2, 'KEY', '', 0)", application, key)


async def _compare(tx: Transaction, world: World, number: int, facts: Sequence[Any]) -> tuple[bool, bool]:
    dev_eui = await put(tx, world, number, facts)
    attempt = world.attempt(dev_eui=dev_eui, code="right", burn=facts[-1])
    row = (await store.findings(tx, [attempt], NOW))[0]
    found = Finding.in_row(row)
    presented = found.presented(world.vault, attempt)
    uid = f"sensor-{number}"
    granted = isinstance(judge(found.facts(attempt, presented)), Granted)
    entry = found.last.followed_by(hop_of(attempt, found, uid, presented))
    move = move_of(attempt, found, uid, presented)
    return granted, await store.grant(tx, [move], [entry], notices.of_claim(entry.hop, ""))


async def test_gate_and_rule_agree_on_every_combination_of_facts(world: World) -> None:
    async def verb(tx: Transaction) -> list[tuple[bool, bool]]:
        return [await _compare(tx, world, number, facts) for number, facts in enumerate(COMBINATIONS, 1)]

    verdicts = await world.db.transaction(verb)
    assert [facts for facts, (rule, gate) in zip(COMBINATIONS, verdicts, strict=True) if rule is not gate] == []
    assert sum(rule for rule, _ in verdicts) == 2 * 1 * 4 * 1 * 2
