"""What is secret of a device that is to be registered, sealed for the place where it will stand."""

from __future__ import annotations

from typing import NamedTuple

from claimstack.vault import Sealed


class Closed(NamedTuple):
    """The secrets of a device, sealed for their place: `states` go with `parts`, `keys` are (field, sealed)."""

    states: tuple[Sealed | None, ...]
    keys: tuple[tuple[str, Sealed], ...]
    code_hash: bytes | None
    code: Sealed | None
