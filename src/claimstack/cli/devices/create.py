"""Register end devices: identity first, then the Join, Network and Application Server's parts.

If a part cannot be registered, what was registered before is taken back, so that no half device
remains.
"""

from __future__ import annotations

import os
from typing import Any

from claimstack.cli.client.api import Message
from claimstack.cli.client.failures import Failure
from claimstack.cli.commands.nouns import mask, needed
from claimstack.cli.devices.paths import only, paths_of, shortest
from claimstack.cli.devices.registries import (
    ADDRESSES,
    AS,
    CODE,
    EUIS,
    IDS,
    IS,
    JS,
    NS,
    WRITE_RPCS,
    Registry,
    identifiers,
    location_flags,
    take_location,
    tell_weak_code,
)
from claimstack.cli.devices.set import file_flags, take_files, with_part, write_part
from claimstack.cli.shell import Shell, merge
from claimstack.cli.terminal.option import switch
from claimstack.cli.terminal.verb import Verb

CLAIMING = "EndDeviceClaimingServer"
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
ROOT_KEY_ID = "ttn-lw-cli-generated"


def _create(shell: Shell, **given: Any) -> None:
    take_files(shell.update, given)
    location = take_location(given)
    is_complete = bool(given["application_id"] and given["device_id"])
    for item in shell.items(is_complete):
        device = merge(item, shell.update.values)
        if location:
            device = merge(device, {"locations": {"user": location}})
        device["ids"] = merge(device.get("ids", {}), identifiers(given, need_device=False))
        application_id = device["ids"].get("application_ids", {}).get("application_id")
        needed(application_id, "application_id")
        shell.output.show(_register(shell, device, given))


def _register(shell: Shell, device: Message, given: dict[str, Any]) -> Message:
    _complete(shell, device, given)
    _note_address_mismatch(shell, device)
    if given["request_dev_eui"]:
        answer = shell.api.call("ApplicationRegistry/IssueDevEUI", device["ids"]["application_ids"])
        device["ids"]["dev_eui"] = answer["dev_eui"]
    needed(device["ids"].get("device_id"), "device_id")
    registries = [r for r in (JS, NS, AS) if r.is_enabled(shell) and _takes_part(r, device)]
    if (device.get(CODE) or {}).get("value"):
        tell_weak_code(shell, device)
        if _is_claimed_elsewhere(shell, device):
            device["ids"] = merge(device["ids"], _claim_elsewhere(shell, device))
            registries = [r for r in registries if r is not JS]
            device.pop(JS.address, None)
    identity = IS.to_write(list(paths_of("EndDevice", device)))
    result = shell.api.call("EndDeviceRegistry/Create", {"end_device": only(device, identity)})
    return _register_parts(shell, device, registries, result)


def _takes_part(registry: Registry, device: Message) -> bool:
    return registry is not JS or bool(device.get("supports_join"))


def _complete(shell: Shell, device: Message, given: dict[str, Any]) -> None:
    """Fill in what the flags ask to be filled in."""
    is_abp = given["abp"] or device.get("multicast")
    if given["with_session"]:
        _make_session(shell, device)
    elif not is_abp:
        device["supports_join"] = True
    if given["defaults"]:
        _fill_addresses(shell, device)
        if device.get("supports_join") and not device["ids"].get("join_eui"):
            device["ids"]["join_eui"] = shell.api.call("Js/GetDefaultJoinEUI").get("join_eui")
    if given["with_root_keys"]:
        _make_root_keys(device)
    if given["with_claim_authentication_code"]:
        device[CODE] = {**device.get(CODE, {}), "value": _fresh_code()}


def _fresh_code() -> str:
    """A claim code of 16 characters, 80 random bits, without look-alikes (as `claiming/code.py` makes them)."""
    return "".join(CODE_ALPHABET[byte & 31] for byte in os.urandom(16))


def _fill_addresses(shell: Shell, device: Message) -> None:
    for registry in (NS, AS, JS):
        wants = registry.is_enabled(shell) and _takes_part(registry, device)
        if wants and not device.get(registry.address):
            device[registry.address] = registry.host(shell)


def _make_root_keys(device: Message) -> None:
    """A fresh AppKey, and an NwkKey for LoRaWAN 1.1, which has two root keys."""
    if not device.get("supports_join"):
        raise Failure("root_keys", "root keys are for devices that join; this one has a session")
    keys = {"root_key_id": ROOT_KEY_ID, "app_key": {"key": os.urandom(16).hex().upper()}}
    if str(device.get("lorawan_version", "")).startswith(("MAC_V1_1", "1.1", "V1_1")):
        keys["nwk_key"] = {"key": os.urandom(16).hex().upper()}
    device["root_keys"] = keys


def _make_session(shell: Shell, device: Message) -> None:
    """An ABP session: a DevAddr from the Network Server and fresh keys."""
    dev_addr = shell.api.call("Ns/GenerateDevAddr")["dev_addr"]
    names = ["f_nwk_s_int_key", "app_s_key"]
    if str(device.get("lorawan_version", "")).startswith(("MAC_V1_1", "1.1", "V1_1")):
        names += ["s_nwk_s_int_key", "nwk_s_enc_key"]
    keys = {name: {"key": os.urandom(16).hex().upper()} for name in names}
    device["session"] = {"dev_addr": dev_addr, "keys": keys}


def _note_address_mismatch(shell: Shell, device: Message) -> None:
    request = {"application_ids": device["ids"]["application_ids"], "field_mask": mask(ADDRESSES)}
    application = shell.api.call("ApplicationRegistry/Get", request)
    for registry in (NS, AS, JS):
        theirs, ours = application.get(registry.address), device.get(registry.address)
        if theirs and ours and theirs.split(":")[0] != ours.split(":")[0]:
            shell.log.warn("the application names another server", **{registry.address: theirs})


def _is_claimed_elsewhere(shell: Shell, device: Message) -> bool:
    """Whether the JoinEUI belongs to another Join Server, where the device must be claimed."""
    request = {"join_eui": device["ids"].get("join_eui")}
    try:
        return bool(shell.api.call(f"{CLAIMING}/GetInfoByJoinEUI", request).get("supports_claiming"))
    except Failure as failure:
        raise Failure("end_device_claim_info", f"cannot tell who claims this device: {failure.text}") from failure


def _claim_elsewhere(shell: Shell, device: Message) -> Message:
    ids = device["ids"]
    request = {
        "authenticated_identifiers": {
            "join_eui": ids.get("join_eui"),
            "dev_eui": ids.get("dev_eui"),
            "authentication_code": device[CODE]["value"],
        },
        "target_application_ids": ids["application_ids"],
        "target_device_id": ids["device_id"],
    }
    return shell.api.call(f"{CLAIMING}/Claim", request)


def _register_parts(shell: Shell, device: Message, registries: list[Registry], answer: Message) -> Message:
    """Register with each registry; `answer` is what the Identity Server said, the parts are added."""
    paths = list(paths_of("EndDevice", device))
    done: list[Registry] = [IS]
    try:
        for registry in registries:
            done.append(registry)
            mine = shortest(registry.to_write(paths))
            answer = with_part(answer, write_part(shell, registry, device, mine))
    except Failure:
        _take_back(shell, device, done)
        raise
    return answer


def _take_back(shell: Shell, device: Message, done: list[Registry]) -> None:
    """Delete what was registered, the last first; what fails is only told."""
    for registry in reversed(done):
        try:
            shell.api.call(registry.delete, device["ids"])
        except Failure as failure:
            if "not_found" not in failure.name:
                shell.log.warn(f"could not take back the part of the {registry.component}",
                               reason=failure.text)  # fmt: skip
    shell.log.warn("the end device was not registered; what was done is undone")


create = Verb(
    _create,
    ids=IDS,
    flag_ids=EUIS,
    options=[
        switch("with_root_keys", default=False, text="make fresh root keys"),
        switch("with_claim_authentication_code", default=False,
               text="make a claim code of 16 characters, 80 bits"),
        switch("with_session", default=False, text="make an ABP session with fresh keys"),
        switch("abp", default=False, text="the device does not join"),
        switch("request_dev_eui", default=False, text="take the next DevEUI of the server's block"),
        switch("defaults", default=True, text="fill in server addresses and JoinEUI (default)"),
        *file_flags(),
        *location_flags(),
    ],
    update=("EndDevice", WRITE_RPCS),
    text="Register an end device with all its parts. Reads JSON objects from standard input, if "
    "there are any, and registers each.",
    example="$CLI end-devices create maker-app sensor-1 --join-eui 70B3D57ED0000000 "
    "--dev-eui 0004A310001FF9E0 --lorawan-version 1.0.3 --lorawan-phy-version 1.0.3-a "
    "--frequency-plan-id EU_863_870 --with-root-keys",
)  # fmt: skip
