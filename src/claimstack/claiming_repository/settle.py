"""After a call: what the Join Server's answer makes of the row. Each in one transaction, each safe to repeat."""

from typing import NamedTuple

from claimstack import audit
from claimstack.claiming.gate.handover import Home, identity_part
from claimstack.claiming.gate.notices import READERS, device_identifiers
from claimstack.claiming.ledger import Hop, LastHop
from claimstack.claiming.store import book
from claimstack.claiming_repository import store
from claimstack.claiming_repository.answer import Answer, Done, Refused, Step, Unanswered, after_claim, after_release
from claimstack.claiming_repository.begin import SECOND, default_uid, take_back
from claimstack.events import Event, post
from claimstack.storage import Row, Transaction
from claimstack.wire import v3

FIRST_WAIT, LONGEST_WAIT = SECOND, 600 * SECOND


class Registered(NamedTuple):
    """The device is here, under that id."""

    device_uid: str


class TargetGone(NamedTuple):
    """The application was deleted meanwhile; the claim is given up again."""


class EuisTaken(NamedTuple):
    """Somebody registered the EUI pair here meanwhile."""


Outcome = Registered | TargetGone | EuisTaken | Refused | Unanswered


async def settle_claim(
    tx: Transaction, row: Row, home: Home, answer: Answer, now: int, correlation_id: str = ""
) -> Outcome:
    """What the answer to a claim leads to."""
    current = await store.held(tx, row["uid"])
    if current is None or current["state"] != "claiming":
        return await _settled_by_another(tx, row, answer)
    if isinstance(answer, Done):
        await take_back(tx, bytes(row["join_eui"]), bytes(row["dev_eui"]), _principal(row))
    step = after_claim(answer, current["unanswered"])
    if step is Step.REGISTER:
        return await _register(tx, current, home, now, correlation_id)
    if step is Step.KEEP:
        await _postpone(tx, current, answer, now)
    elif bytes(current["order_sealed"]) == bytes(row["order_sealed"]):  # else a repeat is under way: its answer counts
        await _end(tx, current, step, now)
    assert isinstance(answer, Refused | Unanswered)
    if step is not Step.KEEP:
        await _tell(tx, row, "claim", _why(answer), now, correlation_id)
    return answer


async def settle_release(tx: Transaction, row: Row, answer: Answer, now: int, correlation_id: str = "") -> Answer:
    """What the answer to a release leads to."""
    current = await store.held(tx, row["uid"])
    if current is None or current["state"] != "releasing":
        return answer
    if after_release(answer) is Step.KEEP:
        await _postpone(tx, current, answer, now)
        return answer
    await store.remove(tx, row["uid"])
    await _tell(tx, row, "unclaim", _why(answer), now, correlation_id)
    return answer


def wait(so_far: int) -> int:
    """Microseconds until the next call: as long again as it has waited so far, a second at least, at most ten minutes.

    By time and not by calls, so that somebody who repeats a claim in vain does not put it off.
    """
    return max(FIRST_WAIT, min(so_far, LONGEST_WAIT))


# ------------------------------------------------------------------ registering


async def _register(tx: Transaction, row: Row, home: Home, now: int, correlation_id: str) -> Outcome:
    application_uid = await store.application(tx, row["application"])
    if application_uid is None:
        await store.give_up(tx, row["uid"], now, now)
        return TargetGone()
    euis = bytes(row["join_eui"]), bytes(row["dev_eui"])
    there = await store.registered(tx, *euis)
    if there is not None and there["application"] == row["application"]:
        await store.settle(tx, row["uid"], there["id"], there["uid"], now)
        return Registered(there["uid"])
    if there is not None:
        await _end(tx, row, Step.RELEASE, now)
        return EuisTaken()
    body = identity_part(b"", home) or b""
    for uid in (row["device_uid"], default_uid(euis[1]), f"{default_uid(euis[1])}-{row['application']}"):
        device = await store.add_device(tx, row["application"], uid, euis, body, now)
        if device is not None:
            break
    else:
        await _end(tx, row, Step.RELEASE, now)
        return EuisTaken()
    await store.settle(tx, row["uid"], device, uid, now)
    await book(tx, LastHop().followed_by(_hop(row, device, uid, application_uid, now)))
    await _tell(tx, row, "claim", "", now, correlation_id, device, uid, application_uid)
    return Registered(uid)


def _hop(row: Row, device: int, uid: str, application_uid: str, now: int) -> Hop:
    return Hop(
        end_device=device,
        epoch=1,
        claimed_at=now,
        join_eui=bytes(row["join_eui"]),
        dev_eui=bytes(row["dev_eui"]),
        source_application=0,  # not in this cluster: the Join Server's name stands for it
        source_application_uid=row["join_server"],
        source_device_uid="",
        target_application=row["application"],
        target_application_uid=application_uid,
        target_device_uid=uid,
        claimer=row["claimer"],
        code_hash=bytes(row["code_hash"]),
        pepper=row["pepper"],
        code_kept=False,
        root_keys_read=False,
    )


async def _settled_by_another(tx: Transaction, row: Row, answer: Answer) -> Outcome:
    """Another node, or a repeat of the same claim, was quicker: what is true now."""
    there = await store.registered(tx, bytes(row["join_eui"]), bytes(row["dev_eui"]))
    if there is not None and there["application"] == row["application"]:
        return Registered(there["uid"])
    return answer if isinstance(answer, Refused | Unanswered) else EuisTaken()


async def _belongs_here(tx: Transaction, row: Row) -> bool:
    """Whether the device is registered in another application by a claim there: giving ours up would take it away."""
    return await store.is_claimed(tx, bytes(row["join_eui"]), bytes(row["dev_eui"]))


async def _end(tx: Transaction, row: Row, step: Step, now: int) -> None:
    if step is Step.RELEASE and not await _belongs_here(tx, row):
        await store.give_up(tx, row["uid"], now, now)
    else:
        await store.remove(tx, row["uid"])


async def _postpone(tx: Transaction, row: Row, answer: Answer, now: int) -> None:
    trouble = answer.trouble if isinstance(answer, Unanswered) else _why(answer)
    await store.postpone(tx, row["uid"], trouble, now + wait(now - row["created_at"]), now)


# ------------------------------------------------------------------ telling


async def _tell(
    tx: Transaction, row: Row, deed: str, why: str, now: int, correlation_id: str, device: int | None = None,
    uid: str = "", application_uid: str = "",
) -> None:  # fmt: skip
    application_uid = application_uid or await store.application(tx, row["application"]) or ""
    euis, uid = (bytes(row["join_eui"]), bytes(row["dev_eui"])), uid or row["device_uid"]
    details = v3.ErrorDetails(namespace="pkg/deviceclaimingserver/enddevices", name=why) if why else None
    await post(
        tx,
        Event(
            f"dcs.end_device.{deed}.{'fail' if why else 'success'}", now, "application", row["application"],
            device_identifiers(application_uid, uid, *euis), READERS, device, 1 if device else None, details,
            correlation_id,
        ),
    )  # fmt: skip
    record = audit.AuditRecord(
        audit.device_chain(*euis), now, deed, why, row["application"], application_uid, device, uid, *euis,
        row["claimer"], correlation_id,
    )  # fmt: skip
    await audit.record(tx, record)


def _why(answer: Answer) -> str:
    return f"join_server_{answer.why.value}" if isinstance(answer, Refused) else ""


def _principal(row: Row) -> str:
    kind, surrogate, _ = str(row["claimer"]).split(":", 2)
    return f"{kind}:{surrogate}"
