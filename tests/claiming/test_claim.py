"""The claim verb: what it moves, what it leaves, and what it writes down."""

import pytest

from claimstack.claiming.gate.attempt import Capped, Owned, Taken, TargetGone
from claimstack.claiming.gate.handover import Home
from claimstack.claiming.verdict import Refused, Why
from claimstack.wire import v3
from tests.claiming.world import CODE, DEV_EUI, HOUR, JOIN_EUI, World, authorize_application
from tests.support.people import NOW

OTHER_EUI = bytes.fromhex("0004A310FFFFFFFF")
MOVED = Owned("owner-app", "sensor-1")


async def owner_of(world: World, device: int) -> tuple[int, str, int]:
    row = await world.row("SELECT application, uid, epoch FROM end_device WHERE id = $1", device)
    assert row is not None
    return row["application"], row["uid"], row["epoch"]


async def failures(world: World, subject: str) -> int:
    return int(await world.val("SELECT coalesce(sum(attempts), 0) FROM claim_attempt WHERE subject LIKE $1", subject))


# ------------------------------------------------------------------ the good case


async def test_the_right_code_moves_the_device_into_the_owners_application(world: World) -> None:
    device = await world.device()
    assert await world.claim() == MOVED
    row = await world.row(
        "SELECT application, uid, name, epoch, maker_application FROM end_device WHERE id = $1", device
    )
    assert row is not None
    assert tuple(row) == (world.owner_app, "sensor-1", "Sensor", 2, world.maker_app)


async def test_the_target_may_wish_another_id(world: World) -> None:
    device = await world.device()
    assert await world.claim(wish="my-sensor") == Owned("owner-app", "my-sensor")
    assert await owner_of(world, device) == (world.owner_app, "my-sensor", 2)


async def test_claiming_into_the_same_application_renames(world: World) -> None:
    device = await world.device()
    outcome = await world.claim(target=world.maker_app, by=world.maker, wish="renamed")
    assert outcome == Owned("maker-app", "renamed")
    assert await owner_of(world, device) == (world.maker_app, "renamed", 2)
    assert await world.val("SELECT sum(devices) FROM application_device_count") == 1


async def test_the_sessions_of_joins_are_gone(world: World) -> None:
    device = await world.device()
    await world.run(
        "INSERT INTO join_session (end_device, slot, epoch, session_key_id, keys_sealed, keys_kek, created_at)"
        " VALUES ($1, 0, 1, $2, $2, 1, $3)",
        device, b"session", NOW,
    )  # fmt: skip
    await world.claim()
    assert await world.val("SELECT count(*) FROM join_session") == 0


async def test_session_and_mac_state_go_and_settings_stay(world: World) -> None:
    settings = v3.EndDevice(supports_join=True, frequency_plan_id="EU_863_870").SerializeToString(deterministic=True)
    device = await world.device(parts={"ns": (settings, b"session"), "as": (b"", b"session"), "js": (b"", None)})
    assert await world.claim() == MOVED
    rows = await world.db.fetch(
        "SELECT component, body, state_sealed, state_kek FROM end_device_part WHERE end_device = $1 ORDER BY component",
        device,
    )
    assert [(r["component"], bytes(r["body"]), r["state_sealed"], r["state_kek"]) for r in rows] == [
        ("as", b"", None, None), ("js", b"", None, None), ("ns", settings, None, None),
    ]  # fmt: skip


async def test_root_keys_and_nonces_stay(world: World) -> None:
    device = await world.device()
    await world.run("INSERT INTO root_key VALUES ($1, 'app_key', $2, 1)", device, b"wrapped")
    await world.run(
        "INSERT INTO nonce_history (join_eui, dev_eui, last_dev_nonce, updated_at) VALUES ($1, $2, 77, 0)",
        JOIN_EUI, DEV_EUI,
    )  # fmt: skip
    assert await world.claim() == MOVED
    assert bytes(await world.val("SELECT key_sealed FROM root_key WHERE end_device = $1", device)) == b"wrapped"
    assert await world.val("SELECT last_dev_nonce FROM nonce_history") == 77


async def test_the_traces_of_use_go(world: World) -> None:
    body = v3.EndDevice(service_profile_id="p")
    body.activated_at.FromSeconds(1)
    device = await world.device(is_body=body.SerializeToString())
    await world.run("UPDATE end_device SET last_seen_at = 5 WHERE id = $1", device)
    await world.claim()
    row = await world.row("SELECT is_body, last_seen_at FROM end_device WHERE id = $1", device)
    assert row is not None
    assert v3.EndDevice.FromString(bytes(row["is_body"])) == v3.EndDevice(service_profile_id="p")
    assert row["last_seen_at"] is None


async def test_the_device_is_at_home_where_the_claim_says(world: World) -> None:
    old = v3.EndDevice(network_server_kek_label="old", application_server_id="old", net_id=b"\0\0\x01")
    is_body = v3.EndDevice(network_server_address="old.example", application_server_address="as.example")
    device = await world.device(is_body=is_body.SerializeToString(), parts={"js": (old.SerializeToString(), None)})
    home = Home("ns.example:1884", "", "ns-kek", "as-kek", "as-id", b"\0\0\x13")
    await world.claim(home=home)
    js = v3.EndDevice.FromString(
        bytes(await world.val("SELECT body FROM end_device_part WHERE end_device = $1", device))
    )
    assert js == v3.EndDevice(
        network_server_kek_label="ns-kek", application_server_kek_label="as-kek", application_server_id="as-id",
        net_id=b"\0\0\x13",
    )  # fmt: skip
    identity = v3.EndDevice.FromString(bytes(await world.val("SELECT is_body FROM end_device WHERE id = $1", device)))
    assert identity.network_server_address == "ns.example:1884"
    assert identity.application_server_address == "as.example"


async def test_no_kek_of_a_former_owner_wraps_the_next_session(world: World) -> None:
    old = v3.EndDevice(network_server_kek_label="old", application_server_id="old", net_id=b"\0\0\x01")
    device = await world.device(parts={"js": (old.SerializeToString(), None)})
    await world.claim()
    assert bytes(await world.val("SELECT body FROM end_device_part WHERE end_device = $1", device)) == b""


async def test_the_counts_of_both_applications_follow(world: World) -> None:
    await world.device()
    await world.claim()
    counted = "SELECT sum(devices) FROM application_device_count WHERE application = $1"
    assert await world.val(counted, world.maker_app) == 0
    assert await world.val(counted, world.owner_app) == 1


async def test_the_ledger_tells_of_the_claim(world: World) -> None:
    device = await world.device()
    await world.run("UPDATE end_device SET root_keys_read_at = 1 WHERE id = $1", device)
    await world.claim(wish="mine")
    row = await world.row("SELECT * FROM claim_ledger")
    assert row is not None
    assert (row["end_device"], row["sequence"], row["epoch"], row["claimed_at"]) == (device, 1, 2, NOW)
    assert (row["source_application_uid"], row["source_device_uid"]) == ("maker-app", "sensor-1")
    assert (row["target_application_uid"], row["target_device_uid"]) == ("owner-app", "mine")
    assert row["claimer"] == f"{world.owner.principal}:owner"
    assert (bool(row["code_kept"]), bool(row["root_keys_read"])) == (False, True)


async def test_new_and_former_owner_are_told(world: World) -> None:
    device = await world.device()
    await world.claim()
    rows = await world.db.fetch("SELECT name, entity, end_device, epoch, body FROM event ORDER BY id")
    assert [tuple(row)[:4] for row in rows] == [
        ("dcs.end_device.claim.success", world.owner_app, device, 2),
        ("end_device.delete", world.maker_app, None, None),
    ]
    ids = v3.Event.FromString(bytes(rows[0]["body"])).identifiers[0].device_ids
    assert (ids.application_ids.application_id, ids.device_id, ids.dev_eui) == ("owner-app", "sensor-1", DEV_EUI)


# ------------------------------------------------------------------ the code afterwards


async def test_a_burnt_code_is_gone(world: World) -> None:
    await world.device()
    await authorize_application(world, world.owner_app)
    await world.claim()
    assert await world.val("SELECT count(*) FROM claim_code") == 0
    assert await world.claim(by=world.stranger, target=world.other_app) == Refused(Why.ALREADY_CLAIMED)


async def test_a_kept_code_opens_again_where_the_new_application_is_authorized(world: World) -> None:
    device = await world.device()
    assert await world.claim(burn=False) == MOVED
    refused = await world.claim(by=world.stranger, target=world.other_app)
    assert isinstance(refused, Refused)
    await authorize_application(world, world.owner_app)
    assert await world.claim(by=world.stranger, target=world.other_app) == Owned("other-app", "sensor-1")
    assert await owner_of(world, device) == (world.other_app, "sensor-1", 3)


async def test_a_lost_answer_is_found_again(world: World) -> None:
    device = await world.device()
    assert await world.claim(wish="mine") == await world.claim(wish="mine") == Owned("owner-app", "mine")
    assert await owner_of(world, device) == (world.owner_app, "mine", 2)
    assert await world.val("SELECT count(*) FROM claim_ledger") == 1
    assert await failures(world, "%") == 0


async def test_a_lost_answer_is_found_again_when_the_code_was_kept(world: World) -> None:
    await world.device()
    assert await world.claim(burn=False) == await world.claim(burn=False) == MOVED
    assert await world.val("SELECT count(*) FROM claim_ledger") == 1


@pytest.mark.parametrize("change", ["code", "wish", "target", "by"])
async def test_only_the_same_claimer_with_the_same_wish_finds_the_answer(world: World, change: str) -> None:
    await world.device()
    await world.claim()
    other = {"code": "WRONG", "wish": "another", "target": world.other_app, "by": world.stranger}[change]
    assert isinstance(await world.claim(**{change: other}), Refused)


async def test_the_answer_is_not_found_again_once_the_device_moved_on(world: World) -> None:
    device = await world.device()
    await world.claim()
    await world.run("UPDATE end_device SET epoch = 3 WHERE id = $1", device)
    assert await world.claim() == Refused(Why.ALREADY_CLAIMED)


# ------------------------------------------------------------------ a taken id


async def test_a_taken_id_is_told_only_to_who_has_the_code_and_the_code_stays(world: World) -> None:
    device = await world.device()
    await world.device("sensor-1", application=world.owner_app, dev_eui=OTHER_EUI, code=None)
    assert await world.claim(code="WRONG") == Refused(Why.WRONG_CODE)
    assert await world.claim() == Taken("sensor-1")
    assert await owner_of(world, device) == (world.maker_app, "sensor-1", 1)
    assert await world.claim(wish="free") == Owned("owner-app", "free")
    assert await failures(world, "device:%") == 1


async def test_an_application_that_was_deleted_meanwhile_gets_nothing(world: World) -> None:
    device = await world.device()
    await world.run("UPDATE application SET deleted_at = 1 WHERE id = $1", world.owner_app)
    assert await world.claim() == TargetGone()
    assert (await owner_of(world, device))[0] == world.maker_app


# ------------------------------------------------------------------ refusals


async def test_a_wrong_code_is_counted_and_its_reason_kept_for_the_source(world: World) -> None:
    device = await world.device()
    assert await world.claim(code="WRONG") == Refused(Why.WRONG_CODE)
    row = await world.row("SELECT * FROM audit_record")
    assert row is not None
    assert (row["action"], row["outcome"], row["application"]) == ("claim", "wrong_code", world.maker_app)
    assert (row["end_device"], row["device_uid"]) == (device, "sensor-1")
    assert row["actor"] == f"{world.owner.principal}:owner"
    for subject in ("device:%", "claimer:%", "overall:%"):
        assert await failures(world, subject) == 1


async def test_the_source_application_is_told_of_a_refusal(world: World) -> None:
    device = await world.device()
    await world.claim(code="WRONG")
    row = await world.row("SELECT name, entity, end_device, epoch, body FROM event")
    assert row is not None
    assert tuple(row)[:4] == ("dcs.end_device.claim.fail", world.maker_app, device, 1)
    details = v3.ErrorDetails()
    v3.Event.FromString(bytes(row["body"])).data.Unpack(details)
    assert details.name == "wrong_code"


async def test_an_unknown_device_is_counted_and_kept_for_nobody(world: World) -> None:
    assert await world.claim(dev_eui=OTHER_EUI) == Refused(Why.UNKNOWN_DEVICE)
    row = await world.row("SELECT application, end_device, application_uid FROM audit_record")
    assert row is not None
    assert tuple(row) == (None, None, "")
    assert await failures(world, "device:%FFFFFFFF") == 1


async def test_a_device_without_a_join_is_not_claimed(world: World) -> None:
    fixed = v3.EndDevice(frequency_plan_id="EU_863_870").SerializeToString()
    await world.device(parts={"ns": (fixed, b"session")})
    assert await world.claim() == Refused(Why.DOES_NOT_JOIN)


async def test_a_device_without_code_is_not_claimed(world: World) -> None:
    await world.device(code=None)
    assert await world.claim() == Refused(Why.NO_CODE)


async def test_a_code_of_another_device_is_wrong(world: World) -> None:
    await world.device()
    await world.device("sensor-2", dev_eui=OTHER_EUI, code="OTHERCODE")
    assert await world.claim(code="OTHERCODE") == Refused(Why.WRONG_CODE)


async def test_the_window_is_half_open(world: World) -> None:
    await world.device(valid_from=NOW, valid_to=NOW + HOUR)
    assert await world.claim(now=NOW - 1) == Refused(Why.TOO_EARLY)
    assert await world.claim(now=NOW + HOUR) == Refused(Why.TOO_LATE)
    assert await world.claim(now=NOW + HOUR - 1) == MOVED


# ------------------------------------------------------------------ caps


async def test_after_ten_failures_a_device_waits_and_then_takes_the_right_code(world: World) -> None:
    await world.device()
    for _ in range(10):
        assert await world.claim(code="WRONG") == Refused(Why.WRONG_CODE)
    assert await world.claim(by=world.stranger, target=world.other_app) == Capped(24 * 3600.0)
    assert await world.claim(now=NOW + 24 * HOUR - 1) == Capped(0.000001)
    assert await failures(world, "device:%") == 10
    assert await world.claim(now=NOW + 24 * HOUR) == MOVED


async def test_the_cap_answers_the_same_for_a_device_that_is_not_there(world: World) -> None:
    for _ in range(10):
        await world.claim(code="WRONG", dev_eui=OTHER_EUI)
    assert await world.claim(dev_eui=OTHER_EUI) == Capped(24 * 3600.0)


async def test_a_claimer_waits_after_thirty_failures_and_others_do_not(world: World) -> None:
    await world.device()
    for number in range(30):
        await world.claim(dev_eui=number.to_bytes(8, "big"))
    assert await world.claim() == Capped(3600.0)
    assert await world.claim(by=world.stranger, target=world.other_app) == Owned("other-app", "sensor-1")


async def test_the_overall_cap_slows_everybody_and_stops_nobody(world: World) -> None:
    await world.device()
    await world.run("INSERT INTO claim_attempt VALUES ('overall:0', $1, 1000)", NOW)
    for number in range(3):
        assert isinstance(await world.claim(dev_eui=number.to_bytes(8, "big")), Refused)
    assert await world.claim() == Capped(3600.0)
    assert await world.claim(by=world.stranger, target=world.other_app) == Owned("other-app", "sensor-1")


async def test_an_overall_window_that_is_over_slows_nobody(world: World) -> None:
    await world.device()
    await world.run("INSERT INTO claim_attempt VALUES ('overall:0', $1, 1000)", NOW - HOUR)
    for number in range(3):
        await world.claim(dev_eui=number.to_bytes(7, "big") + b"\0")
    assert await world.val("SELECT attempts FROM claim_attempt WHERE subject = 'overall:0'") == 3
    assert await world.claim() == MOVED


async def test_a_claim_that_succeeds_takes_its_attempt_back(world: World) -> None:
    await world.device()
    for _ in range(9):
        await world.claim(code="WRONG")
    assert await world.claim() == MOVED
    assert await failures(world, "device:%") == 9


# ------------------------------------------------------------------ several at once


async def test_of_several_attempts_in_one_batch_the_first_right_one_wins(world: World) -> None:
    device = await world.device()
    mine = world.attempt()
    other = world.attempt(by=world.stranger, target=world.other_app)
    assert await world.claims([world.attempt(code="WRONG"), other, mine, other]) == [
        Refused(Why.WRONG_CODE), Owned("other-app", "sensor-1"), Refused(Why.ALREADY_CLAIMED),
        Owned("other-app", "sensor-1"),
    ]  # fmt: skip
    assert (await owner_of(world, device))[0] == world.other_app
    assert await world.val("SELECT application FROM audit_record ORDER BY id DESC LIMIT 1") == world.other_app


async def test_in_one_batch_a_kept_code_goes_on(world: World) -> None:
    await world.device()
    await authorize_application(world, world.owner_app)
    first = world.attempt(burn=False)
    then = world.attempt(by=world.stranger, target=world.other_app)
    assert await world.claims([first, then]) == [MOVED, Owned("other-app", "sensor-1")]
    assert await world.val("SELECT count(*) FROM claim_ledger") == 2


async def test_in_one_batch_an_id_is_given_once(world: World) -> None:
    await world.device()
    await world.device("sensor-2", dev_eui=OTHER_EUI, code="OTHERCODE")
    second = world.attempt(dev_eui=OTHER_EUI, code="OTHERCODE", wish="mine")
    assert await world.claims([world.attempt(wish="mine"), second]) == [Owned("owner-app", "mine"), Taken("mine")]


async def test_in_one_batch_guesses_are_counted_one_by_one(world: World) -> None:
    await world.device()
    outcomes = await world.claims([world.attempt(code=f"WRONG{n}") for n in range(12)] + [world.attempt(code=CODE)])
    assert outcomes == [Refused(Why.WRONG_CODE)] * 10 + [Capped(24 * 3600.0)] * 3
    assert await failures(world, "%") == 30
