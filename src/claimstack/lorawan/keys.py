"""AES-128 keys: root keys, session keys, and the keys between servers (TS001 6.1.1.3).

A key is a secret, so the type hides its bytes from everything that prints, logs, or pickles.
"""

from __future__ import annotations

from typing import NoReturn, Self

from claimstack.lorawan.octets import hexadecimal_fault


class AES128Key:
    """Sixteen secret bytes. `bytes(key)` is the one way to them; `==` takes constant time."""

    __slots__ = ("_octets",)

    _octets: bytes

    def __init__(self, octets: bytes | bytearray | memoryview) -> None:
        """Keep a copy of 16 bytes; ValueError, which never repeats them, if not so many."""
        if len(octets) != 16:
            raise ValueError(f"AES-128 key: expected 16 bytes, got {len(octets)}")
        object.__setattr__(self, "_octets", bytes(octets))

    @classmethod
    def from_hex(cls, text: str) -> Self:
        """Read 32 hexadecimal digits, either case; ValueError, which never repeats them, else."""
        if fault := hexadecimal_fault(text, 32):
            raise ValueError(f"AES-128 key: {fault}")
        return cls(bytes.fromhex(text))

    def __bytes__(self) -> bytes:
        return self._octets

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AES128Key):
            return NotImplemented
        # Loaded late: the command line handles keys without ever comparing two.
        import hmac

        return hmac.compare_digest(self._octets, other._octets)

    # A hash would put a fingerprint of the key into dictionaries and their debug output.
    __hash__ = None  # type: ignore[assignment]

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("an AES-128 key does not change")

    def __reduce__(self) -> NoReturn:
        raise TypeError("an AES-128 key cannot be pickled or copied")

    def __repr__(self) -> str:
        return "AES128Key(…)"
