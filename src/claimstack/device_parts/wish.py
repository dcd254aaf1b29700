"""An end device that is to be registered, as the tables take it: plain values, so that it passes between processes."""

from __future__ import annotations

from typing import Any, NamedTuple


class Wish(NamedTuple):
    """One device. EUIs are 8 bytes or absent; `parts` are (component, settings, state in clear), `keys` (field, key).

    `nonces`: columns of the nonce history and their values. `code` is empty for none; `valid_from` and `valid_to` are
    microseconds, absent for open.
    """

    uid: str
    join_eui: bytes | None
    dev_eui: bytes | None
    name: str
    description: str
    is_body: bytes
    parts: tuple[tuple[str, bytes, bytes], ...] = ()
    keys: tuple[tuple[str, bytes], ...] = ()
    nonces: tuple[tuple[str, Any], ...] = ()
    code: str = ""
    valid_from: int | None = None
    valid_to: int | None = None

    def __repr__(self) -> str:  # keys and code are secrets
        return f"Wish({self.uid!r})"
