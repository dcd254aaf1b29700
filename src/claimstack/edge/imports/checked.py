"""The contract's rules over the devices of a file, of which most differ only in what identifies them.

What a device shares with others is looked at once; what is its own is held to its own rules (`tests/edge/imports`
compare both ways).
"""

from __future__ import annotations

from typing import Final

from claimstack.device_templates import Own
from claimstack.edge import rules
from claimstack.errors import invalid_field
from claimstack.wire import v3
from claimstack.wire.buf.validate import validate_pb2

MOST_KINDS: Final = 4096
KEY_BYTES: Final = 16
_TEXTS: Final = ("name", "description")
"""Texts of a device's own, held to nothing but a length."""


class CheckedDevices:
    """Checks device after device, and remembers which kinds of them were good."""

    def __init__(self) -> None:
        self._good: set[bytes] = set()
        self._most = {name: _most_characters(name) for name in _TEXTS}

    def check(self, device: v3.EndDevice) -> None:
        """`Invalid` with the path of the first field that breaks a rule. Ids are those of a converted template."""
        kind = _kind(device)
        if kind is None or kind not in self._good:
            rules.check_rules(device)
            if kind is not None and len(self._good) < MOST_KINDS:
                self._good.add(kind)
        for name, most in self._most.items():
            if len(getattr(device, name)) > most:
                raise invalid_field(name, f"expected at most {most} characters")

    def are_good(self, own: Own) -> bool:
        """Whether what a row has for itself breaks no rule; its ids and keys are in their forms."""
        return len(own.name) <= self._most["name"] and len(own.description) <= self._most["description"]


def _kind(device: v3.EndDevice) -> bytes | None:
    """All that the device shares with others, in one text; None when its own is of an unusual form."""
    if not _has_usual_ids(device.ids):
        return None
    shared = v3.EndDevice()
    shared.CopyFrom(device)
    for name in (*_TEXTS, "ids", "provisioning_data"):
        shared.ClearField(name)
    if shared.HasField("root_keys"):
        for envelope in (shared.root_keys.app_key, shared.root_keys.nwk_key):
            if len(envelope.key) == KEY_BYTES:
                envelope.key = bytes(KEY_BYTES)
        if len(shared.root_keys.root_key_id) <= KEY_BYTES + 2:
            shared.root_keys.root_key_id = ""
    return shared.SerializeToString(deterministic=True)


def _has_usual_ids(ids: v3.EndDeviceIdentifiers) -> bool:
    return len(ids.dev_eui) == 8 and len(ids.join_eui) in (0, 8) and not ids.dev_addr


def _most_characters(name: str) -> int:
    field = v3.EndDevice.DESCRIPTOR.fields_by_name[name]
    return int(field.GetOptions().Extensions[validate_pb2.field].string.max_len)  # type: ignore[index]
