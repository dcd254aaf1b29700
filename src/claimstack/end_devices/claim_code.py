"""The claim authentication code of an end device, as its owner sets and reads it (OwnerToken of TR005 §4.2.5.2).

It is kept twice: as a keyed hash of DevEUI and code, which is all that a claim compares, and sealed, so that its owner
can print labels. Value and window are always written together. Whether a code opens a claim is decided elsewhere.
"""

from collections.abc import Sequence
from typing import NamedTuple

from claimstack.applications import put
from claimstack.device_parts import CODE, invalid_code, written_code
from claimstack.end_devices import store
from claimstack.storage import Reader, Row, Transaction
from claimstack.vault import Sealed, Secret, Vault
from claimstack.vault.rewrap import device_place
from claimstack.wire import v3

TABLE = "claim_code"


class Code(NamedTuple):
    """A code and its window in microseconds; an absent end is open."""

    value: Secret
    valid_from: int | None
    valid_to: int | None


def code_in(device: v3.EndDevice) -> Code | None:
    """The code that the device is to have, None for none; `Invalid` when code and window make no sense."""
    code = written_code(device)
    return None if code is None else Code(Secret(code.value.encode()), code.valid_from, code.valid_to)


def code_hash(vault: Vault, dev_eui: bytes, value: Secret, pepper: int | None = None) -> bytes:
    """What a claim compares: the keyed hash of DevEUI (8 bytes) and code."""
    return vault.hash(value, dev_eui, pepper=pepper)


async def keep_code(tx: Transaction, vault: Vault, row: Row, code: Code | None, now: int) -> None:
    """Write the device's code in place of what it had; None takes it away: claiming is disallowed again."""
    if code is None:
        await store.clear_code(tx, row["end_device"])
        return
    if row["dev_eui"] is None or row["join_eui"] is None:
        raise invalid_code("only a device with JoinEUI and DevEUI can be claimed")
    sealed = vault.seal(code.value, *device_place(TABLE, row))
    hashed = code_hash(vault, bytes(row["dev_eui"]), code.value)
    await store.set_code(
        tx,
        row["end_device"],
        hashed,
        vault.pepper_version,
        sealed.blob,
        sealed.kek,
        code.valid_from,
        code.valid_to,
        now,
    )


async def codes_of(
    reader: Reader, vault: Vault, application: int, end_devices: Sequence[int]
) -> dict[int, v3.EndDeviceAuthenticationCode]:
    """The codes of these devices of the application, by surrogate key."""
    rows = await store.codes(reader, application, end_devices) if end_devices else []
    return {row["end_device"]: _opened(vault, row) for row in rows}


def code_of(vault: Vault, row: Row) -> str:
    """The code of a row that has it sealed, with what its sealing place is made of."""
    return vault.open(Sealed(bytes(row["code_sealed"]), row["code_kek"]), *device_place(TABLE, row)).reveal().decode()


def _opened(vault: Vault, row: Row) -> v3.EndDeviceAuthenticationCode:
    code = v3.EndDeviceAuthenticationCode(value=code_of(vault, row))
    for name in ("valid_from", "valid_to"):
        if row[name] is not None:
            put(getattr(code, name), row[name])
    return code


def put_code(vault: Vault, row: Row, part: v3.EndDevice) -> None:
    """Put the code of a row of `store.with_codes` into a part that is about to be shown, if the device has one."""
    if row["code_sealed"] is not None:
        getattr(part, CODE).CopyFrom(_opened(vault, row))


async def add_code(reader: Reader, vault: Vault, application: int, end_device: int, part: v3.EndDevice) -> None:
    """Put the code into a part that is about to be shown, if the device has one."""
    found = await codes_of(reader, vault, application, [end_device])
    if end_device in found:
        getattr(part, CODE).CopyFrom(found[end_device])
