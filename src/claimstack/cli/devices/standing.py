"""How an end device stands to claims, and giving a claimed one back to its maker."""

from __future__ import annotations

from typing import Any

from claimstack.cli.devices.registries import IDS, identifiers
from claimstack.cli.shell import Shell
from claimstack.cli.terminal.verb import Verb


def _claimability(shell: Shell, **given: Any) -> None:
    request = {"end_device_ids": identifiers(given)}
    shell.output.show(shell.api.call("ClaimabilityRegistry/Get", request))


claimability = Verb(
    _claimability,
    ids=IDS,
    text="Show whether an end device can be claimed right now and if not why, its refused attempts, whether "
    "it can be given back to its maker, and whether and when somebody read its root keys in clear.",
    example="$CLI end-devices claimability maker-app sensor-1",
)


def _release(shell: Shell, **given: Any) -> None:
    request = {"end_device_ids": identifiers(given)}
    shell.output.show(shell.api.call("ReleaseRegistry/Release", request))


release = Verb(
    _release,
    ids=IDS,
    text="Give a claimed end device back to the application of its maker. Its sessions and what you wrote about "
    "it are gone with it; it comes home without a claim authentication code. The answer is your receipt.",
    example="$CLI end-devices release owner-app sensor-1",
)
