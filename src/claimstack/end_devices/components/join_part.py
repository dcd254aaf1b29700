"""What the Join Server keeps beside its part: root keys, nonce history, and (by old clients) the claim code."""

from collections.abc import Sequence

from claimstack.device_parts import CODE
from claimstack.end_devices.abp import check_claimable
from claimstack.end_devices.claim_code import add_code, code_in, keep_code
from claimstack.end_devices.components import nonces, root_keys
from claimstack.end_devices.device import names
from claimstack.errors import Invalid
from claimstack.storage import Reader, Row, Transaction
from claimstack.vault import Vault
from claimstack.wire import v3


async def add_beside(
    reader: Reader, vault: Vault, application: int, row: Row, part: v3.EndDevice, paths: Sequence[str]
) -> None:
    """Put what the mask names of nonces and code into a part that is about to be shown."""
    if nonces.asked(paths):
        await nonces.add_nonces(reader, application, row["uid"], part)
    if names(paths, CODE):
        await add_code(reader, vault, application, row["end_device"], part)


async def keep_beside(
    tx: Transaction, vault: Vault, device: Row, wish: v3.EndDevice, part: v3.EndDevice, paths: Sequence[str], now: int
) -> None:
    """Write what the mask names of keys, nonces and code where it belongs, and take it out of the part."""
    for name in ("join_eui", "dev_eui"):
        if device[name] is None:
            raise Invalid("pkg/joinserver", "field_value", "invalid value of field `{field}`", field=f"ids.{name}")
    await root_keys.keep_root_keys(tx, vault, device, part, paths)
    await nonces.keep_nonces(tx, device, part, paths, now)
    if names(paths, CODE):
        code = code_in(wish)  # value and window together, whichever of them the mask names
        if code is not None:
            await check_claimable(tx, vault, device)
        await keep_code(tx, vault, device, code, now)
    part.ClearField(CODE)
