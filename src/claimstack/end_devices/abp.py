"""Devices that are activated by personalization never join, so there is nothing to claim: they take no code."""

from claimstack.device_parts import Component, invalid_code, is_personalized
from claimstack.end_devices import store
from claimstack.end_devices.components import store as parts
from claimstack.end_devices.components.part import opened
from claimstack.storage import Row, Transaction
from claimstack.vault import Vault
from claimstack.wire import v3

_REASON = "a device with a fixed session (ABP) or a multicast group cannot be claimed"


async def check_claimable(tx: Transaction, vault: Vault, device: Row) -> None:
    """`Invalid` `claim_authentication_code` when the Network Server knows the device as one that never joins."""
    row = await parts.part_of(tx, device["end_device"], Component.NS)
    if row is not None and is_personalized(opened(vault, row, with_state=True)):
        raise invalid_code(_REASON)


async def check_no_code(tx: Transaction, device: Row, part: v3.EndDevice) -> None:
    """The other way round: a device with a code cannot be made one that never joins."""
    if is_personalized(part) and await store.has_code(tx, device["end_device"]):
        raise invalid_code(_REASON)
