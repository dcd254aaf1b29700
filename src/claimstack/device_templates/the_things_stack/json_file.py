"""Device files of The Things Stack in JSON: a list of end devices, or one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from claimstack.device_files import JSON, Element, JSONElements, Mistake, Wrong, parse
from claimstack.device_templates.device import template_of
from claimstack.device_templates.formats import Conversion, Format
from claimstack.device_templates.outcome import Converted, Outcome


class _Reader:
    def __init__(self, conversion: Conversion) -> None:
        self._conversion = conversion
        self._elements = JSONElements(only_list=False)

    @property
    def over(self) -> bool:
        return self._elements.over

    def feed(self, chunk: bytes) -> Iterator[Outcome]:
        for found in self._elements.feed(chunk):
            yield self._outcome(found) if isinstance(found, Element) else found

    def close(self) -> Iterator[Outcome]:
        yield from self._elements.close()

    def _outcome(self, element: Element) -> Converted | Wrong:
        try:
            value = parse(element.text, element.position)
            if not isinstance(value, dict):
                raise Mistake(JSON, "expected an object")
            return Converted(template_of(value, self._conversion.read_device), element.place)
        except Mistake as mistake:
            return mistake.at(element.place)


THE_THINGS_STACK_JSON = Format(
    id="the-things-stack",
    name="The Things Stack JSON",
    description="End devices in JSON, as The Things Stack exports them",
    file_extensions=(".json",),
    open=_Reader,
)
