"""The release: the owner of a claimed device gives it back to the application of its maker.

One transaction: hold the device, find its maker, move, wipe, write down. Claims on the device wait for the lock or come
before it, and then the device is not found. It comes home without a code: its maker sets a new one for the next sale.
"""

from claimstack.audit import START, Link
from claimstack.claiming.ledger import Entry, Hop, LastHop
from claimstack.claiming.release import notices, parting, store
from claimstack.claiming.store import book
from claimstack.claiming.words import device_not_found
from claimstack.errors import AlreadyExists, FailedPrecondition
from claimstack.identity import Entity
from claimstack.storage import Row, Transaction

NAMESPACE = "pkg/deviceclaimingserver"


class NotClaimed(FailedPrecondition):
    """`device_not_claimed`: the device is where it was registered; `join_eui` is empty or 8 bytes."""

    def __init__(self, uid: str, join_eui: bytes) -> None:
        self.join_eui = join_eui
        text = "end device `{device_id}` is at its maker already"
        super().__init__(NAMESPACE, "device_not_claimed", text, device_id=uid)


async def give_back(
    tx: Transaction, application: Entity, uid: str, actor: str, now: int, correlation_id: str = ""
) -> Entry:
    """Move the device of that application (rights are checked before) to its maker; `actor`: `kind:surrogate:id`.

    `end_device_not_found`; `device_not_claimed` and `maker_application_gone` (FailedPrecondition).
    """
    device = await store.held(tx, application.id, uid)
    if device is None:
        raise device_not_found(application.uid, uid)
    if device["maker_application"] == application.id:
        raise NotClaimed(uid, bytes(device["join_eui"] or b""))
    if device["maker_uid"] is None or not await store.living(tx, device["maker_application"]):
        raise _maker_gone(uid)
    entry = await _entry(tx, application, device, actor, now)
    await _move(tx, entry.hop, device)
    await book(tx, entry)
    await notices.tell(tx, entry.hop, correlation_id)
    return entry


async def _entry(tx: Transaction, application: Entity, device: Row, actor: str, now: int) -> Entry:
    maker = device["maker_application"]
    last = await store.last_hop(tx, device["id"])
    link = Link(last["sequence"], bytes(last["hash"])) if last else START
    hop = Hop(
        end_device=device["id"],
        epoch=device["epoch"] + 1,
        claimed_at=now,
        join_eui=bytes(device["join_eui"]),
        dev_eui=bytes(device["dev_eui"]),
        source_application=application.id,
        source_application_uid=application.uid,
        source_device_uid=device["uid"],
        target_application=maker,
        target_application_uid=device["maker_uid"],
        target_device_uid=await _name(tx, device, maker),
        claimer=actor,
        code_hash=b"",  # by this a release is told from a claim
        pepper=0,
        code_kept=False,
        root_keys_read=device["root_keys_read_at"] is not None,
    )
    return LastHop(link).followed_by(hop)


async def _name(tx: Transaction, device: Row, maker: int) -> str:
    former = await store.former_uid(tx, device["id"], maker)
    wished = parting.names(former, bytes(device["dev_eui"]), device["epoch"])
    taken = await store.taken(tx, maker, wished)
    for name in wished:
        if name not in taken:
            return name
    raise AlreadyExists("pkg/util/store", "id_taken", "end device ID `{id}` is taken", id=wished[-1])


async def _move(tx: Transaction, hop: Hop, device: Row) -> None:
    body = parting.identity_part(bytes(device["is_body"]))
    way = store.Return(
        hop.end_device, hop.source_application, device["epoch"], hop.target_application, hop.target_device_uid, body,
        hop.claimed_at,
    )  # fmt: skip
    if not await store.move(tx, way):
        raise RuntimeError("a device was held, and is not there")
    of_join_server = await store.join_body(tx, hop.end_device)
    kept = None if of_join_server is None else parting.join_server_part(of_join_server)
    await store.wipe(tx, hop.end_device, kept, hop.claimed_at)
    await store.count(tx, hop.source_application, hop.target_application, hop.end_device)


def _maker_gone(uid: str) -> FailedPrecondition:
    text = "the application that end device `{device_id}` came from is gone: it cannot be given back"
    return FailedPrecondition(NAMESPACE, "maker_application_gone", text, device_id=uid)
