"""Remove end devices and their parts; use another Join Server; go back to factory settings."""

from __future__ import annotations

from typing import Any

from claimstack.cli.client.api import Message
from claimstack.cli.client.failures import NOT_FOUND, Failure, Refused
from claimstack.cli.commands.nouns import mask, needed
from claimstack.cli.devices.registries import (
    ADDRESSES,
    AS,
    EUIS,
    IDS,
    IS,
    JS,
    NS,
    READ_RPCS,
    Registry,
    belongs_here,
    identifiers,
)
from claimstack.cli.shell import Shell, merge
from claimstack.cli.terminal.verb import Verb

CLAIMING = "EndDeviceClaimingServer"
SESSION_AT_AS = ["session.dev_addr", "session.keys.app_s_key", "session.keys.session_key_id",
                 "session.last_a_f_cnt_down"]  # fmt: skip
COUNTER_AT_AS = ["session.last_a_f_cnt_down"]  # a device with a fixed session keeps its keys
NONCES = ["last_dev_nonce", "last_join_nonce", "last_rj_count_0", "last_rj_count_1", "used_dev_nonces"]


def _stored(shell: Shell, given: dict[str, Any], paths: list[str]) -> Message:
    request = {"end_device_ids": identifiers(given), "field_mask": mask(paths)}
    return shell.api.call(IS.get, request)


def _delete(shell: Shell, **given: Any) -> None:
    device = _stored(shell, given, ADDRESSES)
    is_unclaimed = _unclaim(shell, device)
    for registry in (AS, NS):
        if registry.is_enabled(shell) and belongs_here(shell, registry, device):
            _delete_part(shell, registry, device)
    has_euis = all(device["ids"].get(name) for name in EUIS)
    if not is_unclaimed and has_euis and JS.is_enabled(shell) and belongs_here(shell, JS, device):
        _delete_part(shell, JS, device)
    shell.api.call(IS.delete, device["ids"])


def _unclaim(shell: Shell, device: Message) -> bool:
    """Give the device up at the Join Server it was claimed on; failing that is only told."""
    ids = device["ids"]
    if device.get(JS.address) or not ids.get("join_eui"):
        return False
    try:
        answer = shell.api.call(f"{CLAIMING}/GetInfoByJoinEUI", {"join_eui": ids["join_eui"]})
        if not answer.get("supports_claiming"):
            return False
        shell.api.call(f"{CLAIMING}/Unclaim", ids)
    except Failure as failure:
        shell.log.warn("could not unclaim the end device", reason=failure.text)
        return False
    return True


def _delete_part(shell: Shell, registry: Registry, device: Message) -> None:
    try:
        shell.api.call(registry.delete, device["ids"])
    except Refused as refused:
        if refused.code != NOT_FOUND:
            raise


delete = Verb(
    _delete,
    ids=IDS,
    flag_ids=EUIS,
    text="Remove an end device and all its parts. This cannot be undone.",
    example="$CLI end-devices delete maker-app sensor-1",
)


def _batch_delete(shell: Shell, application_id: str | None, device_ids: list[str]) -> None:
    application_ids = {"application_id": needed(application_id, "application_id")}
    wanted = [one for word in device_ids for one in word.split(",") if one]
    needed(",".join(wanted), "device_ids")
    for start in range(0, len(wanted), 20):  # the contract takes 20 at a time
        _batch(shell, {"application_ids": application_ids, "device_ids": wanted[start : start + 20]})


def _batch(shell: Shell, request: Message) -> None:
    paths = {"field_mask": mask(["ids", *ADDRESSES])}
    found = shell.api.call("EndDeviceBatchRegistry/Get", request | paths).get("end_devices", [])
    elsewhere = [d for d in found if not d.get(JS.address) and d["ids"].get("join_eui")]
    if elsewhere:
        _batch_unclaim(shell, request["application_ids"], elsewhere)
    for registry in ("JsEndDeviceBatchRegistry", "AsEndDeviceBatchRegistry",
                     "NsEndDeviceBatchRegistry", "EndDeviceBatchRegistry"):  # fmt: skip
        shell.api.call(f"{registry}/Delete", request)


def _batch_unclaim(shell: Shell, application_ids: Message, devices: list[Message]) -> None:
    batch = "EndDeviceBatchClaimingServer"
    requests = [{"join_eui": eui} for eui in sorted({d["ids"]["join_eui"] for d in devices})]
    infos = shell.api.call(f"{batch}/GetInfoByJoinEUIs", {"requests": requests}).get("infos", [])
    claimable = {info["join_eui"] for info in infos if info.get("supports_claiming")}
    ids = [d["ids"]["device_id"] for d in devices if d["ids"]["join_eui"] in claimable]
    if ids:
        request = {"application_ids": application_ids, "device_ids": ids}
        shell.api.call(f"{batch}/Unclaim", request)


batch_delete = Verb(
    _batch_delete,
    ids=["application_id"],
    rest="device_ids",
    text="Remove several end devices, each wholly.",
    example="$CLI end-devices batch-delete maker-app sensor-1 sensor-2",
)


def _use_external_join_server(shell: Shell, **given: Any) -> None:
    device = _stored(shell, given, [JS.address])
    _delete_part(shell, JS, device)
    request = {"end_device": {"ids": device["ids"]}, "field_mask": mask([JS.address])}
    shell.api.call(IS.set, request)


use_external_join_server = Verb(
    _use_external_join_server,
    ids=IDS,
    flag_ids=EUIS,
    text="Give up the Join Server's part: root keys here are deleted, another Join Server has them.",
)


def _reset(shell: Shell, **given: Any) -> None:
    paths = shell.selected
    device = _stored(shell, given, [*ADDRESSES, *IS.to_read(paths)])
    ids = device["ids"]
    request = {"end_device_ids": ids, "field_mask": mask([*NS.to_read(paths), "supports_join"])}
    answer = shell.api.call("NsEndDeviceRegistry/ResetFactoryDefaults", request)
    if AS.is_enabled(shell) and device.get(AS.address):
        _clear(shell, AS, ids, SESSION_AT_AS if answer.get("supports_join") else COUNTER_AT_AS)
    if answer.get("supports_join") and JS.is_enabled(shell) and device.get(JS.address):
        _clear(shell, JS, ids, NONCES)
    if "supports_join" not in paths:
        answer.pop("supports_join", None)
    shell.output.show(merge(device, answer))


def _clear(shell: Shell, registry: Registry, ids: Message, paths: list[str]) -> None:
    request = {"end_device": {"ids": ids}, "field_mask": mask(paths)}
    shell.api.call(registry.set, request)


reset = Verb(
    _reset,
    ids=IDS,
    flag_ids=EUIS,
    select=READ_RPCS,
    text="Forget session, MAC state and nonces, as if the end device came from the factory.",
)
