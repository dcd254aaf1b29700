"""How single values are written in JSON and read back: numbers, bytes, enums, times, durations, field masks.

Proto3 JSON mapping with the contract's leniency: hexadecimal beside base64, numbers as text, Go style durations.
Every reader raises `Mismatch`, which says what was expected and never repeats what was sent.
"""

import re
import struct
from base64 import b64encode
from binascii import a2b_base64, unhexlify
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from math import isfinite
from typing import Any, Final

Read = Callable[[Any], Any]
Write = Callable[[Any], Any]

FLOAT_LIMIT: Final = 3.4028235677973362e38  # the last double that rounds to a finite 32-bit float
TIMESTAMP_SECONDS: Final = (-62_135_596_800, 253_402_300_799)  # the years 0001 to 9999
DURATION_SECONDS: Final = 315_576_000_000  # about 10,000 years, the bound of google.protobuf.Duration
NANOS: Final = 1_000_000_000
PATH_LENGTH: Final = 256  # characters shown of a path: map keys in it come from the sender

_DAY = 86_400
_ORDINAL_OF_EPOCH = date(1970, 1, 1).toordinal()
_NOT_FINITE = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
_URL_ALPHABET = str.maketrans("-_", "+/")

_INTEGER = re.compile(r"-?[0-9]{1,20}")
_NUMBER = re.compile(r"-?[0-9]{1,64}(?:\.[0-9]{1,64})?(?:[eE][-+]?[0-9]{1,3})?")
_TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?"
    r"(?:Z|([-+])([0-9]{2}):([0-9]{2}))"
)
_DURATION = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,9}))?s")
_GO_DURATION = re.compile(r"([-+]?)((?:[0-9]*\.?[0-9]*(?:ns|us|µs|μs|ms|s|m|h)){1,16}|0)")
_GO_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)")
_GO_UNIT = {
    "ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000,
    "s": NANOS, "m": 60 * NANOS, "h": 3600 * NANOS,
}  # fmt: skip
_DEV_ADDR_PREFIX = re.compile(r"([0-9A-Fa-f]{8})/([0-9]{1,2})")
_UPPER = re.compile(r"[A-Z]")
_UNDERSCORED = re.compile(r"_([a-z])")


class Mismatch(Exception):
    """A value is not what its field expects. The path is gathered on the way out, innermost first."""

    def __init__(self, expected: str) -> None:
        self.expected = expected
        self._steps: list[str] = []
        super().__init__(expected)

    def under(self, step: str) -> None:
        """Name the field, map key or list position that the value stood in."""
        self._steps.append(step)

    @property
    def path(self) -> str:
        """The field's path from the request's top, as in a field mask; cut where it is very long."""
        return ".".join(reversed(self._steps))[:PATH_LENGTH]


def read_text(value: object) -> str:
    """A string."""
    if type(value) is not str:
        raise Mismatch("text")
    return value


def read_bool(value: object) -> bool:
    """A bare true or false."""
    if value is True or value is False:
        return value
    raise Mismatch("true or false")


def read_bool_text(value: object) -> bool:
    """True or false as map keys and query parameters carry it."""
    if value in ("true", "True", "TRUE", "t", "T", "1"):
        return True
    if value in ("false", "False", "FALSE", "f", "F", "0"):
        return False
    raise Mismatch("true or false")


def integer_reader(low: int, high: int) -> Read:
    """Integers from `low` to `high`, bare, as text, or as a number without a fraction."""

    def read(value: object) -> int:
        number = value if type(value) is int else _integral(value)
        if number is None or not low <= number <= high:
            raise Mismatch(f"an integer from {low} to {high}")
        return number

    return read


def _integral(value: object) -> int | None:
    if type(value) is str and _INTEGER.fullmatch(value):
        return int(value)
    if type(value) is float and value.is_integer():
        return int(value)
    return None


def number_reader(limit: float | None) -> Read:
    """Floating point numbers, bare or as text; `limit` bounds the finite ones."""

    def read(value: object) -> float:
        number = _floating(value)
        if number is None or (limit is not None and isfinite(number) and abs(number) > limit):
            raise Mismatch("a number" if limit is None else "a number in the range of a float")
        return number

    return read


def _floating(value: object) -> float | None:
    if type(value) is float or type(value) is int:
        return _finite(value)
    if type(value) is not str:
        return None
    if value in _NOT_FINITE:
        return _NOT_FINITE[value]
    return _finite(float(value)) if _NUMBER.fullmatch(value) else None


def _finite(value: float) -> float | None:
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if isfinite(number) else None


def write_double(value: float) -> float | int | str:
    """A double: whole numbers without a fraction, NaN and the infinities as text."""
    if not isfinite(value):
        return "NaN" if value != value else ("Infinity" if value > 0 else "-Infinity")
    return int(value) if value and value.is_integer() and abs(value) < 1e15 else value  # -0.0 stays


def write_float(value: float) -> float | int | str:
    """A 32-bit float in the fewest digits that read back as the same float."""
    if isfinite(value) and not value.is_integer():
        for digits in (6, 7, 8, 9):
            short = float(f"{value:.{digits}g}")
            if abs(short) <= FLOAT_LIMIT and struct.unpack("f", struct.pack("f", short))[0] == value:
                return short
    return write_double(value)


def read_base64(value: object) -> bytes:
    """Bytes of any length: base64 in the standard or the URL alphabet, padded or not."""
    if type(value) is str:
        text = value.translate(_URL_ALPHABET).rstrip("=")
        try:
            return a2b_base64(text + "=" * (-len(text) % 4), strict_mode=True)
        except ValueError:
            pass
    raise Mismatch("base64")


def write_base64(value: bytes) -> str:
    """Padded standard base64."""
    return b64encode(value).decode("ascii")


def octets_reader(length: int) -> Read:
    """Exactly `length` bytes, in hexadecimal or base64; the empty text is that many zeros."""
    digits, zeros = 2 * length, bytes(length)

    def read(value: object) -> bytes:
        if type(value) is str:
            octets = _unhex(value) if len(value) == digits else None
            if octets is None:
                octets = _unbase64(value) if value else zeros
            if octets is not None and len(octets) == length:
                return octets
        raise Mismatch(f"{digits} hexadecimal digits, or {length} bytes in base64")

    return read


def _unhex(text: str) -> bytes | None:
    try:
        return unhexlify(text)
    except ValueError:
        return None


def _unbase64(text: str) -> bytes | None:
    try:
        return read_base64(text)
    except Mismatch:
        return None


def write_hex(value: bytes) -> str:
    """Upper-case hexadecimal."""
    return value.hex().upper()


_five_octets = octets_reader(5)


def read_dev_addr_prefix(value: object) -> bytes:
    """A DevAddr block as `26011B00/24`: four bytes of address and one of length in bits."""
    found = _DEV_ADDR_PREFIX.fullmatch(value) if type(value) is str else None
    if found is not None and int(found[2]) <= 32:
        return bytes.fromhex(found[1]) + bytes([int(found[2])])
    try:
        return bytes(_five_octets(value))
    except Mismatch:
        raise Mismatch("a DevAddr block such as 26011B00/24") from None


def write_dev_addr_prefix(value: bytes) -> str:
    """The block as `26011B00/24`."""
    return f"{value[:4].hex().upper()}/{value[4] if len(value) > 4 else 0}"


def enum_reader(numbers: dict[str, int], names: Iterable[str]) -> Read:
    """A name of `numbers`, or a number; what is not known is answered with `names`."""
    known = ", ".join(names)

    def read(value: object) -> int:
        number = numbers.get(value) if type(value) is str else None
        if number is None:
            number = value if type(value) is int else _integral(value)
        if number is None or not -(2**31) <= number < 2**31:
            raise Mismatch(f"one of {known}")
        return number

    return read


def enum_writer(names: dict[int, str]) -> Write:
    """The name of a number, or the number itself where this release knows no name for it."""
    return lambda number: names.get(number, number)


def read_timestamp(value: object) -> tuple[int, int]:
    """An RFC 3339 time with any offset, as seconds since the epoch and nanoseconds."""
    found = _TIMESTAMP.fullmatch(value) if type(value) is str else None
    seconds = _seconds_of(found) if found else None
    if found is None or seconds is None:
        raise Mismatch("an RFC 3339 time, such as 2021-03-01T00:00:00Z")
    return seconds, _nanos_of(found[7])


def _seconds_of(found: re.Match[str]) -> int | None:
    hour, minute, second = int(found[4]), int(found[5]), int(found[6])
    away_hours, away_minutes = int(found[9] or 0), int(found[10] or 0)
    if hour > 23 or minute > 59 or second > 59 or away_hours > 23 or away_minutes > 59:
        return None
    try:
        days = date(int(found[1]), int(found[2]), int(found[3])).toordinal() - _ORDINAL_OF_EPOCH
    except ValueError:
        return None
    away = (away_hours * 60 + away_minutes) * (-60 if found[8] == "-" else 60)
    seconds = days * _DAY + hour * 3600 + minute * 60 + second - away
    return seconds if TIMESTAMP_SECONDS[0] <= seconds <= TIMESTAMP_SECONDS[1] else None


def _nanos_of(fraction: str | None) -> int:
    return int(fraction.ljust(9, "0")) if fraction else 0


def write_timestamp(seconds: int, nanos: int) -> str:
    """RFC 3339 in UTC with 0, 3, 6 or 9 digits of fraction; what lies outside the years is cut to them."""
    fraction = _fraction(nanos) if 0 < nanos < NANOS else ""
    return f"{_second_text(seconds)}{fraction}Z"


@lru_cache(4096)  # what was written in one go has one second
def _second_text(seconds: int) -> str:
    seconds = min(max(seconds, TIMESTAMP_SECONDS[0]), TIMESTAMP_SECONDS[1])
    days, rest = divmod(seconds, _DAY)
    minutes, second = divmod(rest, 60)
    hour, minute = divmod(minutes, 60)
    return f"{date.fromordinal(days + _ORDINAL_OF_EPOCH).isoformat()}T{hour:02}:{minute:02}:{second:02}"


def _fraction(nanos: int) -> str:
    if nanos % 1_000:
        return f".{nanos:09}"
    return f".{nanos // 1_000:06}" if nanos % 1_000_000 else f".{nanos // 1_000_000:03}"


def read_duration(value: object) -> tuple[int, int]:
    """`1.5s` or Go style `1h2m`, as whole seconds and nanoseconds of the same sign."""
    nanos = _duration_nanos(value) if type(value) is str and len(value) <= 64 else None
    if nanos is None or abs(nanos) > DURATION_SECONDS * NANOS:
        raise Mismatch("a duration, such as 1.5s or 1h30m")
    seconds, rest = divmod(abs(nanos), NANOS)
    return (-seconds, -rest) if nanos < 0 else (seconds, rest)


def _duration_nanos(text: str) -> int | None:
    plain = _DURATION.fullmatch(text)
    if plain is not None:
        nanos = int(plain[2]) * NANOS + _nanos_of(plain[3])
        return -nanos if plain[1] else nanos
    go_style = _GO_DURATION.fullmatch(text)
    if go_style is None:
        return None
    parts = [_go_part(*part) for part in _GO_PART.findall(go_style[2])]
    if any(part is None for part in parts):
        return None
    nanos = sum(part for part in parts if part is not None)
    return -nanos if go_style[1] == "-" else nanos


def _go_part(whole: str, fraction: str, unit: str) -> int | None:
    if not whole and not fraction:
        return None
    digits = fraction[:18]
    scale: int = 10 ** len(digits)
    return (int(whole or 0) * scale + int(digits or 0)) * _GO_UNIT[unit] // scale


def write_duration(seconds: int, nanos: int) -> str:
    """Seconds with 0, 3, 6 or 9 digits of fraction, such as `1.500s`."""
    total = seconds * NANOS + nanos
    whole, rest = divmod(abs(total), NANOS)
    return f"{'-' if total < 0 else ''}{whole}{_fraction(rest) if rest else ''}s"


def read_mask(value: object) -> list[str]:
    """A field mask: `{"paths": [...]}`, a list, or one comma separated text; snake_case or camelCase."""
    paths: object = value.get("paths", []) if type(value) is dict else value
    if type(paths) is str and paths is value:
        paths = [path.strip() for path in paths.split(",") if path.strip()]
    if type(paths) is not list or not all(type(path) is str for path in paths):
        raise Mismatch('field paths, as "a,b.c" or as {"paths": ["a", "b.c"]}')
    return [_snake_case(path) for path in paths]


def _snake_case(path: str) -> str:
    # The contract has no upper-case letter in any field's name, so one can only mean camelCase.
    return path if path.islower() else _UPPER.sub(lambda letter: "_" + letter[0].lower(), path)


def write_mask_text(paths: Iterable[str]) -> str:
    """The standard text form: comma separated camelCase."""
    return ",".join(_UNDERSCORED.sub(lambda found: found[1].upper(), path) for path in paths)
