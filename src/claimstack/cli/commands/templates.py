"""End device templates: a device with a field mask, made, mapped and filled in on this machine.

A typical way: from-data | map | assign-euis | execute | end-devices create --application-id X.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from claimstack.cli.client.api import Message
from claimstack.cli.client.contract import reach
from claimstack.cli.client.failures import Failure
from claimstack.cli.commands.nouns import mask, needed
from claimstack.cli.devices.paths import only, paths_of, shortest
from claimstack.cli.devices.registries import ADDRESSES, READ_RPCS, WRITE_RPCS
from claimstack.cli.shell import Shell, merge
from claimstack.cli.terminal import kinds, stdin
from claimstack.cli.terminal.option import Option, switch
from claimstack.cli.terminal.verb import Verb

KEPT_IDS = {
    "application_id": "ids.application_ids.application_id", "device_id": "ids.device_id",
    "join_eui": "ids.join_eui", "dev_eui": "ids.dev_eui",
}  # fmt: skip
CONVERTER = "EndDeviceTemplateConverter"


def _list_formats(shell: Shell) -> None:
    shell.output.show(shell.open_api.call(f"{CONVERTER}/ListFormats"))


def _from_data(shell: Shell, format_id: str | None, local_file: str | None, **given: Any) -> None:
    request: Message = {"format_id": needed(format_id, "format_id")}
    request["data"] = b64encode(_content(local_file)).decode()
    versions = {name: given[name] for name in VERSIONS if given[name]}
    if versions:
        request["end_device_version_ids"] = versions
    shell.output.show_stream(shell.open_api.stream(f"{CONVERTER}/Convert", request))


VERSIONS = ["brand_id", "model_id", "hardware_version", "firmware_version", "band_id"]


def _content(path: str | None) -> bytes:
    if not path:
        import sys

        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as missing:
        raise Failure("file", f"{path}: {missing.strerror}") from missing


def _create(shell: Shell, mapping_key: str | None, **keep: bool) -> None:
    dropped = {"ids", "created_at", "updated_at", *ADDRESSES}
    for device in shell.items(is_complete=False):
        chosen = shell.selected or [p for p in paths_of("EndDevice", device) if p.split(".")[0] not in dropped]
        chosen = shortest(chosen)
        chosen += [path for name, path in KEPT_IDS.items() if keep[name]]
        whole = {"end_device": device, "field_mask": mask(chosen)}
        _show(shell, only_masked(whole), chosen, mapping_key or "")


def _show(shell: Shell, device: Message, paths: list[str], mapping_key: str) -> None:
    if not device.get("ids"):
        device.pop("ids", None)
    template: Message = {"end_device": device, "field_mask": mask(sorted(set(paths)))}
    if mapping_key:
        template["mapping_key"] = mapping_key
    shell.output.show(template)


def _mask(template: Message) -> list[str]:
    return list((template.get("field_mask") or {}).get("paths", []))


def _extend(shell: Shell, mapping_key: str | None) -> None:
    for template in shell.items(is_complete=False):
        device = merge(template.get("end_device", {}), shell.update.values)
        paths = [*_mask(template), *shell.update.paths]
        _show(shell, device, paths, mapping_key or template.get("mapping_key", ""))


def _templates(path: str | None) -> Iterator[Message]:
    if path is None:
        yield from stdin.objects()
        return
    try:
        with open(path, "rb") as file:
            yield from stdin.objects(file.fileno())
    except OSError as missing:
        raise Failure("file", f"{path}: {missing.strerror}") from missing


def _map(shell: Shell, input_local_file: str | None, mapping_local_file: str | None, fail_not_found: bool) -> None:
    mapping = list(_templates(needed(mapping_local_file, "mapping_local_file")))
    for template in _templates(input_local_file):
        found = next((m for m in mapping if _matches(template, m)), None)
        if found is None and fail_not_found:
            raise Failure("mapping_not_found", f"no mapping for {template.get('mapping_key', '')!r}")
        found = found or {}
        device = merge(template.get("end_device", {}), only_masked(found))
        paths = [*_mask(template), *_mask(found)]
        _show(shell, device, paths, str(template.get("mapping_key", "")))


def only_masked(template: Message) -> Message:
    """The part of a template's device that its mask covers."""
    device = template.get("end_device", {})
    paths = _mask(template)
    part = only({"ids": {}, **device}, [p for p in paths if not p.startswith("ids")])
    kept = {p.split(".")[1] for p in paths if p.startswith("ids.")}
    part["ids"] = {k: v for k, v in device.get("ids", {}).items() if k in kept or "ids" in paths}
    return part


def _matches(template: Message, entry: Message) -> bool:
    """By mapping key, else by identifiers, else by DevEUI; an entry without any fits all."""
    if key := entry.get("mapping_key"):
        return bool(key == template.get("mapping_key"))
    ids = ("end_device.ids.application_ids.application_id", "end_device.ids.device_id")
    wanted = [reach(entry, path) for path in ids]
    if any(wanted):
        return wanted == [reach(template, path) for path in ids]
    dev_eui = reach(entry, "end_device.ids.dev_eui")
    return not dev_eui or bool(dev_eui == reach(template, "end_device.ids.dev_eui"))


def _assign_euis(shell: Shell, count: int, **given: Any) -> None:
    join_eui = kinds.hexadecimal(8, needed(given["join_eui"], "join_eui"), "join-eui")
    start = kinds.hexadecimal(8, needed(given["start_dev_eui"], "start_dev_eui"), "start-dev-eui")
    following = int(start, 16)
    for template in _templates(None):
        for _ in range(count):
            if following >= 1 << 64:
                raise Failure("dev_eui", "the DevEUIs ran out")
            dev_eui = f"{following:016X}"
            ids = {"device_id": f"eui-{dev_eui.lower()}", "join_eui": join_eui, "dev_eui": dev_eui}
            device = merge(template.get("end_device", {}), {"ids": ids})
            paths = [*_mask(template), *(KEPT_IDS[name] for name in ("device_id", "join_eui", "dev_eui"))]
            _show(shell, device, paths, str(template.get("mapping_key", "")))
            following += 1


def _execute(shell: Shell) -> None:
    for template in shell.items(is_complete=False):
        device = merge(only_masked(template), shell.update.values)
        shell.output.show({k: v for k, v in device.items() if k != "ids" or v})


list_formats = Verb(_list_formats, text="List the formats that from-data reads.")
from_data = Verb(
    _from_data,
    ids=["format_id"],
    options=[
        Option("local_file", metavar="FILE", text="else standard input"),
        *(Option(n, flags=(f"--end-device-version-ids.{n.replace('_', '-')}",)) for n in VERSIONS),
    ],
    text="Turn a maker's file into templates.",
)
create = Verb(
    _create,
    options=[
        *(switch(name, "keep it") for name in KEPT_IDS),
        Option("mapping_key", metavar="TEXT"),
    ],
    select=READ_RPCS,
    text="Make a template of each end device on standard input, without identifiers and server "
    "addresses unless they are asked for.",
    example="$CLI end-devices get maker-app sensor-1 --lorawan-version | $CLI templates create",
)
extend = Verb(
    _extend,
    options=[Option("mapping_key", metavar="TEXT")],
    update=("EndDevice", WRITE_RPCS),
    text="Set fields in each template on standard input, or begin an empty one.",
    example="$CLI templates extend --frequency-plan-id EU_863_870 < /dev/null",
)
map_templates = Verb(
    _map,
    options=[
        Option("mapping_local_file", metavar="FILE", text="templates with mapping keys"),
        Option("input_local_file", metavar="FILE", text="else standard input"),
        switch("fail_not_found", default=False, text="a template without a match is an error"),
    ],
    text="Merge each template with the one in the mapping file that has its mapping key, its "
    "identifiers or its DevEUI.",
)
assign_euis = Verb(
    _assign_euis,
    ids=["join_eui", "start_dev_eui"],
    options=[Option("count", kind=int, default=1, metavar="N",
                          text="how many devices of each template")],
    text="Give each template a JoinEUI, the next DevEUI, and the id eui-<DevEUI>.",
    example="$CLI templates assign-euis 70B3D57ED0000000 0004A310001FF9E0 --count 10 < template.json",
)  # fmt: skip
execute = Verb(
    _execute,
    update=("EndDevice", WRITE_RPCS),
    text="Turn each template into an end device, ready for `end-devices create`.",
)
