"""DevEUIs for makers who have no block of their own: given out of the server's block, one by one, each once."""

from claimstack.applications import store
from claimstack.errors import FailedPrecondition, Invalid
from claimstack.identity import Caller, Right, authorize
from claimstack.lorawan import DevEUI, EUI64Prefix
from claimstack.storage import Transaction

_TRIES = 1000  # so many numbers in a row that makers took by themselves are passed over


async def issue_dev_eui(tx: Transaction, caller: Caller, uid: str, block: EUI64Prefix | None, limit: int) -> DevEUI:
    """The next DevEUI of the block for this application; it never comes again."""
    entity = await authorize(tx, caller, "application", uid, Right.APPLICATION_DEVICES_WRITE)
    if block is None:
        raise FailedPrecondition(
            "pkg/identityserver", "dev_eui_issuing_not_enabled", "this server issues no DevEUIs: it has no block"
        )
    if not await store.count_dev_eui(tx, entity.id, limit):
        raise Invalid(
            "pkg/identityserver/store",
            "application_dev_eui_limit_reached",
            "application `{application_id}` was issued its {dev_eui_limit} DevEUIs",
            application_id=uid,
            dev_eui_limit=limit,
        )
    return await _next_free(tx, block)


async def _next_free(tx: Transaction, block: EUI64Prefix) -> DevEUI:
    for _ in range(_TRIES):
        number = await store.next_of_block(tx, str(block))
        if number >= block.size():
            break
        dev_eui = DevEUI.from_int(int(block.first) + number)
        if not dev_eui.is_zero() and not await store.dev_eui_in_use(tx, bytes(dev_eui)):
            return dev_eui
    raise FailedPrecondition(
        "pkg/identityserver/store", "dev_eui_block_used_up", "the server's DevEUI block is used up"
    )
