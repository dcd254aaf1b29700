"""Change an end device: each path is written to the registries that keep it."""

from __future__ import annotations

from typing import Any

from claimstack.cli.client.api import Message
from claimstack.cli.client.failures import Failure
from claimstack.cli.commands.nouns import mask
from claimstack.cli.commands.picture import picture
from claimstack.cli.devices.paths import only
from claimstack.cli.devices.registries import (
    AS,
    EUIS,
    IDS,
    IS,
    JS,
    NS,
    WRITE_RPCS,
    Registry,
    check_addresses,
    identifiers,
    location_flags,
    take_location,
    tell_weak_code,
)
from claimstack.cli.shell import Shell, merge
from claimstack.cli.terminal.flags import Update
from claimstack.cli.terminal.option import Option, switch
from claimstack.cli.terminal.verb import Verb

ORDER = (IS, JS, NS, AS)


def _set(shell: Shell, touch: bool, **given: Any) -> None:
    update = shell.update
    take_files(update, given)
    location = take_location(given)
    if not update.paths and not location and not touch:
        shell.log.warn("no fields given, nothing to set")
        return
    ids = identifiers(given)
    stored = _stored(shell, ids, bool(location))
    _check_euis(ids, stored["ids"])
    if location:
        update.put("locations", merge(stored.get("locations", {}), {"user": location}))
    device = {**update.values, "ids": stored["ids"]}
    unknown = [p for p in update.paths if not any(r.to_write([p]) for r in ORDER)]
    if unknown:
        raise Failure("field_mask", f"cannot be set: {', '.join(unknown)}")
    tell_weak_code(shell, device)
    shell.output.show(_write(shell, device, stored, touch))


def _stored(shell: Shell, ids: Message, with_locations: bool) -> Message:
    """Where the parts are, and what a location is merged into."""
    paths = [JS.address, NS.address, AS.address] + (["locations"] if with_locations else [])
    return shell.api.call(IS.get, {"end_device_ids": ids, "field_mask": mask(paths)})


def _check_euis(given: Message, stored: Message) -> None:
    for name in EUIS:
        if given.get(name) and given[name] != stored.get(name):
            raise Failure("end_device_eui_update", f"the {name} of an end device cannot be changed")


def _write(shell: Shell, device: Message, stored: Message, touch: bool) -> Message:
    """Write to the registries in the order that makes a failure least harmful."""
    paths = shell.update.paths
    chosen = [r for r in ORDER if touch or _is_needed(r, paths, stored)]
    chosen = [r for r in chosen if r.is_enabled(shell)]
    check_addresses(shell, stored, chosen)
    answer: Message = {}
    for registry in chosen:
        answer = with_part(answer, write_part(shell, registry, device, registry.to_write(paths)))
    return answer


def with_part(device: Message, part: Message) -> Message:
    """The device with one more part; it was created when its first part was."""
    first = {name: device[name] for name in ("created_at",) if name in device}
    return {**merge(device, part), **first}


def _is_needed(registry: Registry, paths: list[str], stored: Message) -> bool:
    """Whether the registry keeps one of the paths; where it has no part, only if nobody else does."""
    mine = registry.to_write(paths)
    if not mine or registry is IS or stored.get(registry.address):
        return bool(mine)
    others = [r for r in ORDER if r is not registry]
    return any(not any(r.to_write([path]) for r in others) for path in mine)


def write_part(shell: Shell, registry: Registry, device: Message, paths: list[str]) -> Message:
    """Write one registry's part."""
    part = only(device, paths)
    return shell.api.call(registry.set, {"end_device": part, "field_mask": mask(paths)})


FILES = ("formatters.up_formatter_parameter", "formatters.down_formatter_parameter")


def file_flags() -> list[Option]:
    """Values that come from a file: `--picture` and the two formatter scripts."""
    flags: list[Option] = [Option("picture", metavar="FILE", text="an image")]
    for path in FILES:
        flag = f"--{path.replace('_', '-')}-local-file"
        flags.append(Option(path.replace(".", "_") + "_file", metavar="FILE", flags=(flag,)))
    return flags


def take_files(update: Update, given: dict[str, Any]) -> None:
    if name := given.pop("picture", None):
        update.put("picture", picture(name))
    for path in FILES:
        if name := given.pop(path.replace(".", "_") + "_file", None):
            update.put(path, read_text(name))


def read_text(name: str) -> str:
    """A text file, or a Failure that names it."""
    try:
        with open(name, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as wrong:
        raise Failure("file", f"{name}: {wrong}") from wrong


change = Verb(
    _set,
    ids=IDS,
    flag_ids=EUIS,
    options=[
        switch("touch", default=False, text="write to every registry even without a field"),
        *file_flags(),
        *location_flags(),
    ],
    update=("EndDevice", WRITE_RPCS),
    with_unset=True,
    text="Change fields of an end device.",
    example="$CLI end-devices set maker-app sensor-1 --claim-authentication-code.value ABCD "
    "--claim-authentication-code.valid-from 2026-03-01T00:00:00Z\n"
    "$CLI end-devices set maker-app sensor-1 --unset claim-authentication-code",
)
