"""`simulate join`: acts a device and its Network Server against the running server, and shows what they saw.

The device's root keys are read with the rights of the caller, which leaves a mark on the device, as every read does.
"""

from __future__ import annotations

import os
from typing import Any

from claimstack.cli.client.failures import Failure
from claimstack.cli.commands.nouns import mask
from claimstack.cli.commands.peers import basic, content
from claimstack.cli.devices.registries import IDS, identifiers
from claimstack.cli.shell import Shell
from claimstack.cli.terminal import kinds
from claimstack.cli.terminal.option import Option
from claimstack.cli.terminal.verb import Verb

_JOIN_PART = (
    "root_keys.app_key.key", "root_keys.nwk_key.key", "root_keys.root_key_id", "net_id",
    "last_dev_nonce", "used_dev_nonces",
    "application_server_kek_label", "network_server_kek_label",
)  # fmt: skip
_NONCES = 1 << 16


def _join(shell: Shell, **given: Any) -> None:
    from claimstack.cli.simulation.device import device_in
    from claimstack.lorawan import DevNonce

    ids = identifiers(given)
    part = shell.api.call("JsEndDeviceRegistry/Get", {"end_device_ids": ids, "field_mask": mask(list(_JOIN_PART))})
    device = device_in(part, _version(shell, ids, given["lorawan_version"]))
    network = _network(shell, part, ids["application_ids"], given)
    dev_nonce = DevNonce.from_int(_dev_nonce(part, given["dev_nonce"], counts=device.version.counts_dev_nonces()))
    dev_addr = kinds.hexadecimal(4, given["dev_addr"] or "00000001", "dev-addr")
    request = device.request(dev_nonce)
    _say(f"Device {ids['device_id']} of {ids['application_ids']['application_id']}, LoRaWAN {device.version}")
    _say(f"  JoinEUI {device.join_eui}   DevEUI {device.dev_eui}")
    _say(f"  sends a join-request, DevNonce {int(dev_nonce)}:\n    {bytes(request).hex().upper()}\n")
    _say(f"Network {network.net_id} asks the Join Server at {network.place}")
    answer = network.join(device, request, dev_addr)
    session = f", session {answer['SessionKeyID']}" if "SessionKeyID" in answer else ""
    _say(f"  Success{session}:\n    {answer['PHYPayload']}\n")
    _taken(device, answer, dev_nonce)


def _taken(device: Any, answer: dict[str, Any], dev_nonce: Any) -> None:
    from claimstack.cli.simulation.device import fingerprint

    accept, keys = device.takes(bytes.fromhex(answer["PHYPayload"]), dev_nonce)
    _say("The device takes the join-accept: its MIC is right")
    _say(f"  JoinNonce {int(accept.join_nonce)}   NetID {accept.net_id}   DevAddr {accept.dev_addr}\n")
    _say("Session keys, by fingerprint (SHA-256, first 8 bytes)")
    for name, key in keys.items():
        _say(f"  {name:12} {fingerprint(bytes(key))}   {_compared(answer.get(name), bytes(key))}")
    _say("\nJoined.")


def _compared(envelope: dict[str, str] | None, ours: bytes) -> str:
    if envelope is None:
        return "not in the answer: asked for by the SessionKeyID"
    if label := envelope.get("KEKLabel"):
        return f"the network has it wrapped under the KEK {label}"
    same = bytes.fromhex(envelope["AESKey"]) == ours
    if not same:
        raise Failure("other_key", "the network was given another key than the device has")
    return "the network has the same"


def _version(shell: Shell, ids: dict[str, Any], given: str | None) -> Any:
    """The LoRaWAN version that was given, or that the Network Server's part names, or 1.0.3."""
    from claimstack.lorawan import MACVersion

    text = given
    if not text:
        try:
            request = {"end_device_ids": ids, "field_mask": mask(["lorawan_version"])}
            text = str(shell.api.call("NsEndDeviceRegistry/Get", request).get("lorawan_version") or "")
        except Failure:  # not registered there, which is no reason not to join
            text = ""
    try:
        return MACVersion.parse(text or "1.0.3")
    except ValueError as wrong:
        raise Failure("flag_value", f"--lorawan-version: {wrong}") from wrong


def _network(shell: Shell, part: dict[str, Any], application_ids: dict[str, str], given: dict[str, Any]) -> Any:
    from claimstack.cli.client.connection import Connection
    from claimstack.cli.simulation.network import PATH, SimulatedNetwork, split_url

    net_id = given["net_id"] or part.get("net_id") or _home(shell, application_ids)
    host, port = shell.configuration.http_address("join-server")
    path, tls = PATH, shell.configuration.tls()
    if given["join_server"]:
        host, port, path, is_tls = split_url(given["join_server"])
        tls = tls if is_tls else None
    authorization = content(given["authorization"] or "", "authorization")
    if given["username"]:
        authorization = basic(given["username"], given["password"])
    return SimulatedNetwork(Connection(host, port, tls), kinds.hexadecimal(3, net_id, "net-id"), authorization, path)


def _home(shell: Shell, application_ids: dict[str, str]) -> str:
    """The home network of the application, or that of the cluster."""
    try:
        request = {"application_ids": application_ids, "field_mask": mask(["home_net_id"])}
        settings = shell.api.call("ApplicationActivationSettingRegistry/Get", request)
        if settings.get("home_net_id"):
            return str(settings["home_net_id"])
    except Failure:
        pass  # none are set
    try:
        return str(shell.api.call("Ns/GetNetID").get("net_id") or "000000")
    except Failure:  # a Join Server alone
        return "000000"


def _dev_nonce(part: dict[str, Any], given: int | None, *, counts: bool) -> int:
    if given is not None:
        return given
    used = {int(nonce) for nonce in part.get("used_dev_nonces", [])}
    last = part.get("last_dev_nonce")
    if counts:
        return max([*used, -1 if last is None and not used else int(last or 0)]) + 1
    free = [nonce for nonce in range(_NONCES) if nonce not in used]
    if not free:
        raise Failure("no_dev_nonce", "the device has used every DevNonce")
    return free[int.from_bytes(os.urandom(4), "big") % len(free)]


def _say(line: str) -> None:
    print(line)


join = Verb(
    _join,
    ids=IDS,
    options=[
        Option("lorawan_version", "1.0 to 1.1; default: as its Network Server knows it, else 1.0.3", "VERSION"),
        Option("net_id", "of the network that asks; default: the device's home", "NETID"),
        Option("dev_addr", "address that the network gives", "ADDR"),
        Option("dev_nonce", "default: one that was not used", "N", kind=int),
        Option("username", "header that the network is known by: user for Basic"),
        Option("password", "and its password", "TEXT|@FILE"),
        Option("authorization", "or the whole Authorization header", "VALUE|@FILE"),
        Option("join_server", "default: where the client finds the Join Server", "URL"),
    ],
    text="Act a device and its Network Server: join through the running server, by LoRaWAN Backend Interfaces, and "
    "show frames, fingerprints of keys and verdict. Needs the rights to read the device's keys.",
    example="$CLI simulate join owner-app sensor-1 --username trial --password PASSWORD",
)
