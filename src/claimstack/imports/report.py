"""What became of the rows of a file. The database keeps them by the batch, packed: a JSON list of lists of cells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import orjson


class Told(NamedTuple):
    """What became of one row: `created`, `known` or `failed`.

    `end_device`: the surrogate key, absent if it failed; `with_code`: this job gave it its code. EUIs are hexadecimal,
    empty where the row has none; `error` is the name of the refusal, `reason` and `warnings` are for people.
    """

    line: int
    column: int
    outcome: str
    end_device: int | None
    with_code: bool
    device_uid: str
    join_eui: str
    dev_eui: str
    error: str
    reason: str
    warnings: str

    def failed(self, error: str, reason: str) -> Told:
        """The same row, without a device."""
        return self._replace(
            outcome="failed", end_device=None, with_code=False, error=error, reason=reason, warnings=""
        )


def packed(rows: Iterable[Told]) -> bytes:
    """As the database keeps them."""
    return orjson.dumps([tuple(row) for row in rows])


def unpacked(body: bytes) -> list[Told]:
    """What was packed."""
    return [Told(*cells) for cells in orjson.loads(body)]
