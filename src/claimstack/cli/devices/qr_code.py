"""QR codes for labels: the formats there are, and images for end devices."""

from __future__ import annotations

import os
from base64 import b64decode
from mimetypes import guess_extension
from pathlib import Path
from typing import Any

from claimstack.cli.client.api import Message
from claimstack.cli.client.failures import Failure
from claimstack.cli.commands.nouns import needed
from claimstack.cli.devices.get import read
from claimstack.cli.devices.registries import EUIS, IDS, identifiers, tell_weak_code
from claimstack.cli.shell import Shell, merge
from claimstack.cli.terminal.option import Option
from claimstack.cli.terminal.verb import Verb

SERVICE = "EndDeviceQRCodeGenerator"


def _list_formats(shell: Shell) -> None:
    shell.output.show(shell.api.call(f"{SERVICE}/ListFormats"))


list_formats = Verb(_list_formats, text="List the formats that a label's QR code can have.")


def _generate(
    shell: Shell, format_id: str, size: int, folder: str | None, claim_link: str | None, **given: Any
) -> None:
    asked = shell.api.call(f"{SERVICE}/GetFormat", {"format_id": format_id})
    paths = (asked.get("field_mask") or {}).get("paths", [])
    is_complete = bool(given["application_id"] and given["device_id"])
    for item in shell.items(is_complete):
        ids = merge(item.get("ids", {}), identifiers(given, need_device=False))
        needed(ids.get("application_ids", {}).get("application_id"), "application_id")
        needed(ids.get("device_id"), "device_id")
        device = read(shell, ids, paths)
        tell_weak_code(shell, device)
        request = {"format_id": format_id, "end_device": device, "image": {"image_size": size}}
        answer = shell.api.call(f"{SERVICE}/Generate", request)
        _keep(shell, device["ids"], answer, folder)
        if claim_link:
            _keep(shell, device["ids"], _linked(claim_link, answer["text"], size), folder, ".link")


def _linked(server: str, text: str, size: int) -> Message:
    """The second code of a label, drawn here: a link to the claim page with the label's text after its `#`."""
    from base64 import b64encode

    from claimstack import qr_codes

    try:
        image = qr_codes.png(qr_codes.draw(qr_codes.claim_link(server, text)), size)
    except qr_codes.UnwritableLabel as fault:
        raise Failure("claim_link", str(fault)) from fault
    return {"image": {"embedded": {"mime_type": "image/png", "data": b64encode(image).decode()}}}


def _keep(shell: Shell, ids: Message, answer: Message, folder: str | None, kind_of_code: str = "") -> None:
    embedded = answer.get("image", {}).get("embedded", {})
    if not embedded.get("data"):
        raise Failure("no_image", "the server sent no image")
    kind = embedded.get("mime_type", "image/png")
    extension = ".png" if kind == "image/png" else guess_extension(kind) or ""
    name = str(ids["device_id"])
    if os.sep in name or name.startswith("."):
        raise Failure("device_id", f"{name!r} is no file name")
    path = Path(folder or ".") / f"{name}{kind_of_code}{extension}"
    try:
        path.write_bytes(b64decode(embedded["data"]))
    except OSError as refused:
        raise Failure("file", f"{path}: {refused.strerror}") from refused
    shell.log.info("wrote the QR code", file=path)


generate = Verb(
    _generate,
    ids=IDS,
    flag_ids=EUIS,
    options=[
        Option("format_id", default="tr005", metavar="ID"),
        Option("size", kind=int, default=300, metavar="PIXELS"),
        Option("folder", metavar="FOLDER", text="where to write; else the present folder"),
        Option(
            "claim_link",
            metavar="URL",
            text="also write DEVICE-ID.link.png, which a phone's own camera opens at the claim page of that server",
        ),
    ],
    text="Write the label's QR code of an end device to DEVICE-ID.png; whoever scans it can claim "
    "the device. Reads end devices from standard input, if there are any.",
    example="$CLI end-devices generate-qr maker-app sensor-1\n"
    "$CLI end-devices list maker-app | $CLI end-devices generate-qr --folder labels",
)
