"""The contract's EndDeviceTemplateConverter: which formats there are, and a file turned into templates."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

from google.protobuf.empty_pb2 import Empty

from claimstack.calls import Call
from claimstack.device_files import CARRIED, NAMESPACE, Trust, Wrong
from claimstack.device_templates.catalogue import FORMATS, find_format
from claimstack.device_templates.formats import Conversion, Format, ReadDevice, completed
from claimstack.device_templates.outcome import Converted, Outcome
from claimstack.errors import Invalid, NotFound
from claimstack.wire import v3

# Outcomes after which others get their turn on the event loop: some 5 ms of the dearest format.
_SLICE = 16
_PIECE = 1 << 13  # some 5 ms of the worst there can be in it
_SHOWN = 20


async def convert_arriving(
    format_: Format, chunks: AsyncIterator[bytes], conversion: Conversion
) -> AsyncIterator[Outcome]:
    """As `convert`, for a file that still arrives. The event loop gets its turn after pieces and slices of entries."""
    reader = format_.open(conversion)
    count = 0
    async for chunk in chunks:
        for outcome in reader.feed(chunk):
            yield completed(outcome, conversion.version_ids)
            if (count := count + 1) % _SLICE == 0:
                await asyncio.sleep(0)
        if reader.over:
            return
        await asyncio.sleep(0)
    for outcome in reader.close():
        yield completed(outcome, conversion.version_ids)


class EndDeviceTemplateConverter:
    """Needs no caller: it reads what it is given and keeps nothing.

    `strict` refuses manifests that are signed outside the dates of their certificates.
    """

    def __init__(self, read_device: ReadDevice, trust: Trust = CARRIED, *, strict: bool = False) -> None:
        self._read_device = read_device
        self._trust = trust
        self._strict = strict

    async def ListFormats(self, request: Empty, call: Call) -> v3.EndDeviceTemplateFormats:
        """The formats, by id."""
        formats = {
            one.id: v3.EndDeviceTemplateFormat(
                name=one.name, description=one.description, file_extensions=one.file_extensions
            )
            for one in FORMATS
        }
        return v3.EndDeviceTemplateFormats(formats=formats)

    async def Convert(
        self, request: v3.ConvertEndDeviceTemplateRequest, call: Call
    ) -> AsyncIterator[v3.EndDeviceTemplate]:
        """The templates of all good entries; then, if others were wrong, an error that names them."""
        format_ = find_format(request.format_id)
        if format_ is None:
            raise _format_not_found(request.format_id)
        conversion = Conversion(self._read_device, call.now, self._trust, self._strict, request.end_device_version_ids)
        faults = _Faults()
        async for outcome in convert_arriving(format_, _arriving(request.data), conversion):
            if isinstance(outcome, Converted):
                yield outcome.template
            else:
                faults.add(outcome)
        faults.raise_any()


class _Faults:
    """What was wrong, counted; the first are kept to be named."""

    def __init__(self) -> None:
        self._count = 0
        self._first: list[Wrong] = []

    def add(self, wrong: Wrong) -> None:
        self._count += 1
        if len(self._first) < _SHOWN:
            self._first.append(wrong)

    def raise_any(self) -> None:
        if self._count == 1:
            raise self._first[0].error()
        if self._first:
            raise Invalid(
                NAMESPACE,
                "entries",
                "{count} entries could not be converted, among them: {wrong}",
                count=self._count,
                wrong=list(self._described()),
            )

    def _described(self) -> Iterator[str]:
        return (f"{wrong.place}: {wrong.reason}" for wrong in self._first)


async def _arriving(file: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(file), _PIECE):
        yield file[start : start + _PIECE]


def _format_not_found(format_id: str) -> NotFound:
    return NotFound(NAMESPACE, "format_not_found", "format `{format_id}` not found", format_id=format_id)
