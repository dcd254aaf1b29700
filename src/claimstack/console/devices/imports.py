"""Importing a maker's file: the form that makes the job, and the page that shows how far it is and what came of it.

The file itself goes from the page's script to the API (docs/imports.md); the job lives on the server.
"""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from claimstack.console.applications import Opened, open_application
from claimstack.console.devices.register import octets_in
from claimstack.console.ground import Visit, go, listing, page, problems_of
from claimstack.console.ground.moments import UnreadableMoment, read_moment
from claimstack.console.ground.serving import nowhere
from claimstack.errors import ClaimstackError
from claimstack.identity import Right
from claimstack.wire import claimstack_v1 as v1
from claimstack.wire import v3

REGISTRY = "claimstack.v1.ImportRegistry"
FIELDS = {"format_id": "format_id", "format_not_found": "format_id", "valid_to": "valid_to"}
COMPONENTS = ("ns", "as", "js")
EARLIER, SHOWN_ROWS = 10, 25
OVER = (v1.IMPORT_DONE, v1.IMPORT_FAILED, v1.IMPORT_CANCELED)
EUI = 8


async def show_import(visit: Visit) -> Response:
    """`GET /console/applications/{application_id}/devices/_import`"""
    return await _form(visit, await open_application(visit))


async def take_import(visit: Visit) -> Response:
    """`POST` to the same: makes the job, which then waits for its file."""
    app, _ = await open_application(visit), await visit.read_form()
    wish, problems = _wish(visit, app)
    if problems:
        return await _form(visit, app, problems)
    try:
        job = await visit.ask(f"{REGISTRY}/Create", wish)
    except ClaimstackError as error:
        return await _form(visit, app, problems_of(visit, error, FIELDS))
    return go(visit, f"{app.base}/devices/_import/{job.import_id}")


async def show_job(visit: Visit) -> Response:
    """`GET …/_import/{import_id}`"""
    app, number = await open_application(visit), _number(visit)
    if number is None:
        return await nowhere(visit)
    request = v1.GetImportRequest(import_id=number, application_ids=_ids(app))
    job = await visit.ask(f"{REGISTRY}/Get", request)
    view = listing(visit, (), "")
    wanted = v1.ListImportRowsRequest(import_id=number, application_ids=_ids(app), filter=v1.IMPORT_ROWS_FAILED)
    wanted.limit, wanted.page = SHOWN_ROWS, view.page
    found, total = await visit.ask_list(f"{REGISTRY}/ListRows", wanted)
    words = {
        "job": job,
        "state": _state(job),
        "percent": 100 * job.file_bytes_read // job.file_bytes if job.file_bytes else 0,
        "rows": found.rows,
        "listing": view._replace(total=total),
        "over": job.state in OVER,
        "wants_file": job.state in (v1.IMPORT_WAITING, v1.IMPORT_INTERRUPTED),
        "file_path": f"/api/claimstack/v1/applications/{app.uid}/imports/{number}",
    }
    return page(visit, "devices/job.html", **app.words(), **words)


async def take_cancel(visit: Visit) -> Response:
    """`POST …/_import/{import_id}/cancel`"""
    app, _, number = await open_application(visit), await visit.read_form(), _number(visit)
    if number is None:
        return await nowhere(visit)
    await visit.ask(f"{REGISTRY}/Cancel", v1.CancelImportRequest(import_id=number, application_ids=_ids(app)))
    return go(visit, f"{app.base}/devices/_import/{number}", "devices.imports.was_canceled")


def _number(visit: Visit) -> int | None:
    text = visit.part("import_id")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None


def _ids(app: Opened) -> v3.ApplicationIdentifiers:
    return v3.ApplicationIdentifiers(application_id=app.uid)


def _state(job: Any) -> str:
    return str(v1.ImportState.Name(job.state)).removeprefix("IMPORT_").lower()


# ------------------------------------------------------------------ the form


def _wish(visit: Visit, app: Opened) -> tuple[Any, dict[str, str]]:
    form, problems = visit.form, {}
    wish = v1.CreateImportRequest(application_ids=_ids(app), format_id=form.text("format_id"))
    wish.set_claim_authentication_code = bool(form.text("set_code"))
    if form.text("components_by") == "enter":
        wish.components.extend(name for name in COMPONENTS if name in form.every("components"))
    for name in ("valid_from", "valid_to"):
        try:
            at = read_moment(form.text(name))
        except UnreadableMoment:
            problems[name] = visit.t("devices.code.no_moment")
            continue
        if at is not None:
            getattr(wish, name).CopyFrom(at)
    defaults = wish.defaults
    defaults.frequency_plan_id = form.text("frequency_plan_id")
    if form.text("join_eui"):
        join_eui = octets_in(form.text("join_eui"))
        if len(join_eui) != EUI:
            problems["join_eui"] = visit.t("devices.register.no_eui")
        defaults.join_eui = join_eui[:EUI]
    return wish, problems


def _usual_first(item: tuple[str, Any]) -> tuple[bool, str]:
    return "csv" not in item[0], item[0].replace("microchip", "~")


async def _form(visit: Visit, app: Opened, problems: Mapping[str, str] | None = None) -> Response:
    formats = (await visit.ask("EndDeviceTemplateConverter/ListFormats")).formats
    plans = (await visit.ask("Configuration/ListFrequencyPlans", v3.ListFrequencyPlansRequest())).frequency_plans
    request = v1.ListImportsRequest(application_ids=_ids(app), limit=EARLIER)
    jobs = (await visit.ask(f"{REGISTRY}/List", request)).imports
    words = {
        "formats": sorted(formats.items(), key=_usual_first),
        "plans": [(one.id, f"{one.name} ({one.id})") for one in plans],
        "jobs": [(job, _state(job)) for job in jobs],
        "can_write_keys": app.rights.has(Right.APPLICATION_DEVICES_WRITE_KEYS),
        "problems": problems or {},
    }
    return page(visit, "devices/import.html", 400 if problems else 200, **app.words(), **words)
