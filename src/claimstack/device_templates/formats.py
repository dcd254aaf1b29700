"""What a format is, and how a file of one is converted: in pieces, so that memory stays flat whatever its size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from claimstack.device_files import CARRIED, Trust
from claimstack.device_templates.outcome import Alike, Converted, Outcome, Read
from claimstack.wire import v3

ReadDevice = Callable[[Any], v3.EndDevice]
"""Makes an end device of parsed JSON by the contract's rules; raises `Invalid` with the `field`."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a conversion needs beside the file.

    `now` (aware UTC) and `trust` judge signed files; `strict` refuses what is signed outside the dates of its
    certificates, which is only reported else. `version_ids` stand in where the file does not tell make and model.
    """

    read_device: ReadDevice
    now: datetime
    trust: Trust = CARRIED
    strict: bool = False
    version_ids: v3.EndDeviceVersionIdentifiers = field(default_factory=v3.EndDeviceVersionIdentifiers)


class Reader(Protocol):
    """Reads one file that comes in pieces. Take all outcomes of a piece before feeding the next."""

    @property
    def over(self) -> bool:
        """Whether nothing more will be read, whatever comes."""

    def feed(self, chunk: bytes) -> Iterator[Read]:
        """The outcomes of the entries that end in this piece."""

    def close(self) -> Iterator[Read]:
        """The outcomes that were left when the file ended."""


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: `id` as the API names it, words for people, file extensions with the dot."""

    id: str
    name: str
    description: str
    file_extensions: tuple[str, ...]
    open: Callable[[Conversion], Reader]
    note: str = ""
    """What a person must know of devices that come this way."""


def convert(format_: Format, chunks: Iterable[bytes], conversion: Conversion) -> Iterator[Outcome]:
    """Convert a file: what is good comes out even when other entries are wrong, or the rest cannot be read."""
    for entry in read(format_, chunks, conversion):
        yield completed(entry, conversion.version_ids)


def read(format_: Format, chunks: Iterable[bytes], conversion: Conversion) -> Iterator[Read]:
    """The same for who knows kinds: what was read before is not made anew, and each is still to be `completed`."""
    reader = format_.open(conversion)
    for chunk in chunks:
        yield from reader.feed(chunk)
        if reader.over:
            return
    yield from reader.close()


def completed(entry: Read, version_ids: v3.EndDeviceVersionIdentifiers) -> Outcome:
    """The outcome, with make and model where the file was silent."""
    outcome = entry.converted() if isinstance(entry, Alike) else entry
    if isinstance(outcome, Converted) and version_ids.ListFields():
        template = outcome.template
        own = template.end_device.version_ids
        for known, value in version_ids.ListFields():
            if not getattr(own, known.name):
                setattr(own, known.name, value)
                template.field_mask.paths.append(f"version_ids.{known.name}")
    return outcome
