"""An application's opt-in to claiming: by handing over one of its API keys, of which only the id is kept."""

from claimstack import audit
from claimstack.claiming import store
from claimstack.claiming.authorization import NEEDED, Lapse, StoredKey
from claimstack.claiming.gate.notices import READERS
from claimstack.errors import ClaimstackError, FailedPrecondition, Invalid, NotFound
from claimstack.events import Event, post
from claimstack.identity import Caller, Entity, Right, Rights, authorize, is_credential
from claimstack.storage import Reader, Transaction
from claimstack.vault import Secret, TokenKind, Vault, parse_token

NAMESPACE = "pkg/deviceclaimingserver"


async def authorize_application(
    tx: Transaction, vault: Vault, caller: Caller, uid: str, key: Secret, now: int, correlation_id: str = ""
) -> None:
    """Allow claims from the application while this key of it stays good; replaces an earlier authorization.

    `api_key_unusable` (InvalidArgument) when it is no key of this application, `authorization_key_expired` and
    `authorization_key_rights` (FailedPrecondition).
    """
    application = await _managed(tx, caller, uid)
    surrogate, key_id = await _good_key(tx, vault, application, key, now)
    by = f"{caller.principal}:{caller.uid}"
    await store.put_authorization(tx, application.id, surrogate, key_id, by, now)
    await _note(tx, application, caller, "authorize", now, correlation_id)


async def unauthorize_application(
    tx: Transaction, caller: Caller, uid: str, now: int, correlation_id: str = ""
) -> None:
    """Allow no more claims from the application; `application_not_authorized` (NotFound) when it was not authorized."""
    application = await _managed(tx, caller, uid)
    if not await store.remove_authorization(tx, application.id):
        raise NotFound(
            NAMESPACE,
            "application_not_authorized",
            "application `{application_id}` is not authorized for claiming",
            application_id=uid,
        )
    await _note(tx, application, caller, "unauthorize", now, correlation_id)


async def _managed(reader: Reader, caller: Caller, uid: str) -> Entity:
    """Who may manage the application's keys, or holds all that the key must hold, may open it to claims."""
    application = await authorize(reader, caller, "application", uid)
    if not application.rights.has(Right.APPLICATION_SETTINGS_API_KEYS):
        application.require_all(NEEDED)
    return application


async def _good_key(reader: Reader, vault: Vault, application: Entity, text: Secret, now: int) -> tuple[int, str]:
    """Surrogate and id of the key, if it will do."""
    token = parse_token(text.reveal().decode(errors="replace"))
    if token is None or token.kind is not TokenKind.API_KEY:
        raise _unusable(application)
    row = await store.key_of(reader, application.id, token.id)
    stored, pepper = (bytes(row["secret_hash"]), row["pepper"]) if row else (None, None)
    if not is_credential(vault, token, stored, pepper) or row is None:
        raise _unusable(application)
    if lapse := StoredKey(row["rights"], row["expires_at"]).lapse(now):
        raise _lapsed(lapse, row["rights"])
    return row["id"], token.id


def _unusable(application: Entity) -> Invalid:
    return Invalid(
        NAMESPACE,
        "api_key_unusable",
        "not an API key of application `{application_id}`",
        application_id=application.uid,
    )


def _lapsed(lapse: Lapse, rights: int) -> ClaimstackError:
    if lapse is Lapse.KEY_EXPIRED:
        return FailedPrecondition(NAMESPACE, lapse.value, "the API key is expired")
    missing = Rights(NEEDED & ~rights).names()
    return FailedPrecondition(NAMESPACE, lapse.value, "the API key lacks {missing}", missing=missing)


async def _note(
    tx: Transaction, application: Entity, caller: Caller, action: str, now: int, correlation_id: str
) -> None:
    """Write it down, and tell those who may read the devices."""
    record = audit.AuditRecord(
        chain=f"application:{application.id}",
        recorded_at=now,
        action=action,
        outcome="",
        application=application.id,
        application_uid=application.uid,
        end_device=None,
        device_uid="",
        join_eui=None,
        dev_eui=None,
        actor=f"{caller.principal}:{caller.uid}",
        correlation_id=correlation_id,
    )
    await audit.record(tx, record)
    event = Event(
        f"dcs.application.{action}", now, "application", application.id, application.identifiers(), READERS,
        correlation_id=correlation_id,
    )  # fmt: skip
    await post(tx, event)
