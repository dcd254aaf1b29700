"""A byte string that cannot be printed, logged, pickled or compared with `==` by accident."""

import hmac
from typing import NoReturn


class Secret:
    """Wraps secret bytes; `reveal()` is the one way out and easy to search for."""

    __slots__ = ("_bytes",)

    def __init__(self, value: bytes) -> None:
        self._bytes = bytes(value)

    def reveal(self) -> bytes:
        """The secret itself. Whoever calls this answers for where it goes."""
        return self._bytes

    def same_as(self, other: "Secret") -> bool:
        """Equality in a time that does not depend on where the two differ."""
        return hmac.compare_digest(self._bytes, other._bytes)

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("compare secrets with same_as()")

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")

    def __len__(self) -> int:
        return len(self._bytes)
