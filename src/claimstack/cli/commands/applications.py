"""What only applications have: claim authorization, DevEUIs from the block, activation settings."""

from __future__ import annotations

from typing import Any

from claimstack.cli.client.api import Message
from claimstack.cli.commands.api_keys import expiry
from claimstack.cli.commands.nouns import mask, needed, order, paging
from claimstack.cli.shell import Shell
from claimstack.cli.terminal import kinds
from claimstack.cli.terminal.option import Option
from claimstack.cli.terminal.verb import Verb

CLAIM_RIGHTS = [
    "RIGHT_APPLICATION_DEVICES_READ",
    "RIGHT_APPLICATION_DEVICES_READ_KEYS",
    "RIGHT_APPLICATION_DEVICES_WRITE",
    "RIGHT_APPLICATION_DEVICES_WRITE_KEYS",
]
CLAIMING = "EndDeviceClaimingServer"
SETTINGS = "ApplicationActivationSettingRegistry"


def _ids(application_id: str | None) -> Message:
    return {"application_ids": {"application_id": needed(application_id, "application_id")}}


def _authorize(shell: Shell, application_id: str | None, api_key: str | None, api_key_expiry: str | None) -> None:
    request = _ids(application_id)
    if not api_key:
        wish: Message = {"name": "Device Claiming", "rights": CLAIM_RIGHTS}
        if api_key_expiry:
            wish["expires_at"] = expiry(api_key_expiry)
        made = shell.api.call("ApplicationAccess/CreateAPIKey", request | wish)
        api_key = made["key"]
        shell.log.info("made an API key for claiming", id=made.get("id"))
    shell.api.call(f"{CLAIMING}/AuthorizeApplication", request | {"api_key": api_key})


authorize = Verb(
    _authorize,
    ids=["application_id"],
    options=[
        Option("api_key", metavar="KEY", text="use this key instead of making one"),
        Option("api_key_expiry", metavar="TIME", text="when the key made here ends"),
    ],
    text="Allow the devices of an application to be claimed. An API key with the four device rights "
    "stands for the permission: it ends when the key is deleted, expires or loses a right. Without "
    "--api-key one is made.",
    example="$CLI applications claim authorize maker-app",
)


def _unauthorize(shell: Shell, application_id: str | None) -> None:
    request = _ids(application_id)["application_ids"]
    shell.api.call(f"{CLAIMING}/UnauthorizeApplication", request)
    shell.log.warn("the API key that stood for it is still there, delete it if nothing else uses it")


unauthorize = Verb(
    _unauthorize,
    ids=["application_id"],
    text="Devices of this application can no longer be claimed.",
    example="$CLI applications claim unauthorize maker-app",
)


def _claim_authorization(shell: Shell, application_id: str | None) -> None:
    shell.output.show(shell.api.call("ClaimabilityRegistry/GetAuthorization", _ids(application_id)))


claim_authorization = Verb(
    _claim_authorization,
    ids=["application_id"],
    text="Show whether the devices of an application may be claimed, who allowed it, and by which API key.",
    example="$CLI applications claim get maker-app",
)


def _issue_dev_eui(shell: Shell, application_id: str | None) -> None:
    answer = shell.api.call("ApplicationRegistry/IssueDevEUI", _ids(application_id)["application_ids"])
    shell.output.show(answer)


issue_dev_eui = Verb(
    _issue_dev_eui,
    ids=["application_id"],
    text="Take the next DevEUI from the server's block for this application.",
)


def _audit(shell: Shell, application_id: str | None, limit: int, page: int, **given: Any) -> None:
    request = _ids(application_id)
    request |= {"limit": limit, "page": page, "order": given["order"], "device_id": given["device_id"]}
    for name in ("join_eui", "dev_eui"):
        if given[name]:
            request[name] = kinds.hexadecimal(8, given[name], name.replace("_", "-"))
    shell.output.show_each(shell.api.call("AuditRegistry/List", request).get("rows", []))
    shell.tell(shell.api, page, limit)


audit = Verb(
    _audit,
    ids=["application_id"],
    flag_ids=["device_id", "join_eui", "dev_eui"],
    options=[*paging(), order()],
    text="Show who tried to claim devices of this application, and why it was refused. The claimer "
    "itself is never told the reason.",
    example="$CLI applications audit maker-app --device-id sensor-1 --output-format table",
)


def _upstream_claims(shell: Shell, application_id: str | None, limit: int, page: int) -> None:
    request = _ids(application_id) | {"limit": limit, "page": page}
    shell.output.show_each(shell.api.call("UpstreamClaimRegistry/List", request).get("claims", []))
    shell.tell(shell.api, page, limit)


upstream_claims = Verb(
    _upstream_claims,
    ids=["application_id"],
    options=paging(),
    text="Show what this application has claimed on other Join Servers, and what is still pending: being claimed, or "
    "being given up. Pending ones are asked for again by themselves.",
    example="$CLI applications upstream-claims owner-app --output-format table",
)


def _get_settings(shell: Shell, application_id: str | None) -> None:
    paths = shell.selected
    if not paths:
        paths = cover_all()
        shell.log.warn("no fields chosen, showing all")
    request = _ids(application_id) | {"field_mask": mask(paths)}
    shell.output.show(shell.api.call(f"{SETTINGS}/Get", request))


def cover_all() -> list[str]:
    """Every activation setting."""
    from claimstack.cli.client.contract import mask_paths
    from claimstack.cli.terminal.flags import cover

    return cover(mask_paths(f"{SETTINGS}/Get"))


def _set_settings(shell: Shell, application_id: str | None) -> None:
    update = shell.update
    if not update.paths:
        shell.log.warn("no fields given, nothing to set")
        return
    request = _ids(application_id) | {"settings": update.values, "field_mask": mask(update.paths)}
    shell.output.show(shell.api.call(f"{SETTINGS}/Set", request))


def _delete_settings(shell: Shell, application_id: str | None) -> None:
    shell.api.call(f"{SETTINGS}/Delete", _ids(application_id))


get_settings = Verb(
    _get_settings,
    ids=["application_id"],
    select=[f"{SETTINGS}/Get"],
    text="Show the activation settings that the Join Server has for an application.",
)
set_settings = Verb(
    _set_settings,
    ids=["application_id"],
    update=("ApplicationActivationSettings", [f"{SETTINGS}/Set"]),
    with_unset=True,
    text="Set them: which KEK wraps application session keys, the home NetID, the AS-ID.",
)
delete_settings = Verb(_delete_settings, ids=["application_id"], text="Remove them.")
