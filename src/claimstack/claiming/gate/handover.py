"""What goes and what comes with a device that changes hands, in the parts that its servers keep.

Sessions, MAC state and what was heard from the device are sealed state: the database drops them. Where the device
is at home is the new owner's business: what the Join Server knew of the old home network is replaced as a whole by
what the claim says, or by nothing, so that no former owner's KEK wraps and no former Application Server fetches the
next session's keys (TS002).
"""

from typing import NamedTuple

from claimstack.wire import v3

_TRACES = ("activated_at",)
_ADDRESSES = ("network_server_address", "application_server_address")
_AT_HOME = ("network_server_kek_label", "application_server_kek_label", "application_server_id", "net_id")


class Home(NamedTuple):
    """Where the new owner wants the device to be at home, as the claim says; all may be empty."""

    network_server_address: str = ""
    application_server_address: str = ""
    network_server_kek_label: str = ""
    application_server_kek_label: str = ""
    application_server_id: str = ""
    net_id: bytes = b""


NOWHERE = Home()


def identity_part(body: bytes, home: Home) -> bytes | None:
    """The Identity Server's part for the new owner; None when it stays as it is. Addresses change only when given."""
    if not body and home == NOWHERE:
        return None
    part = v3.EndDevice.FromString(body)
    for name in _TRACES:
        part.ClearField(name)
    for name in _ADDRESSES:
        if address := getattr(home, name):
            setattr(part, name, address)
    return _changed(part, body)


def join_part(body: bytes | None, home: Home) -> bytes | None:
    """The Join Server's part for the new owner; None when there is none or it stays as it is."""
    if body is None:
        return None
    part = v3.EndDevice.FromString(body)
    for name in _AT_HOME:
        setattr(part, name, getattr(home, name))
    return _changed(part, body)


def joins(network_body: bytes | None, has_state: bool) -> bool:
    """Whether the device joins (OTAA). Not so what the NS knows as multicast or with a fixed session (ABP)."""
    if network_body is None:
        return True
    part = v3.EndDevice.FromString(network_body)
    return not part.multicast and (part.supports_join or not has_state)


def _changed(part: v3.EndDevice, body: bytes) -> bytes | None:
    after = part.SerializeToString(deterministic=True)
    return None if after == body else after
