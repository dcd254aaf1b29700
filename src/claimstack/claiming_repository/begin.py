"""Before the first call: count the attempt, refuse what cannot succeed here, write down what is asked for.

One transaction, committed before anything leaves for the Join Server: whoever dies afterwards leaves a row that tells.
"""

import hmac
from typing import NamedTuple

from claimstack.claiming.attempts import (
    OVERALL,
    ClaimCaps,
    Tally,
    claimer_subject,
    device_subject,
    overall_subject,
)
from claimstack.claiming.gate.attempt import Attempt
from claimstack.claiming.gate.handover import Home
from claimstack.claiming.words import home_of
from claimstack.claiming_repository import store, words
from claimstack.storage import Row, Transaction
from claimstack.vault import Sealed, Secret, Vault
from claimstack.wire import v3

TABLE = "upstream_claim"
SECOND = 1_000_000
LEASE = 15 * SECOND
"""Longer than a call may take: who has not written by then is dead."""


class Known(NamedTuple):
    """The device is the claimer's already, by a claim whose answer got lost; its id here."""

    device_uid: str


class Wish(NamedTuple):
    """What was asked for: the code, the device id here (empty: none in particular), and where it shall be at home."""

    code: Secret
    device_uid: str
    home: Home


def uid_of(join_eui: bytes, dev_eui: bytes, application: int) -> str:
    """The name of a claim: a device and the application that it is for."""
    return f"{join_eui.hex().upper()}:{dev_eui.hex().upper()}:{application}"


async def begin_claim(
    tx: Transaction, vault: Vault, caps: ClaimCaps, attempt: Attempt, join_server: str
) -> Known | Row:
    """The row to go on with, or what is there already.

    `too_many_attempts`, `end_device_euis_taken`, `id_taken`, `unclaim_pending`: nothing leaves for the Join Server.
    """
    uid = uid_of(attempt.join_eui, attempt.dev_eui, attempt.target)
    row = await store.held(tx, uid)
    await count(tx, caps, attempt)
    is_repeat = row is not None and _is_repeat(vault, attempt, row)
    if is_repeat:  # no guess: its first time is counted, until it succeeds
        await take_back(tx, attempt.join_eui, attempt.dev_eui, attempt.principal)
    if row is not None and is_repeat and (known := await _known(tx, attempt, row)):
        return known
    if row is not None and row["state"] == "releasing":
        raise words.unclaim_pending()
    if await store.registered(tx, attempt.join_eui, attempt.dev_eui):
        raise words.euis_taken(attempt.join_eui, attempt.dev_eui)
    if attempt.wish and await store.has_device(tx, attempt.target, attempt.wish):
        raise words.id_taken(attempt.wish)
    sealed = vault.seal(Secret(_order(attempt)), TABLE, uid)
    claim = store.Claiming(
        uid, attempt.join_eui, attempt.dev_eui, attempt.target, attempt.wish or default_uid(attempt.dev_eui),
        join_server, attempt.claimer, vault.hash(attempt.code, attempt.dev_eui), vault.pepper_version, *sealed,
    )  # fmt: skip
    await store.put(tx, claim, attempt.now + LEASE, attempt.now)
    begun = await store.pending(tx, uid)
    if begun is None:
        raise RuntimeError("a row was written, and is not there")
    return begun


async def begin_release(
    tx: Transaction, vault: Vault, euis: tuple[bytes, bytes], application: int, uid: str, join_server: str, actor: str,
    now: int,
) -> Row:  # fmt: skip
    """Note that the device is to be given up at the Join Server, claimed through us or not."""
    name = uid_of(*euis, application)
    if await store.held(tx, name) is None:
        sealed = vault.seal(Secret(b""), TABLE, name)
        claim = store.Claiming(name, *euis, application, uid, join_server, actor, b"", vault.pepper_version, *sealed)
        await store.put(tx, claim, now + LEASE, now)
    await store.give_up(tx, name, now + LEASE, now)
    row = await store.pending(tx, name)
    if row is None:
        raise RuntimeError("a row was written, and is not there")
    return row


def _is_repeat(vault: Vault, attempt: Attempt, row: Row) -> bool:
    """Whether the same claimer showed the same code before."""
    presented = vault.hash(attempt.code, attempt.dev_eui, pepper=row["pepper"])
    return hmac.compare_digest(presented, bytes(row["code_hash"])) and row["claimer"] == attempt.claimer


async def _known(tx: Transaction, attempt: Attempt, row: Row) -> Known | None:
    """It asked for the same, too, and that is done."""
    device = await store.registered(tx, attempt.join_eui, attempt.dev_eui)
    is_there = device is not None and device["application"] == attempt.target
    if row["state"] != "claimed" or device is None or not is_there or attempt.wish not in ("", device["uid"]):
        return None
    return Known(device["uid"])


def default_uid(dev_eui: bytes) -> str:
    """The id of a device for which nobody wished one."""
    return f"eui-{dev_eui.hex()}"


# ------------------------------------------------------------------ what was asked for


def _order(attempt: Attempt) -> bytes:
    home = attempt.home
    request = v3.ClaimEndDeviceRequest(
        target_device_id=attempt.wish,
        target_network_server_address=home.network_server_address,
        target_application_server_address=home.application_server_address,
        target_network_server_kek_label=home.network_server_kek_label,
        target_application_server_kek_label=home.application_server_kek_label,
        target_application_server_id=home.application_server_id,
        target_net_id=home.net_id,
    )
    request.authenticated_identifiers.authentication_code = attempt.code.reveal().decode()
    return request.SerializeToString(deterministic=True)


def wish_in(vault: Vault, row: Row) -> Wish:
    """What the row was written for."""
    opened = vault.open(Sealed(bytes(row["order_sealed"]), row["order_kek"]), TABLE, row["uid"])
    request = v3.ClaimEndDeviceRequest.FromString(opened.reveal())
    code = request.authenticated_identifiers.authentication_code
    return Wish(Secret(code.encode()), request.target_device_id, home_of(request))


# ------------------------------------------------------------------ attempts


async def count(tx: Transaction, caps: ClaimCaps, attempt: Attempt) -> None:
    """Count the attempt before it leaves, so that many at once are no way around the caps; `too_many_attempts`."""
    now, subjects = attempt.now, (attempt.device_subject, attempt.claimer_subject)
    device, claimer = [
        await store.count_attempt(tx, subject, now, window)
        for subject, window in zip(subjects, (caps.device_window, caps.claimer_window), strict=True)
    ]
    overall = await store.overall(tx, OVERALL, now - caps.overall_window)
    await store.count_attempt(tx, overall_subject(attempt.dev_eui), now, caps.overall_window)
    wait = caps.wait(_before(device), _before(claimer), overall, now)
    if wait is not None:
        raise words.too_many(wait)


async def take_back(tx: Transaction, join_eui: bytes, dev_eui: bytes, principal: str) -> None:
    """The attempt was no failure."""
    for subject in (device_subject(join_eui, dev_eui), claimer_subject(principal), overall_subject(dev_eui)):
        await store.take_back(tx, subject)


def _before(row: Row) -> Tally:
    return Tally(row["window_started_at"], row["attempts"] - 1)
