"""Which field mask paths lead to keys: found in the contract's messages, so that no list can be forgotten.

A key is the content of a `KeyEnvelope`, in clear or wrapped; its label is none.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import cast

from google.protobuf.descriptor import Descriptor

from claimstack.wire import v3

_ENVELOPE = v3.KeyEnvelope.DESCRIPTOR.full_name
_DEVICE = cast(Descriptor, v3.EndDevice.DESCRIPTOR)


def bear_keys(paths: Sequence[str]) -> bool:
    """Whether one of the paths of an `EndDevice` names a key, or a message that holds one."""
    return any(_bears_keys(path) for path in paths)


@lru_cache(4096)
def _bears_keys(path: str) -> bool:
    message = _DEVICE
    for segment in path.split("."):
        if segment in message.oneofs_by_name:
            continue
        if message.full_name == _ENVELOPE:
            return segment != "kek_label"
        field = message.fields_by_name.get(segment)
        if field is None or field.message_type is None:
            return False
        message = field.message_type
    return _holds_envelope(message, frozenset())


def _holds_envelope(message: Descriptor, above: frozenset[str]) -> bool:
    if message.full_name == _ENVELOPE:
        return True
    if message.full_name in above:
        return False
    within = above | {message.full_name}
    below = [field.message_type for field in message.fields if field.message_type is not None]
    return any(_holds_envelope(one, within) for one in below)
