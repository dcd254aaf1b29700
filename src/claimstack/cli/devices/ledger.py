"""Who had this device before, and bulk provisioning by manifest."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

from claimstack.cli.client.api import Message
from claimstack.cli.client.failures import Failure
from claimstack.cli.commands.nouns import needed, order, paging
from claimstack.cli.devices.registries import IDS, identifiers
from claimstack.cli.shell import Shell
from claimstack.cli.terminal import kinds
from claimstack.cli.terminal.option import Option
from claimstack.cli.terminal.verb import Verb


def _ledger(shell: Shell, limit: int, page: int, **given: Any) -> None:
    request: Message = {"end_device_ids": identifiers(given), "limit": limit, "page": page}
    request["order"] = given["order"]
    answer = shell.api.call("LedgerRegistry/ListTransfers", request)
    shell.output.show_each(answer.get("transfers", []))
    shell.tell(shell.api, page, limit)


ledger = Verb(
    _ledger,
    ids=IDS,
    options=[*paging(), order()],
    text="Show how an end device changed hands: one row for each claim. Of hops before yours only "
    "that and when is shown.",
    example="$CLI end-devices ledger owner-app sensor-1 --output-format table",
)


def _provision(shell: Shell, provisioner_id: str | None, local_file: str | None, **given: Any) -> None:
    application_id = needed(given["application_id"], "application_id")
    path = Path(needed(local_file, "local_file"))
    try:
        content = path.read_bytes()
    except OSError as missing:
        raise Failure("file", f"{path}: {missing.strerror}") from missing
    request: Message = {
        "application_ids": {"application_id": application_id},
        "provisioner_id": needed(provisioner_id, "provisioner_id"),
        "provisioning_data": b64encode(content).decode(),
    }
    request |= _range(given)
    shell.output.show_each(shell.api.stream("JsEndDeviceRegistry/Provision", request))


def _range(given: dict[str, Any]) -> Message:
    join_eui = needed(given["join_eui"], "join_eui")
    euis = {"join_eui": kinds.hexadecimal(8, join_eui, "join-eui")}
    if not given["start_dev_eui"]:
        return {"from_data": euis}
    euis["start_dev_eui"] = kinds.hexadecimal(8, given["start_dev_eui"], "start-dev-eui")
    return {"range": euis}


provision = Verb(
    _provision,
    flag_ids=["application_id", "join_eui"],
    options=[
        Option("provisioner_id", metavar="ID"),
        Option("local_file", metavar="FILE"),
        Option("start_dev_eui", metavar="EUI"),
    ],
    text="Provision end devices from a secure element manifest.",
)
