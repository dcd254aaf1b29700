"""Moments both ways between the contract's timestamps and the database's microseconds."""

from google.protobuf.timestamp_pb2 import Timestamp

_MICROS = 1_000_000


def timestamp(micros: int) -> Timestamp:
    """A moment of the database as the contract writes it."""
    seconds, rest = divmod(micros, _MICROS)
    return Timestamp(seconds=seconds, nanos=rest * 1000)


def micros(moment: Timestamp) -> int:
    """A moment of the contract as the database writes it; nanoseconds below a microsecond are cut."""
    return moment.seconds * _MICROS + moment.nanos // 1000
