"""EndDeviceClaimingServer as its clients meet it, with devices made by the registers."""

from collections.abc import Awaitable
from typing import Any

import pytest

from claimstack.calls import Call
from claimstack.claiming import ClaimCaps, Claims, EndDeviceBatchClaimingServer, EndDeviceClaimingServer, LedgerRegistry
from claimstack.clock import from_micros
from claimstack.edge.errors import answer_for
from claimstack.end_devices import EndDeviceRegistry, JsEndDeviceRegistry
from claimstack.errors import ClaimstackError
from claimstack.identity import ANONYMOUS, APPLICATION_RIGHTS, Caller, EntityKind, Right, Rights
from claimstack.storage import Database
from claimstack.vault import Vault
from claimstack.wire import claimstack_v1 as v1
from claimstack.wire import v3
from tests.claiming.world import CODE, DEV_EUI, HOUR, JOIN_EUI, World, authorize_application
from tests.support.devices import APP_KEY, a_device, device_ids, getting
from tests.support.people import NOW, a_key, grant, text_of, with_rights

LABEL = f"LW:D0:{JOIN_EUI.hex().upper()}:{DEV_EUI.hex().upper()}:00000000"
READ_DEVICES = (Right.APPLICATION_DEVICES_READ, Right.APPLICATION_DEVICES_WRITE, Right.APPLICATION_DEVICES_READ_KEYS)


def a_call(caller: Caller, at: int = NOW) -> Call:
    return Call(method="", now=from_micros(at), caller=caller, correlation_id="c0")


def the_claim(**changes: Any) -> v3.ClaimEndDeviceRequest:
    """The owner's request with the right code."""
    request = v3.ClaimEndDeviceRequest(
        target_application_ids=v3.ApplicationIdentifiers(application_id=changes.pop("target", "owner-app")),
        invalidate_authentication_code=changes.pop("burn", True),
        target_device_id=changes.pop("wish", ""),
    )
    if "qr" in changes:
        request.qr_code = changes["qr"].encode()
    else:
        ids = request.authenticated_identifiers
        ids.join_eui, ids.dev_eui = JOIN_EUI, changes.get("dev_eui", DEV_EUI)
        ids.authentication_code = changes.get("code", CODE)
    return request


async def error_of(answer: Awaitable[Any]) -> ClaimstackError:
    with pytest.raises(ClaimstackError) as caught:
        await answer
    return caught.value


@pytest.fixture
def server(world: World) -> EndDeviceClaimingServer:
    return EndDeviceClaimingServer(world.db, world.vault, Claims(world.db, world.vault, ClaimCaps()))


@pytest.fixture
async def device(world: World) -> v3.EndDeviceIdentifiers:
    """A device with code and root key, made as makers make it."""
    return await a_device(world.db, world.vault, world.maker, code=CODE, app_key=APP_KEY)


# ------------------------------------------------------------------ claiming


async def test_a_claim_answers_with_the_new_identifiers(
    world: World, server: EndDeviceClaimingServer, device: v3.EndDeviceIdentifiers
) -> None:
    answer = await server.Claim(the_claim(wish="mine"), a_call(world.owner))
    assert answer == device_ids("mine", "owner-app", dev_eui=DEV_EUI, join_eui=JOIN_EUI)


async def test_the_label_does_as_well(
    world: World, server: EndDeviceClaimingServer, device: v3.EndDeviceIdentifiers
) -> None:
    answer = await server.Claim(the_claim(qr=f"{LABEL}:O{CODE}"), a_call(world.owner))
    assert answer.application_ids.application_id == "owner-app"


async def test_the_new_owner_finds_device_and_root_keys_and_no_code_and_the_former_one_nothing(
    world: World, server: EndDeviceClaimingServer, device: v3.EndDeviceIdentifiers
) -> None:
    await server.Claim(the_claim(), a_call(world.owner))
    ids, identities, keys = device_ids("sensor-1", "owner-app"), *_registers(world.db, world.vault)
    mine = await identities.Get(getting(ids, "claim_authentication_code"), a_call(world.owner))
    assert not mine.HasField("claim_authentication_code")
    kept = await keys.Get(getting(ids, "root_keys"), a_call(world.owner))
    assert kept.root_keys.app_key.key == APP_KEY
    for register in (identities, keys):
        assert (await error_of(register.Get(getting(device, "ids"), a_call(world.maker)))).code == 5


def _registers(db: Database, vault: Vault) -> tuple[EndDeviceRegistry, JsEndDeviceRegistry]:
    return EndDeviceRegistry(db, vault), JsEndDeviceRegistry(db, vault)


@pytest.mark.parametrize("missing", [Right.APPLICATION_DEVICES_WRITE, Right.APPLICATION_DEVICES_WRITE_KEYS])
async def test_rights_on_the_target_come_before_everything_else(
    world: World, server: EndDeviceClaimingServer, device: v3.EndDeviceIdentifiers, missing: Right
) -> None:
    rights = [Right(number) for number in Rights(APPLICATION_RIGHTS).numbers() if number != missing]
    caller = with_rights(world.owner, *rights)
    error = await error_of(server.Claim(the_claim(code="WRONG"), a_call(caller)))
    assert error.name == "insufficient_application_rights"
    assert await world.val("SELECT count(*) FROM claim_attempt") == 0


async def test_nobody_in_particular_claims_nothing(server: EndDeviceClaimingServer) -> None:
    assert (await error_of(server.Claim(the_claim(), a_call(ANONYMOUS)))).name == "unauthenticated"


CAUSES = {
    "wrong code": "UPDATE claim_code SET code_hash = updated_at",
    "no code": "DELETE FROM claim_code",
    "too early": f"UPDATE claim_code SET valid_from = {NOW + 1}",
    "too late": f"UPDATE claim_code SET valid_to = {NOW}",
    "unknown device": "UPDATE end_device SET dev_eui = NULL",
    "not authorized": "DELETE FROM claim_authorization",
    "key deleted": "DELETE FROM api_key",
    "key expired": f"UPDATE api_key SET expires_at = {NOW}",
    "key lost rights": "UPDATE api_key SET rights = 1",
    "application deleted": "UPDATE application SET deleted_at = 1 WHERE uid = 'maker-app'",
}


@pytest.mark.parametrize("cause", CAUSES)
async def test_every_refusal_reads_the_same(
    world: World, server: EndDeviceClaimingServer, device: v3.EndDeviceIdentifiers, cause: str
) -> None:
    sql = CAUSES[cause].replace("= updated_at", "= '\\x00'" if world.db.engine == "postgresql" else "= x'00'")
    await world.run(sql)
    error = await error_of(server.Claim(the_claim(), a_call(world.owner)))
    answer = answer_for(error, "c0")
    assert (answer.code, answer.http_status) == (7, 403)
    assert answer.text == "error:pkg/deviceclaimingserver:claim_refused (the claim is refused)"
    assert len(answer.status.details) == 1
    assert await world.val("SELECT count(*) FROM audit_record WHERE correlation_id = 'c0'") == 1


async def test_a_device_that_is_claimed_already_is_refused_alike(
    world: World, server: EndDeviceClaimingServer, device: v3.EndDeviceIdentifiers
) -> None:
    await server.Claim(the_claim(), a_call(world.owner))
    error = await error_of(server.Claim(the_claim(target="other-app"), a_call(world.stranger)))
    assert answer_for(error, "c0").text == "error:pkg/deviceclaimingserver:claim_refused (the claim is refused)"


async def test_over_the_cap_the_answer_tells_when_to_try_again(world: World, server: EndDeviceClaimingServer) -> None:
    for _ in range(10):
        await error_of(server.Claim(the_claim(code="WRONG"), a_call(world.owner)))
    error = await error_of(server.Claim(the_claim(), a_call(world.owner, NOW + HOUR)))
    assert (error.code, error.name, error.retry_after) == (8, "too_many_attempts", 23 * 3600)


async def test_a_taken_id_is_said(
    world: World, server: EndDeviceClaimingServer, device: v3.EndDeviceIdentifiers
) -> None:
    await a_device(world.db, world.vault, world.owner, "mine", "owner-app", dev_eui=bytes(7) + b"\1")
    error = await error_of(server.Claim(the_claim(wish="mine"), a_call(world.owner)))
    assert (error.code, error.name, error.attributes) == (6, "id_taken", {"id": "mine"})


@pytest.mark.parametrize(
    ("label", "name", "says"),
    [
        (LABEL, "qr_code_incomplete", "no claim authentication code"),
        (DEV_EUI.hex(), "qr_code_incomplete", "no JoinEUI and claim authentication code"),
        ("LW:D0:nonsense", "qr_code_data", "part 4 (DevEUI)"),
        ("https://example.com/", "qr_code_data", "the beginning"),
    ],
)
async def test_a_label_that_cannot_be_claimed_with_is_told_why(
    world: World, server: EndDeviceClaimingServer, label: str, name: str, says: str
) -> None:
    error = await error_of(server.Claim(the_claim(qr=label), a_call(world.owner)))
    assert (error.code, error.name) == (3, name)
    assert says in error.text
    assert await world.val("SELECT count(*) FROM claim_attempt") == 0


async def test_a_claim_must_name_a_device(world: World, server: EndDeviceClaimingServer) -> None:
    nothing = v3.ClaimEndDeviceRequest(target_application_ids={"application_id": "owner-app"})
    assert (await error_of(server.Claim(nothing, a_call(world.owner)))).name == "no_join_eui"
    short = await error_of(server.Claim(the_claim(dev_eui=b""), a_call(world.owner)))
    assert short.attributes["field"] == "authenticated_identifiers.dev_eui"


# ------------------------------------------------------------------ opening an application


def opening(key: str) -> v3.AuthorizeApplicationRequest:
    return v3.AuthorizeApplicationRequest(application_ids={"application_id": "other-app"}, api_key=key)


async def test_an_application_is_opened_by_one_of_its_keys_and_keeps_only_its_id(
    world: World, server: EndDeviceClaimingServer
) -> None:
    key = await a_key(world.db, world.vault, "application", world.other_app, APPLICATION_RIGHTS)
    await server.AuthorizeApplication(opening(text_of(key)), a_call(world.stranger))
    row = await world.row(
        "SELECT key_id, authorized_by FROM claim_authorization WHERE application = $1", world.other_app
    )
    assert row is not None
    assert tuple(row) == (key.id, f"{world.stranger.principal}:stranger")
    assert await world.val("SELECT action FROM audit_record WHERE application = $1", world.other_app) == "authorize"


async def test_opening_again_replaces_the_key(world: World, server: EndDeviceClaimingServer) -> None:
    await authorize_application(world, world.other_app)
    key = await a_key(world.db, world.vault, "application", world.other_app, APPLICATION_RIGHTS)
    await server.AuthorizeApplication(opening(text_of(key)), a_call(world.stranger))
    assert await world.val("SELECT key_id FROM claim_authorization WHERE application = $1", world.other_app) == key.id


async def test_a_key_of_another_application_or_a_wrong_secret_opens_nothing(
    world: World, server: EndDeviceClaimingServer
) -> None:
    other = await a_key(world.db, world.vault, "application", world.maker_app, APPLICATION_RIGHTS)
    own = await a_key(world.db, world.vault, "application", world.other_app, APPLICATION_RIGHTS)
    forged = text_of(own)[:-5] + "AAAAA"
    for text in (text_of(other), forged, "no key", "NNSXS.A.B"):
        error = await error_of(server.AuthorizeApplication(opening(text), a_call(world.stranger)))
        assert (error.code, error.name) == (3, "api_key_unusable")
    assert await world.val("SELECT count(*) FROM claim_authorization WHERE application = $1", world.other_app) == 0


async def test_a_key_that_is_expired_or_lacks_rights_opens_nothing(
    world: World, server: EndDeviceClaimingServer
) -> None:
    place: tuple[EntityKind, int] = ("application", world.other_app)
    expired = await a_key(world.db, world.vault, *place, APPLICATION_RIGHTS, expires_at=NOW)
    error = await error_of(server.AuthorizeApplication(opening(text_of(expired)), a_call(world.stranger)))
    assert (error.code, error.name) == (9, "authorization_key_expired")
    lesser = await a_key(world.db, world.vault, *place, Rights.of(*READ_DEVICES))
    error = await error_of(server.AuthorizeApplication(opening(text_of(lesser)), a_call(world.stranger)))
    assert (error.name, error.attributes["missing"]) == (
        "authorization_key_rights", ["RIGHT_APPLICATION_DEVICES_WRITE_KEYS"],
    )  # fmt: skip


async def test_who_may_neither_manage_keys_nor_do_what_the_key_does_opens_nothing(
    world: World, server: EndDeviceClaimingServer
) -> None:
    key = text_of(await a_key(world.db, world.vault, "application", world.other_app, APPLICATION_RIGHTS))
    await grant(world.db, "application", world.other_app, world.owner, *READ_DEVICES)
    error = await error_of(server.AuthorizeApplication(opening(key), a_call(world.owner)))
    assert error.name == "insufficient_application_rights"
    await grant(
        world.db, "application", world.other_app, world.owner, *READ_DEVICES, Right.APPLICATION_DEVICES_WRITE_KEYS
    )
    await server.AuthorizeApplication(opening(key), a_call(world.owner))


async def test_a_closed_application_lets_nobody_claim(
    world: World, server: EndDeviceClaimingServer, device: v3.EndDeviceIdentifiers
) -> None:
    maker_app = v3.ApplicationIdentifiers(application_id="maker-app")
    await server.UnauthorizeApplication(maker_app, a_call(world.maker))
    assert (await error_of(server.Claim(the_claim(), a_call(world.owner)))).name == "claim_refused"
    again = await error_of(server.UnauthorizeApplication(maker_app, a_call(world.maker)))
    assert (again.code, again.name) == (5, "application_not_authorized")


# ------------------------------------------------------------------ upstream Join Servers


async def test_devices_of_this_cluster_are_nobody_elses_to_give(
    world: World, server: EndDeviceClaimingServer, device: v3.EndDeviceIdentifiers
) -> None:
    for ask in (server.GetClaimStatus, server.Unclaim):
        error = await error_of(ask(device, a_call(world.maker)))
        assert (error.code, error.name, error.attributes) == (10, "claiming_not_supported", {"eui": "70B3D57ED0000000"})
        assert (await error_of(ask(device_ids("no-such"), a_call(world.maker)))).name == "end_device_not_found"
        assert (await error_of(ask(device, a_call(world.stranger)))).name == "no_application_rights"


async def test_no_join_eui_is_covered_by_an_upstream(world: World, server: EndDeviceClaimingServer) -> None:
    request = v3.GetInfoByJoinEUIRequest(join_eui=JOIN_EUI)
    answer = await server.GetInfoByJoinEUI(request, a_call(world.maker))
    assert answer == v3.GetInfoByJoinEUIResponse(join_eui=JOIN_EUI, supports_claiming=False)
    batch = EndDeviceBatchClaimingServer(world.db)
    many = await batch.GetInfoByJoinEUIs(v3.GetInfoByJoinEUIsRequest(requests=[request] * 2), a_call(world.maker))
    assert list(many.infos) == [answer] * 2
    assert (await error_of(server.GetInfoByJoinEUI(request, a_call(ANONYMOUS)))).code == 16


async def test_a_batch_tells_of_each_device_why_not(world: World, device: v3.EndDeviceIdentifiers) -> None:
    request = v3.BatchUnclaimEndDevicesRequest(
        application_ids=device.application_ids, device_ids=["sensor-1", "no-such"]
    )
    answer = await EndDeviceBatchClaimingServer(world.db).Unclaim(request, a_call(world.maker))
    assert {uid: why.name for uid, why in answer.failed.items()} == {
        "sensor-1": "claiming_not_supported", "no-such": "end_device_not_found",
    }  # fmt: skip


# ------------------------------------------------------------------ the ledger


async def test_a_new_owner_sees_its_own_hop_and_of_earlier_ones_only_that_and_when(
    world: World, server: EndDeviceClaimingServer, device: v3.EndDeviceIdentifiers
) -> None:
    await authorize_application(world, world.owner_app)
    await server.Claim(the_claim(burn=False), a_call(world.owner))
    await server.Claim(the_claim(target="other-app", wish="third"), a_call(world.stranger, NOW + HOUR))
    call = a_call(world.stranger)
    request = v1.ListTransfersRequest(end_device_ids=device_ids("third", "other-app"))
    first, second = (await LedgerRegistry(world.db).ListTransfers(request, call)).transfers
    assert call.headers["x-total-count"] == "2"
    expected = v1.Transfer(sequence=1, withheld=True)
    expected.claimed_at.FromMicroseconds(NOW)
    assert first == expected
    assert (second.from_application_id, second.to_application_id, second.to_device_id) == (
        "owner-app",
        "other-app",
        "third",
    )
    assert (second.claimer, second.withheld, second.code_invalidated) == ("user:stranger", False, True)


async def test_the_ledger_of_a_device_that_is_not_there_is_not_shown(
    world: World, server: EndDeviceClaimingServer, device: v3.EndDeviceIdentifiers
) -> None:
    await server.Claim(the_claim(), a_call(world.owner))
    request = v1.ListTransfersRequest(end_device_ids=device)
    assert (await error_of(LedgerRegistry(world.db).ListTransfers(request, a_call(world.maker)))).code == 5


async def departure(world: World, by: Caller) -> v1.Departure:
    request = v1.GetDepartureRequest(end_device_ids=device_ids("sensor-1", "maker-app"))
    return await LedgerRegistry(world.db).GetDeparture(request, a_call(by))


async def test_a_former_owner_is_told_that_and_when_its_device_left(
    world: World, server: EndDeviceClaimingServer, device: v3.EndDeviceIdentifiers
) -> None:
    assert (await error_of(departure(world, world.maker))).code == 5
    await server.Claim(the_claim(), a_call(world.owner))
    expected = v1.Departure()
    expected.left_at.FromMicroseconds(NOW)
    assert await departure(world, world.maker) == expected
    for caller in (world.owner, world.stranger, with_rights(world.maker, Right.APPLICATION_INFO)):
        assert (await error_of(departure(world, caller))).code == 7


async def test_a_device_that_is_here_again_has_not_left(
    world: World, server: EndDeviceClaimingServer, device: v3.EndDeviceIdentifiers
) -> None:
    await server.Claim(the_claim(), a_call(world.owner))
    await world.run("UPDATE end_device SET application = $1, uid = 'sensor-1'", world.maker_app)
    assert (await error_of(departure(world, world.maker))).code == 5
