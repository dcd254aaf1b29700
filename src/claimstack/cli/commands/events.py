"""Events as they happen."""

from __future__ import annotations

from typing import Any

from claimstack.cli.client.api import Message
from claimstack.cli.client.failures import Failure
from claimstack.cli.commands.nouns import needed
from claimstack.cli.shell import Shell
from claimstack.cli.terminal.option import Option
from claimstack.cli.terminal.verb import Verb

ENTITIES = ("application_id", "organization_id", "user_id", "client_id", "gateway_id")


def identifiers(given: dict[str, Any]) -> list[Message]:
    """What to listen to: each flag may name several, separated by commas."""
    found: list[Message] = [{name + "s": {name: one}} for name in ENTITIES for one in _split(given.get(name))]
    applications = _split(given.get("application_id"))
    devices = _split(given.get("device_id"))
    if devices and len(applications) != 1:
        raise Failure("no_application_id", "--device-id needs exactly one --application-id")
    if devices:
        found = [f for f in found if "application_ids" not in f]
    for device in devices:
        application_ids = {"application_id": applications[0]}
        found.append({"device_ids": {"device_id": device, "application_ids": application_ids}})
    return found


def _split(text: str | None) -> list[str]:
    return [part for part in (text or "").split(",") if part]


def _events(shell: Shell, tail: int, after: str | None, names: str | None, **given: Any) -> None:
    request: Message = {"identifiers": identifiers(given), "names": _split(names)}
    if not request["identifiers"]:
        raise Failure("no_ids", "nothing to listen to", "add --application-id, or another --…-id")
    if tail:
        request["tail"] = tail
    if after:
        request["after"] = after
    shell.output.show_stream(shell.api.stream("Events/Stream", request))


events = Verb(
    _events,
    flag_ids=[*ENTITIES, "device_id"],
    options=[
        Option("tail", kind=int, default=0, metavar="N", text="begin with the last N"),
        Option("after", metavar="TIME", text="begin with those after a moment"),
        Option("names", metavar="NAME,…", text="only these; /…/ is a regular expression"),
    ],
    text="Follow events until interrupted.",
    example="$CLI events --application-id owner-app",
)


def _find_related(shell: Shell, correlation_id: str | None) -> None:
    request = {"correlation_id": needed(correlation_id, "correlation_id")}
    answer = shell.api.call("Events/FindRelated", request)
    shell.output.show_each(answer.get("events", []))


find_related = Verb(_find_related, ids=["correlation_id"], text="Find events that belong to the same request.")
