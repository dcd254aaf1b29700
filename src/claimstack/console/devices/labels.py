"""The label of an end device: texts by the QR code generator; pictures for the page, for download, for print."""

from typing import Any, NamedTuple

from starlette.responses import Response

from claimstack import qr_codes
from claimstack.console.devices.open import OpenedDevice, ids_of, open_device
from claimstack.console.ground import Visit, page
from claimstack.console.ground.guard import from_elsewhere
from claimstack.console.ground.rendering import page_headers
from claimstack.console.ground.serving import nowhere
from claimstack.errors import ClaimstackError
from claimstack.wire import v3

FORMAT = "tr005"
SIDE = 1000
"""Pixels of the PNG: at 300 dpi, 8.5 cm."""


class LabelTexts(NamedTuple):
    """What the codes of a label hold; empty where there is none. `refused`: why the claim code cannot stand there."""

    identification: str = ""
    claim: str = ""
    link: str = ""
    refused: str = ""


async def label_texts(visit: Visit, dev: OpenedDevice, code: str) -> LabelTexts:
    """The texts for identification, for a claim (with the code), and the link to the claim page."""
    ids = dev.device.ids
    if not (ids.join_eui and ids.dev_eui):
        return LabelTexts()
    identification = await _text(visit, ids, "")
    if not code:
        return LabelTexts(identification)
    try:
        claim = await _text(visit, ids, code)
    except ClaimstackError as error:
        return LabelTexts(identification, refused=error.text)
    return LabelTexts(identification, claim, _link(visit, claim))


async def _text(visit: Visit, ids: Any, code: str) -> str:
    request = v3.GenerateEndDeviceQRCodeRequest(format_id=FORMAT, end_device=v3.EndDevice(ids=ids))
    if code:
        request.end_device.claim_authentication_code.value = code
    return str((await visit.ask("EndDeviceQRCodeGenerator/Generate", request)).text)


def _link(visit: Visit, claim: str) -> str:
    try:
        return qr_codes.claim_link(visit.settings.url, claim)
    except qr_codes.UnwritableLabel:
        return ""  # phones open their camera for HTTPS alone


async def show_picture(visit: Visit) -> Response:
    """`GET …/label/{kind}.{ending}?download=1`: identification, claim or link, as `svg` or `png`."""
    if from_elsewhere(visit.request):
        return Response(status_code=403)
    kind, ending = visit.part("kind"), visit.part("ending")
    if kind not in ("identification", "claim", "link") or ending not in ("svg", "png"):
        return await nowhere(visit)
    dev = await open_device(visit)
    text = getattr(await label_texts(visit, dev, await _code(visit)), kind)
    if not text:
        return await nowhere(visit)
    symbol = qr_codes.draw(text)
    content = qr_codes.svg(symbol).encode() if ending == "svg" else qr_codes.png(symbol, SIDE)
    headers = dict(page_headers(visit))
    if visit.query.get("download"):
        headers["content-disposition"] = f'attachment; filename="{dev.uid}-{kind}.{ending}"'
    return Response(content, headers=headers, media_type="image/svg+xml" if ending == "svg" else "image/png")


async def show_print(visit: Visit) -> Response:
    """`GET …/label`: the label alone, to be printed."""
    dev = await open_device(visit)
    kind = visit.query.get("kind", "")
    texts = await label_texts(visit, dev, await _code(visit))
    kind = kind if kind in ("claim", "link") and getattr(texts, kind) else "identification"
    return page(visit, "devices/label.html", **dev.words(), kind=kind, texts=texts)


async def _code(visit: Visit) -> str:
    request = v3.GetEndDeviceRequest(end_device_ids=ids_of(visit))
    request.field_mask.paths.append("claim_authentication_code")
    return str((await visit.ask("EndDeviceRegistry/Get", request)).claim_authentication_code.value)
