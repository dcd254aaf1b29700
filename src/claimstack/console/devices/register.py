"""Register an end device by hand, or from what its label said: EUIs and keys given, or made here."""

import os
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from claimstack.claiming import make_code
from claimstack.console.applications import Opened, open_application
from claimstack.console.devices import parts, radio
from claimstack.console.ground import Form, Visit, go, page, problems_of, with_camera
from claimstack.errors import ClaimstackError
from claimstack.identity import Right
from claimstack.wire import v3

FIELDS = {
    "end_device.ids.device_id": "device_id",
    "end_device.ids": "device_id",
    "id_taken": "device_id",
    "end_device_euis_taken": "dev_eui",
    "end_device.name": "name",
    "end_device.claim_authentication_code.value": "code",
    "end_device.claim_authentication_code": "code",
    "claim_authentication_code": "code",
    **radio.FIELDS,
}
KEYS = ("app_key", "nwk_key")
EUI, KEY = 8, 16
FIRST = {
    "lorawan_version": "MAC_V1_0_3",
    "lorawan_phy_version": "PHY_V1_0_3_REV_A",
    "keys": "generate",
    "set_code": "on",
}


async def show_register(visit: Visit) -> Response:
    """`GET /console/applications/{application_id}/devices/_new`"""
    return await form_page(visit, await open_application(visit), Form(list(FIRST.items())))


async def take_register(visit: Visit) -> Response:
    """`POST /console/applications/{application_id}/devices/_new`"""
    app, form = await open_application(visit), await visit.read_form()
    device, problems = _wish(visit, form)
    device.ids.application_ids.application_id = app.uid
    if problems:
        return await form_page(visit, app, form, problems)
    path = f"{app.base}/devices/{device.ids.device_id}"
    try:
        if form.text("eui") == "issue":
            issued = await visit.ask("ApplicationRegistry/IssueDevEUI", device.ids.application_ids)
            device.ids.dev_eui = issued.dev_eui
        await parts.register(visit, app, device)
    except ClaimstackError as error:
        if error.name in parts.DONE:
            return go(visit, path)
        return await form_page(visit, app, form, problems_of(visit, error, FIELDS))
    return go(visit, path, "devices.register.done", id=device.ids.device_id)


def _wish(visit: Visit, form: Form) -> tuple[Any, dict[str, str]]:
    device = v3.EndDevice(name=form.text("name"), supports_join=True, serial_number=form.text("serial_number"))
    device.ids.device_id = form.text("device_id")
    problems = radio.put_radio(visit, form, device)
    wanted = ["join_eui"] if form.text("eui") == "issue" else ["join_eui", "dev_eui"]
    for name in wanted:
        read = octets_in(form.text(name))
        if len(read) == EUI:
            setattr(device.ids, name, read)
        else:
            problems[name] = visit.t("devices.register.no_eui")
    problems.update(_put_keys(visit, form, device))
    if form.text("code") or form.text("set_code"):
        device.claim_authentication_code.value = form.text("code") or make_code(os.urandom(10))
    return device, problems


def _put_keys(visit: Visit, form: Form, device: Any) -> dict[str, str]:
    problems = {}
    names = KEYS if device.lorawan_version == v3.MAC_V1_1 else KEYS[:1]
    for name in names if form.text("keys") in ("generate", "enter") else ():
        key = os.urandom(KEY) if form.text("keys") == "generate" else octets_in(form.text(name))
        if len(key) == KEY:
            getattr(device.root_keys, name).key = key
        else:
            problems[name] = visit.t("devices.register.no_key")
    return problems


def octets_in(text: str) -> bytes:
    """The bytes of hexadecimal digits, however people separate them; none for anything else."""
    try:
        return bytes.fromhex(text.replace("-", "").replace(":", "").replace(" ", ""))
    except ValueError:
        return b""


async def form_page(
    visit: Visit, app: Opened, values: Form, problems: Mapping[str, str] | None = None, read: str = ""
) -> Response:
    """The form with these values; `read`: what was understood of a label."""
    default = (await visit.ask("Js/GetDefaultJoinEUI")).join_eui.hex().upper()
    words = {
        "values": values,
        **await radio.radio_lists(visit),
        "join_eui": values.text("join_eui") or default,
        "issues": bool(visit.settings.dev_eui_block),
        "can_write_keys": app.rights.has(Right.APPLICATION_DEVICES_WRITE_KEYS),
        "problems": problems or {},
        "read": read,
    }
    shown = page(visit, "devices/register.html", 400 if problems else 200, **app.words(), **words)
    return shown if read else with_camera(shown)
