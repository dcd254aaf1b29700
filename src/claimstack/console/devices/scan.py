"""Registering from a label: its text pasted, or a picture of it, read by the QR code generator."""

import asyncio

from starlette.responses import PlainTextResponse, Response

from claimstack import qr_codes
from claimstack.console.applications import open_application
from claimstack.console.devices.register import FIRST, form_page
from claimstack.console.ground import Form, Visit, problems_of
from claimstack.console.ground.rendering import page_headers
from claimstack.errors import ClaimstackError, Invalid
from claimstack.wire import v3

MOST_BYTES = 8 * 1024 * 1024
FIELDS = {"qr_code": "label", "format": "label", "unknown_format": "label"}


async def take_label(visit: Visit) -> Response:
    """`POST /console/applications/{application_id}/devices/_label`: the form, filled in from the label's text."""
    app, form = await open_application(visit), await visit.read_form()
    text = form.text("label")
    try:
        request = v3.ParseEndDeviceQRCodeRequest(qr_code=text.encode())
        found = await visit.ask("EndDeviceQRCodeGenerator/Parse", request)
    except ClaimstackError as error:
        return await form_page(visit, app, Form(list(FIRST.items())), problems_of(visit, error, FIELDS))
    device = found.end_device_template.end_device
    dev_eui = device.ids.dev_eui.hex()
    values = {
        **FIRST,
        "device_id": f"eui-{dev_eui}",
        "eui": "enter",
        "dev_eui": dev_eui.upper(),
        "join_eui": device.ids.join_eui.hex().upper(),
        "serial_number": device.serial_number,
        "code": device.claim_authentication_code.value,
        "keys": "enter",
    }
    return await form_page(visit, app, Form(list(values.items())), read=found.format_id)


async def take_picture(visit: Visit) -> Response:
    """`POST …/_label/picture`: the body is a picture; answers its QR code's text, for the page's script."""
    await open_application(visit)
    content = b""
    async for piece in visit.request.stream():
        content += piece
        if len(content) > MOST_BYTES:
            return _said(visit, visit.t("devices.register.picture_large"), 413)
    try:
        texts = await asyncio.to_thread(qr_codes.read_image, content)
    except qr_codes.UnreadableLabel:
        return _said(visit, visit.t("devices.register.picture_none"), 422)
    for text in texts:
        try:
            await visit.ask("EndDeviceQRCodeGenerator/Parse", v3.ParseEndDeviceQRCodeRequest(qr_code=text.encode()))
        except Invalid:
            continue
        return _said(visit, text, 200)
    return _said(visit, visit.t("devices.register.picture_other"), 422)


def _said(visit: Visit, text: str, status: int) -> Response:
    return PlainTextResponse(text, status, page_headers(visit))
