"""What the tests of this room share: converting bytes, and the real files where they are."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from claimstack.device_templates import Conversion, Converted, Outcome, Wrong, convert, find_format
from claimstack.edge.json_codec import decode
from claimstack.wire import v3

NOW = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)
SAMPLES = Path(__file__).parents[2].parent / "shared" / "data"

with_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the folder shared/data is not beside this clone: real device files were not read"
)


def conversion(**given: Any) -> Conversion:
    """A conversion that reads devices as the server does."""
    return Conversion(decode(v3.EndDevice), **{"now": NOW, **given})


def pieces(file: bytes, size: int) -> Iterable[bytes]:
    """A file as it may arrive."""
    return (file[start : start + size] for start in range(0, len(file), size))


def outcomes(format_id: str, file: bytes | Iterable[bytes], **given: Any) -> list[Outcome]:
    """All that a file gives."""
    format_ = find_format(format_id)
    assert format_ is not None
    return list(convert(format_, [file] if isinstance(file, bytes) else file, conversion(**given)))


def devices(format_id: str, file: bytes, **given: Any) -> list[v3.EndDevice]:
    """The devices of a file in which nothing is wrong."""
    found = outcomes(format_id, file, **given)
    assert [one for one in found if isinstance(one, Wrong)] == []
    return [one.template.end_device for one in found if isinstance(one, Converted)]


def wrong(found: Iterable[Outcome]) -> list[tuple[str, str, str]]:
    """Place, name and reason of what is wrong."""
    return [(str(one.place), one.name, one.reason) for one in found if isinstance(one, Wrong)]


def ids(found: Iterable[Outcome]) -> list[str]:
    """The device ids of what is good."""
    return [one.template.end_device.ids.device_id for one in found if isinstance(one, Converted)]
