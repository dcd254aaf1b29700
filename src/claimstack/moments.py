"""Moments both ways between the contract's timestamps and the database's microseconds."""

from google.protobuf.timestamp_pb2 import Timestamp

_MICROS = 1_000_000


def put(moment: Timestamp, micros: int) -> None:
    """Write a moment of the database into a field of a message, as the contract has it."""
    moment.seconds, rest = divmod(micros, _MICROS)
    moment.nanos = rest * 1000


def micros(moment: Timestamp) -> int:
    """A moment of the contract as the database writes it; nanoseconds below a microsecond are cut."""
    return moment.seconds * _MICROS + moment.nanos // 1000
