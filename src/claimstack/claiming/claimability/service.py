"""claimstack.v1 ClaimabilityRegistry: can it be claimed right now, and if not why; never the code itself."""

from claimstack.applications import put
from claimstack.audit import shown_actor
from claimstack.calls import Call
from claimstack.claiming.attempts import ClaimCaps, Tally, device_subject
from claimstack.claiming.claimability import store
from claimstack.claiming.claimability.obstacle import is_capped, obstacle
from claimstack.claiming.claimability.standings import authorization_of, list_standings
from claimstack.claiming.gate.handover import joins
from claimstack.claiming.window import ValidityWindow
from claimstack.claiming.words import device_not_found
from claimstack.identity import Caller, Right, authorize
from claimstack.storage import Database, Reader, Row
from claimstack.wire import claimstack_v1 as v1
from claimstack.wire import v3


class ClaimabilityRegistry:
    """Tells owners how their devices and applications stand to claims."""

    def __init__(self, db: Database, caps: ClaimCaps) -> None:
        self._db, self._caps = db, caps

    async def Get(self, request: v1.GetClaimabilityRequest, call: Call) -> v1.Claimability:
        """One device."""
        return await self._db.read(get_claimability, self._caps, call.caller, request.end_device_ids, call.micros)

    async def GetAuthorization(self, request: v1.GetClaimAuthorizationRequest, call: Call) -> v1.ClaimAuthorization:
        """One application."""
        uid = request.application_ids.application_id
        return await self._db.read(get_authorization, call.caller, uid, call.micros)

    async def List(self, request: v1.ListStandingsRequest, call: Call) -> v1.Standings:
        """A page of an application's devices."""
        found, total = await self._db.read(list_standings, call.caller, request, call.micros)
        call.total(total)
        return found


async def get_claimability(
    reader: Reader, caps: ClaimCaps, caller: Caller, ids: v3.EndDeviceIdentifiers, now: int
) -> v1.Claimability:
    """How the device stands to claims at that moment; `end_device_not_found` where it is not (any more)."""
    uid = ids.application_ids.application_id
    application = await authorize(reader, caller, "application", uid, Right.APPLICATION_DEVICES_READ)
    row = await store.standing(reader, application.id, ids.device_id)
    if row is None:
        raise device_not_found(uid, ids.device_id)
    failures = await _failures(reader, row)
    words = _standing(row, failures, caps, now)
    words.releasable = row["maker_application"] != application.id
    words.join_server = row["join_server"] or ""
    words.end_device_ids.CopyFrom(_identifiers(uid, row))
    _tell_of_root_keys(words, row)
    return words


async def get_authorization(reader: Reader, caller: Caller, uid: str, now: int) -> v1.ClaimAuthorization:
    """How the application stands to claims at that moment."""
    application = await authorize(reader, caller, "application", uid, Right.APPLICATION_DEVICES_READ)
    row = await store.authorization(reader, application.id)
    lapse = authorization_of(row).lapse(now)
    words = v1.ClaimAuthorization(authorized=lapse is None, obstacle=lapse.value if lapse else "")
    if row is not None:
        words.authorized_by, words.api_key_id = shown_actor(row["authorized_by"]), row["key_id"]
        words.api_key_name = row["key_name"] or ""
        put(words.authorized_at, row["authorized_at"])
        if row["key_expires_at"] is not None:
            put(words.expires_at, row["key_expires_at"])
    return words


async def _failures(reader: Reader, row: Row) -> Tally:
    if not (row["join_eui"] and row["dev_eui"]):
        return Tally()
    counted = await store.failures(reader, device_subject(bytes(row["join_eui"]), bytes(row["dev_eui"])))
    return Tally(counted["window_started_at"], counted["attempts"]) if counted else Tally()


def _standing(row: Row, failures: Tally, caps: ClaimCaps, now: int) -> v1.Claimability:
    window = ValidityWindow(row["valid_from"], row["valid_to"])
    body, has_code = row["network_body"], row["coded"] is not None
    why = obstacle(
        now,
        bool(row["join_eui"] and row["dev_eui"]),
        joins(None if body is None else bytes(body), bool(row["network_state"])),
        has_code,
        window,
        authorization_of(row),
        failures,
        caps,
    )
    words = v1.Claimability(
        claimable=not why,
        obstacle=why,
        has_code=has_code,
        refused_attempts=failures.within(caps.device_window, now),
        transfers=row["transfers"],
    )
    for name, moment in (("valid_from", window.opens), ("valid_to", window.closes)):
        if moment is not None:
            put(getattr(words, name), moment)
    if is_capped(failures, caps, now):
        put(words.blocked_until, failures.began_at + caps.device_window)
    return words


def _identifiers(application_uid: str, row: Row) -> v3.EndDeviceIdentifiers:
    return v3.EndDeviceIdentifiers(
        device_id=row["uid"],
        application_ids=v3.ApplicationIdentifiers(application_id=application_uid),
        join_eui=bytes(row["join_eui"] or b""),
        dev_eui=bytes(row["dev_eui"] or b""),
    )


def _tell_of_root_keys(words: v1.Claimability, row: Row) -> None:
    # Of earlier owners it is told that they read and when, not who they are.
    if row["root_keys_read_at"] is None:
        return
    put(words.root_keys_read_at, row["root_keys_read_at"])
    epoch, _, by = str(row["root_keys_read_by"] or "").partition(" ")
    is_own = epoch == str(row["epoch"])
    words.root_keys_read_by = by if is_own else ""
    words.root_keys_read_before = not is_own or bool(row["read_before"])
