"""Claim an end device: by its identifiers and code, by the QR text of its label, or by a photo.

A QR line may come through a pipe; the line end is no part of it. The code is burnt unless
`--invalidate-authentication-code=false` says otherwise.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from claimstack.cli.client.api import Message
from claimstack.cli.client.failures import Failure
from claimstack.cli.client.masking import masked
from claimstack.cli.commands.nouns import mask, needed
from claimstack.cli.shell import Shell
from claimstack.cli.terminal import ask, kinds, stdin
from claimstack.cli.terminal.option import Option, switch
from claimstack.cli.terminal.verb import Verb

CLAIM = "EndDeviceClaimingServer/Claim"
PARSE = "EndDeviceQRCodeGenerator/Parse"
TARGETS = (
    "target_device_id",
    "target_network_server_kek_label",
    "target_application_server_kek_label",
    "target_application_server_id",
)


def _claim(shell: Shell, application_id: str | None, dry_run: bool, **given: Any) -> None:
    application_ids = {"application_id": needed(application_id, "application_id")}
    request: Message = _source(shell, given)
    request["target_application_ids"] = application_ids
    request |= {name: given[name] for name in TARGETS if given[name]}
    if given["target_net_id"]:
        request["target_net_id"] = kinds.hexadecimal(3, given["target_net_id"], "target-net-id")
    request["invalidate_authentication_code"] = given["invalidate_authentication_code"]
    for component in ("network-server", "application-server"):
        if shell.configuration.is_enabled(component):
            field = f"target_{component.replace('-', '_')}_address"
            request[field] = shell.configuration.grpc_address(component)
    if dry_run:
        _show_only(shell, request)
    else:
        shell.output.show(shell.api.call(CLAIM, request))


def _source(shell: Shell, given: dict[str, Any]) -> Message:
    """Which device, and how its code is shown: identifiers or QR text."""
    join_eui, dev_eui = given["source_join_eui"], given["source_dev_eui"]
    if join_eui and dev_eui:
        return {
            "authenticated_identifiers": {
                "join_eui": kinds.hexadecimal(8, join_eui, "source-join-eui"),
                "dev_eui": kinds.hexadecimal(8, dev_eui, "source-dev-eui"),
                "authentication_code": given["source_authentication_code"] or "",
            }
        }
    if join_eui or dev_eui:
        raise Failure("no_euis", "--source-join-eui and --source-dev-eui belong together")
    text = _from_image(given["image"]) if given["image"] else _from_input(shell)
    return {"qr_code": b64encode(text.encode()).decode()}


def _from_input(shell: Shell) -> str:
    if ask.is_somebody_there():
        shell.log.info("scan the QR code, or type its text and a line end")
    text = stdin.line()
    if not text:
        raise Failure(
            "no_qr_code",
            "no QR text came on standard input",
            "pipe it in, give --image FILE, or --source-join-eui, --source-dev-eui and --source-authentication-code",
        )
    return text


def _from_image(path: str) -> str:
    """The text of the one QR code in a photo."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as missing:
        raise Failure("file", f"{path}: {missing.strerror}") from missing
    from claimstack.qr_codes import UnreadableLabel, read_image

    try:
        found = read_image(content)
    except UnreadableLabel as wrong:
        raise Failure("qr_image", f"{path}: {wrong}") from wrong
    if len(found) != 1:
        raise Failure("qr_image", f"{path} shows {len(found)} QR codes, one is needed")
    return found[0]


def _show_only(shell: Shell, request: Message) -> None:
    """What a claim would send, after the server looked at the target and read the QR text."""
    get = {"application_ids": request["target_application_ids"], "field_mask": mask(["name"])}
    shell.api.call("ApplicationRegistry/Get", get)
    shown = masked(request)
    if "qr_code" in request:
        shown["qr_code_says"] = _parsed(shell, request["qr_code"])
    shell.output.show(shown)
    shell.log.info("dry run: nothing was claimed, and no attempt was counted")


def _parsed(shell: Shell, qr_code: str) -> Message:
    answer = shell.api.call(PARSE, {"qr_code": qr_code})
    device = answer.get("end_device_template", {}).get("end_device", {})
    if not (device.get("claim_authentication_code") or {}).get("value"):
        shell.log.warn("this QR code carries no claim authentication code, it cannot be claimed with")
    said: Message = masked({"format_id": answer.get("format_id"), "end_device": device})
    return said


claim = Verb(
    _claim,
    ids=["application_id"],
    options=[
        Option("source_join_eui", metavar="EUI", text="JoinEUI of the device"),
        Option("source_dev_eui", metavar="EUI", text="DevEUI of the device"),
        Option("source_authentication_code", metavar="CODE", text="the code, as text"),
        Option("image", metavar="FILE", text="a photo of the label instead"),
        Option("target_device_id", metavar="ID", text="its id here; else it keeps its own"),
        switch("invalidate_authentication_code", default=True,
               text="burn the code, so that it claims nothing again (default)"),
        switch("dry_run", default=False, text="show what would be sent, and check what can be"),
        Option("target_net_id", metavar="HEX", text="home NetID, 3 bytes"),
        Option("target_network_server_kek_label", metavar="TEXT"),
        Option("target_application_server_kek_label", metavar="TEXT"),
        Option("target_application_server_id", metavar="TEXT"),
    ],
    text="Take over an end device into an application of yours, with the code on its label. Without "
    "identifiers or --image, one line with the QR text is read from standard input.",
    example="$CLI end-devices claim owner-app --source-join-eui 70B3D57ED0000000 \\\n"
    "    --source-dev-eui 0004A310001FF9E0 --source-authentication-code ABCD\n"
    "echo 'LW:D0:70B3D57ED0000000:0004A310001FF9E0:00000000:OABCD' | $CLI end-devices claim owner-app\n"
    "$CLI end-devices claim owner-app --image label.jpg",
)  # fmt: skip
