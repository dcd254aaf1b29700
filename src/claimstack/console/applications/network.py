"""Where the devices of an application join: home NetID, AS-ID, and the KEK that wraps session keys (TS002)."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from claimstack.console.applications.open import Opened, open_application
from claimstack.console.ground import Visit, go, page, problems_of
from claimstack.errors import ClaimstackError, NotFound
from claimstack.identity import Right
from claimstack.wire import v3

PATHS = ("home_net_id", "application_server_id", "kek_label")
FIELDS = {
    "settings.home_net_id": "net_id",
    "settings.application_server_id": "application_server_id",
    "settings.kek_label": "kek_label",
    "settings.kek.key": "kek",
}
REGISTRY = "ApplicationActivationSettingRegistry"


async def show_network(visit: Visit) -> Response:
    """`GET /console/applications/{application_id}/network`"""
    app = await open_application(visit)
    return await _form(visit, app)


async def take_network(visit: Visit) -> Response:
    """`POST /console/applications/{application_id}/network`"""
    app, form = await open_application(visit), await visit.read_form()
    wish, problems = _wish(visit)
    if problems:
        return await _form(visit, app, problems)
    request = v3.SetApplicationActivationSettingsRequest(settings=wish)
    request.application_ids.application_id = app.uid
    request.field_mask.paths.extend(PATHS)
    if form.text("kek") or form.text("forget"):
        request.field_mask.paths.append("kek.key")
    try:
        await visit.ask(f"{REGISTRY}/Set", request)
    except ClaimstackError as error:
        return await _form(visit, app, problems_of(visit, error, FIELDS))
    return go(visit, f"{app.base}/network", "layout.saved")


async def take_network_delete(visit: Visit) -> Response:
    """`POST /console/applications/{application_id}/network/delete`"""
    app, _ = await open_application(visit), await visit.read_form()
    request = v3.DeleteApplicationActivationSettingsRequest()
    request.application_ids.application_id = app.uid
    await visit.ask(f"{REGISTRY}/Delete", request)
    return go(visit, f"{app.base}/network", "network.was_deleted")


def _wish(visit: Visit) -> tuple[Any, dict[str, str]]:
    form, problems = visit.form, {}
    net_id, kek = _octets(form.text("net_id"), 3), _octets(form.text("kek"), 16)
    if net_id is None:
        problems["net_id"] = visit.t("wrong.net_id")
    if kek is None:
        problems["kek"] = visit.t("wrong.kek")
    wish = v3.ApplicationActivationSettings(
        home_net_id=net_id or b"",
        application_server_id=form.text("application_server_id"),
        kek_label=form.text("kek_label"),
    )
    if kek:
        wish.kek.key = kek
    return wish, problems


def _octets(text: str, length: int) -> bytes | None:
    """So many bytes out of hexadecimal digits, with or without separators; none for none, None for something else."""
    try:
        read = bytes.fromhex(text.replace("-", "").replace(":", ""))
    except ValueError:
        return None
    return read if len(read) in (0, length) else None


async def _settings(visit: Visit, app: Opened) -> Any:
    """The settings without the key itself; None when there are none."""
    request = v3.GetApplicationActivationSettingsRequest()
    request.application_ids.application_id = app.uid
    request.field_mask.paths.extend([*PATHS, "kek"])
    try:
        found = await visit.ask(f"{REGISTRY}/Get", request)
    except NotFound as error:
        if error.name == "application_activation_settings_not_found":
            return None
        raise
    return found


async def _form(visit: Visit, app: Opened, problems: Mapping[str, str] | None = None) -> Response:
    found, form = await _settings(visit, app), visit.form
    kept = found or v3.ApplicationActivationSettings()
    words = {
        "there": found is not None,
        "has_kek": bool(kept.kek.key or kept.kek.encrypted_key),
        "net_id": form.text("net_id") if form else kept.home_net_id.hex().upper(),
        "as_id": form.text("application_server_id") if form else kept.application_server_id,
        "kek_label": form.text("kek_label") if form else kept.kek_label,
        "can_write": app.rights.has(Right.APPLICATION_DEVICES_READ_KEYS, Right.APPLICATION_DEVICES_WRITE_KEYS),
        "problems": problems or {},
    }
    return page(visit, "applications/network.html", 400 if problems else 200, **app.words(), **words)
