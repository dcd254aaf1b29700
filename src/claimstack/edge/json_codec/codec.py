"""The JSON codec of the contract: text to message and message to text, by the message's descriptor alone.

Proto3 JSON mapping with the forms of the contract, which its options file describes. All that is wrong with what was
sent comes out as one `Invalid` that names the field's path and what was expected there.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import orjson
from google.protobuf.message import Message

from claimstack.edge.json_codec.reader import descriptor_of, filler
from claimstack.edge.json_codec.scalars import Mismatch
from claimstack.edge.json_codec.writer import writer
from claimstack.errors import Invalid, invalid_field

M = TypeVar("M", bound=Message)

_decoders: dict[type[Message], Callable[[Any], Any]] = {}
_encoders: dict[type[Message], Callable[[Any], bytes]] = {}


def decode(message_class: type[M]) -> Callable[[Any], M]:
    """A function from JSON text (bytes; none at all is an empty object) or a parsed value to a message."""
    known = _decoders.get(message_class)
    if known is None:
        known = _decoders[message_class] = _decoder(message_class)
    return cast(Callable[[Any], M], known)


def _decoder(message_class: type[M]) -> Callable[[Any], M]:
    def read(source: Any) -> M:
        message = message_class()
        read_into(message, source)
        return message

    return read


def read_into(message: Message, source: Any) -> None:
    """Fill a message that exists; fields that `source` does not name stay as they are. Errors: `Invalid`."""
    value = _parsed(source) if isinstance(source, bytes | bytearray | memoryview) else source
    try:
        filler(descriptor_of(message))(message, value, 1)
    except Mismatch as mismatch:
        raise refused(mismatch) from None
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        # What no reader above foresaw is still the sender's mistake, never a failure of ours.
        raise invalid_field("body", "expected values of the fields' types") from error


def refused(mismatch: Mismatch) -> Invalid:
    """The answer to a value that does not fit: its path and what was expected there."""
    return invalid_field(mismatch.path or "body", f"expected {mismatch.expected}")


def _parsed(text: bytes | bytearray | memoryview) -> Any:
    if not text:
        return {}
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise invalid_field("body", f"expected JSON, found a mistake at {where}") from None


def encode(message_class: type[M]) -> Callable[[M], bytes]:
    """A function from a message to compact JSON text in UTF-8."""
    known = _encoders.get(message_class)
    if known is None:
        known = _encoders[message_class] = _encoder(message_class)
    return cast(Callable[[M], bytes], known)


def _encoder(message_class: type[M]) -> Callable[[M], bytes]:
    write = writer(descriptor_of(message_class))
    return lambda message: orjson.dumps(write(message))


def to_object(message: Message) -> Any:
    """The message as plain Python values, for whoever embeds it into other JSON."""
    return writer(descriptor_of(message))(message)
