"""The event of a join: for those who may read the device. It says whose device it is, and nothing of the session."""

from collections.abc import Sequence

from claimstack.events import Event, post_many
from claimstack.identity import Right
from claimstack.join_server import store
from claimstack.join_server.found import NowJoined
from claimstack.join_server.wish import Wish
from claimstack.lorawan.otaa import RejoinRequest
from claimstack.storage import Transaction
from claimstack.wire import v3

_VISIBILITY = (int(Right.APPLICATION_DEVICES_READ),)


async def tell(tx: Transaction, wishes: Sequence[Wish]) -> None:
    """Post an event of each join; of none whose device has changed hands since."""
    devices = await store.now_joined(tx, [(*wish.key, wish.session_key_id) for wish in wishes])
    await post_many(tx, [_event(wish, device) for wish, device in zip(wishes, devices, strict=True) if device])


def _event(wish: Wish, found: NowJoined) -> Event:
    ids = v3.EntityIdentifiers()
    device = ids.device_ids
    device.device_id, device.application_ids.application_id = found.uid, found.application_uid
    device.join_eui, device.dev_eui = wish.key
    name = "js.rejoin.accept" if isinstance(wish.request, RejoinRequest) else "js.join.accept"
    owner = "application", found.application
    return Event(name, wish.now, *owner, ids, _VISIBILITY, found.end_device, found.epoch)
