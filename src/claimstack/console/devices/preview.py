"""The first rows of a maker's file, before anything is imported: read by the converter, which keeps nothing."""

from typing import Any

from starlette.responses import Response

from claimstack.console.applications import open_application
from claimstack.console.ground import Visit, page
from claimstack.errors import ClaimstackError, Unauthenticated
from claimstack.wire import v3

MOST_BYTES = 4 * 1024 * 1024
SHOWN, SHOWN_FAULTS = 10, 10


async def take_preview(visit: Visit) -> Response:
    """`POST …/_import/preview?format=ID&cut=1`: the body is the beginning of a file (`cut`), or a whole one.

    The page's script takes the part `preview` out of the answer.
    """
    app = await open_application(visit)
    content = b""
    async for piece in visit.request.stream():
        content += piece
        if len(content) > MOST_BYTES:
            break
    rows: list[Any] = []
    faults: list[str] = []
    if len(content) <= MOST_BYTES:
        is_cut = bool(visit.query.get("cut"))
        rows, faults = await _read(visit, visit.query.get("format", ""), content, is_cut)
    words: dict[str, Any] = {"rows": rows[:SHOWN], "faults": faults[:SHOWN_FAULTS], "bad": len(faults)}
    return page(visit, "devices/preview.html", **app.words(), **words, too_large=len(content) > MOST_BYTES)


async def _read(visit: Visit, format_id: str, content: bytes, is_cut: bool) -> tuple[list[Any], list[str]]:
    request = v3.ConvertEndDeviceTemplateRequest(format_id=format_id, data=content)
    rows: list[Any] = []
    try:
        async for template in visit.stream("EndDeviceTemplateConverter/Convert", request):
            rows.append(template.end_device)  # noqa: PERF401 - what came before an error counts
    except Unauthenticated:
        raise
    except ClaimstackError as error:
        wrong = error.attributes.get("wrong")
        faults = [str(one) for one in wrong] if isinstance(wrong, list) else [error.text]
        # Where the piece was cut off, the last entry is broken: that is no fault of the file.
        return rows, faults[:-1] if is_cut else faults
    return rows, []
