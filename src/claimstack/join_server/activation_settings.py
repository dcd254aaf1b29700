"""Settings for joins of all devices of an application: home network, AS-ID, the KEK that wraps session keys (TS002).

The KEK is sealed at rest; whoever reads or writes these settings needs the rights for keys.
"""

from collections.abc import Sequence

from claimstack import masks
from claimstack.errors import NotFound
from claimstack.identity import Caller, Right, authorize
from claimstack.join_server import store
from claimstack.storage import Reader, Row, Transaction
from claimstack.vault import Sealed, Secret, Vault
from claimstack.wire import v3

_READ, _WRITE = Right.APPLICATION_DEVICES_READ_KEYS, Right.APPLICATION_DEVICES_WRITE_KEYS


async def get_settings(
    reader: Reader, vault: Vault, caller: Caller, uid: str, paths: Sequence[str]
) -> v3.ApplicationActivationSettings:
    """The masked settings; `application_activation_settings_not_found`."""
    application = await authorize(reader, caller, "application", uid, _READ)
    row = await store.settings(reader, application.id)
    if row is None:
        raise _not_found(uid)
    return masks.select(_opened(vault, row), paths)


async def set_settings(
    tx: Transaction, vault: Vault, caller: Caller, uid: str, wish: v3.ApplicationActivationSettings,
    paths: Sequence[str], now: int,
) -> v3.ApplicationActivationSettings:  # fmt: skip
    """Change what the mask names; what the wish does not have there is cleared."""
    application = await authorize(tx, caller, "application", uid, _READ, _WRITE)
    await store.hold(tx, application.id)
    row = await store.settings(tx, application.id)
    settings = _opened(vault, row) if row is not None else v3.ApplicationActivationSettings()
    masks.apply(settings, wish, paths)
    answer = masks.select(settings, paths)
    sealed = _sealed(vault, application.id, settings.kek.key)
    settings.kek.ClearField("key")
    body = settings.SerializeToString(deterministic=True)
    blob, kek = sealed or (None, None)
    await store.put_settings(tx, application.id, body, blob, kek, now)
    return answer


async def delete_settings(tx: Transaction, caller: Caller, uid: str) -> None:
    """Delete the settings of the application."""
    application = await authorize(tx, caller, "application", uid, _READ, _WRITE)
    if not await store.remove_settings(tx, application.id):
        raise _not_found(uid)


def _place(application: int) -> tuple[str, str]:
    return "activation_settings", str(application)


def _sealed(vault: Vault, application: int, key: bytes) -> Sealed | None:
    return vault.seal(Secret(key), *_place(application)) if key else None


def _opened(vault: Vault, row: Row) -> v3.ApplicationActivationSettings:
    settings = v3.ApplicationActivationSettings.FromString(bytes(row["body"]))
    if row["kek_sealed"] is not None:
        sealed = Sealed(bytes(row["kek_sealed"]), row["kek_kek"])
        settings.kek.key = vault.open(sealed, *_place(row["application"])).reveal()
    elif not settings.kek.ByteSize():
        settings.ClearField("kek")
    return settings


def _not_found(uid: str) -> NotFound:
    return NotFound(
        "pkg/joinserver",
        "application_activation_settings_not_found",
        "application `{application_id}` has no activation settings",
        application_id=uid,
    )
