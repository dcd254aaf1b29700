"""Joins of LoRaWAN 1.1, rejoins, keys wrapped under KEKs, and what a device may forget."""

from typing import Any

import pytest

from claimstack.identity import Caller
from claimstack.join_server import ApplicationActivationSettingRegistry
from claimstack.lorawan import AES128Key, DevEUI, DevNonce, JoinEUI, JoinNonce, NetID, RJCount
from claimstack.lorawan.otaa import (
    JoinReqType,
    KeyCipher,
    RejoinRequest,
    SessionKeys,
    answer_to,
    js_enc_key,
    js_int_key,
    session_keys,
    session_keys_1_1,
    unseal,
    unwrap,
)
from claimstack.peers import PeerRegistry
from claimstack.storage import Database, Transaction
from claimstack.vault import Vault
from claimstack.wire import claimstack_v1 as v1
from claimstack.wire import v3
from tests.dialects.backend_interfaces.conftest import settle
from tests.support.devices import APP_KEY, DEV_EUI, JOIN_EUI, a_call
from tests.support.joining import (
    HOME,
    NSID,
    Network,
    Reply,
    a_network,
    app_s_key_req,
    home_ns_req,
    join_req,
    join_request,
)

Device = v3.EndDeviceIdentifiers
NWK_KEY = bytes(range(16, 32))
KEK = bytes(range(32))
NWK, APP = KeyCipher(AES128Key(NWK_KEY)), KeyCipher(AES128Key(APP_KEY))
INT, ENC = (KeyCipher(make(NWK, DevEUI(DEV_EUI))) for make in (js_int_key, js_enc_key))


@pytest.fixture
async def newer(db: Database, vault: Vault, maker: Caller, device: Device) -> Device:
    """The device with both root keys, as LoRaWAN 1.1 has them."""
    keys = v3.RootKeys(nwk_key=v3.KeyEnvelope(key=NWK_KEY))
    await settle(db, vault, maker, v3.EndDevice(ids=device, root_keys=keys), "root_keys.nwk_key.key")
    return device


def join_1_1(dev_nonce: int, **more: Any) -> dict[str, Any]:
    return join_req(join_request(dev_nonce, NWK_KEY), MACVersion="1.1.0", **{"DLSettings": "80", **more})


def keys_in(reply: Reply) -> dict[str, str]:
    names = ("NwkSKey", "FNwkSIntKey", "SNwkSIntKey", "NwkSEncKey", "AppSKey")
    return {name: reply.words[name]["AESKey"] for name in names if name in reply.words}


def shown(keys: SessionKeys) -> dict[str, str]:
    fields = {"FNwkSIntKey": "f_nwk_s_int_key", "SNwkSIntKey": "s_nwk_s_int_key", "NwkSEncKey": "nwk_s_enc_key"}
    return {name: bytes(getattr(keys, field)).hex().upper() for name, field in fields.items()}


# ------------------------------------------------------------------ 1.1


async def test_a_1_1_device_joins_with_both_root_keys(network: Network, newer: Device) -> None:
    reply = await network.ask(join_1_1(0))
    accept, mic = unseal(bytes.fromhex(reply.words["PHYPayload"]), NWK)
    answers = answer_to(JoinReqType.JOIN, JoinEUI(JOIN_EUI), DevNonce.from_int(0))
    assert INT.verifies(answers + bytes(accept), mic)
    expected = session_keys_1_1(NWK, APP, JoinEUI(JOIN_EUI), accept.join_nonce, DevNonce.from_int(0))
    assert keys_in(reply) == shown(expected)


async def test_a_1_1_device_in_a_1_0_network_has_one_key_under_three_names(network: Network, newer: Device) -> None:
    reply = await network.ask(join_1_1(0, DLSettings="00"))
    accept, mic = unseal(bytes.fromhex(reply.words["PHYPayload"]), NWK)
    assert NWK.verifies(bytes(accept), mic)
    assert keys_in(reply) == shown(session_keys(NWK, HOME, accept.join_nonce, DevNonce.from_int(0)))


async def test_of_two_keys_a_1_0_join_takes_the_one_that_such_a_device_has(
    db: Database, vault: Vault, maker: Caller, network: Network, newer: Device
) -> None:
    by_nwk_key, by_app_key = (join_req(join_request(5, key)) for key in (NWK_KEY, APP_KEY))
    assert (await network.ask(by_app_key)).result == "MICFailed"
    assert (await network.ask(by_nwk_key)).result == "Success"
    named = v3.EndDevice(ids=newer, root_keys=v3.RootKeys(root_key_id="ttn-lw-cli-generated"))
    await settle(db, vault, maker, named, "root_keys.root_key_id")
    by_nwk_key, by_app_key = (join_req(join_request(6, key)) for key in (NWK_KEY, APP_KEY))
    assert (await network.ask(by_nwk_key)).result == "MICFailed"
    assert (await network.ask(by_app_key)).result == "Success"


async def test_counted_dev_nonces_only_go_up(network: Network, newer: Device) -> None:
    results = [(await network.ask(join_1_1(nonce))).result for nonce in (0, 0, 5, 4, 6)]
    assert results == ["Success", "JoinReqFailed", "Success", "JoinReqFailed", "Success"]


async def test_random_dev_nonces_come_in_any_order_but_once(network: Network, device: Device) -> None:
    results = [(await network.ask(join_req(join_request(nonce)))).result for nonce in (500, 0, 65535, 0, 500, 7)]
    assert results == ["Success", "Success", "Success", "JoinReqFailed", "JoinReqFailed", "Success"]


async def test_no_version_in_a_request_opens_the_way_for_a_replay(network: Network, device: Device) -> None:
    await network.ask(join_req(join_request(9), MACVersion="1.0.4"))
    assert (await network.ask(join_req(join_request(9), MACVersion="1.0.3"))).result == "JoinReqFailed"
    await network.ask(join_req(join_request(20), MACVersion="1.0.3"))
    assert (await network.ask(join_req(join_request(20), MACVersion="1.0.4"))).result == "JoinReqFailed"


async def test_a_device_that_forgets_its_counter_may_begin_again_but_join_nonces_do_not(
    db: Database, vault: Vault, maker: Caller, network: Network, device: Device
) -> None:
    await settle(db, vault, maker, v3.EndDevice(ids=device, resets_join_nonces=True), "resets_join_nonces")
    replies = [await network.ask(join_req(join_request(1), MACVersion="1.0.4")) for _ in range(2)]
    accepts = [unseal(bytes.fromhex(reply.words["PHYPayload"]), APP)[0] for reply in replies]
    assert [int(accept.join_nonce) for accept in accepts] == [1, 2]


async def test_the_last_join_nonce_is_never_followed_by_another(
    db: Database, vault: Vault, maker: Caller, network: Network, device: Device
) -> None:
    await settle(db, vault, maker, v3.EndDevice(ids=device, last_join_nonce=0xFFFFFE), "last_join_nonce")
    results = [(await network.ask(join_req(join_request(nonce)))).result for nonce in (1, 2)]
    assert results == ["Success", "JoinReqFailed"]


async def test_a_device_without_keys_for_its_version_does_not_join(network: Network, device: Device) -> None:
    assert (await network.ask(join_1_1(0))).result == "JoinReqFailed"


# ------------------------------------------------------------------ rejoins


def rejoin(kind: int, count: int, key: KeyCipher, **more: Any) -> dict[str, Any]:
    home = JoinEUI(JOIN_EUI) if kind == 1 else HOME
    frame = bytes(RejoinRequest.signed(kind, home, DevEUI(DEV_EUI), RJCount.from_int(count), key))
    return join_req(frame, MessageType="RejoinReq", **{"MACVersion": "1.1", "DLSettings": "80", **more})


def signing(reply: Reply) -> KeyCipher:
    return KeyCipher(AES128Key.from_hex(reply.words["SNwkSIntKey"]["AESKey"]))


@pytest.mark.parametrize("kind", [0, 1, 2])
async def test_a_device_rejoins(network: Network, newer: Device, kind: int) -> None:
    joined = await network.ask(join_1_1(0))
    reply = await network.ask(rejoin(kind, 0, INT if kind == 1 else signing(joined)))
    assert (reply.result, reply.words["MessageType"]) == ("Success", "RejoinAns")
    accept, mic = unseal(bytes.fromhex(reply.words["PHYPayload"]), ENC)
    answers = answer_to(JoinReqType(kind), JoinEUI(JOIN_EUI), RJCount.from_int(0))
    assert INT.verifies(answers + bytes(accept), mic)
    assert accept.join_nonce == JoinNonce.from_int(2)
    expected = session_keys_1_1(NWK, APP, JoinEUI(JOIN_EUI), accept.join_nonce, RJCount.from_int(0))
    assert keys_in(reply) == shown(expected)


async def test_rj_count_1_counts_for_life(network: Network, newer: Device) -> None:
    results = [(await network.ask(rejoin(1, count, INT))).result for count in (3, 3, 2, 4)]
    await network.ask(join_1_1(0))
    results.append((await network.ask(rejoin(1, 4, INT))).result)
    assert results == ["Success", "JoinReqFailed", "JoinReqFailed", "Success", "JoinReqFailed"]


async def test_rj_count_0_counts_in_its_session(network: Network, newer: Device) -> None:
    first = signing(await network.ask(join_1_1(0)))
    results = [(await network.ask(rejoin(0, count, first))).result for count in (1, 1, 2)]
    second = signing(await network.ask(join_1_1(1)))
    results.append((await network.ask(rejoin(0, 0, second))).result)
    assert results == ["Success", "JoinReqFailed", "Success", "Success"]


async def test_a_session_under_a_former_owner_is_none(db: Database, network: Network, newer: Device) -> None:
    joined = await network.ask(join_1_1(0))
    asked = app_s_key_req(joined.words["SessionKeyID"])
    assert (await network.ask(asked)).result == "Success"

    async def claimed(tx: Transaction) -> None:
        await tx.execute("UPDATE end_device SET epoch = epoch + 1")

    await db.transaction(claimed)
    assert (await network.ask(asked)).result == "JoinReqFailed"
    assert (await network.ask(rejoin(0, 0, signing(joined)))).result == "MICFailed"


async def test_rj_count_0_of_the_device_is_that_of_its_latest_session(
    db: Database, network: Network, newer: Device
) -> None:
    noted = "SELECT last_rj_count_0 FROM nonce_history"
    await network.ask(rejoin(0, 3, signing(await network.ask(join_1_1(0)))))
    assert await db.fetchval(noted) == 3
    await network.ask(join_1_1(1))
    assert await db.fetchval(noted) is None


async def test_a_session_that_takes_the_place_of_the_one_that_signed_counts_from_the_beginning(
    network: Network, newer: Device
) -> None:
    first = signing(await network.ask(join_1_1(0)))
    replies = [await network.ask(rejoin(0, count, first)) for count in range(10)]
    assert {reply.result for reply in replies} == {"Success"}
    assert (await network.ask(rejoin(0, 10, first))).result == "MICFailed"
    assert (await network.ask(rejoin(0, 0, signing(replies[-1])))).result == "Success"


@pytest.mark.parametrize("kind", [0, 1, 2])
async def test_a_rejoin_that_nobody_signed_is_refused(db: Database, network: Network, newer: Device, kind: int) -> None:
    await network.ask(join_1_1(0))
    assert (await network.ask(rejoin(kind, 5, APP))).result == "MICFailed"
    assert await db.fetchval("SELECT last_join_nonce FROM nonce_history") == 1


async def test_only_1_1_devices_rejoin(network: Network, newer: Device) -> None:
    assert (await network.ask(rejoin(1, 0, INT, MACVersion="1.0.3"))).result == "JoinReqFailed"


async def test_a_rejoin_of_another_network_is_refused(network: Network, newer: Device) -> None:
    joined = signing(await network.ask(join_1_1(0)))
    other = bytes(RejoinRequest.signed(0, NetID.from_hex("000099"), DevEUI(DEV_EUI), RJCount.from_int(1), joined))
    words = {**rejoin(0, 1, joined), "PHYPayload": other.hex()}
    assert (await network.ask(words)).result == "ActivationDisallowed"


# ------------------------------------------------------------------ keys under keys


def with_keks(**more: Any) -> dict[str, Any]:
    keks = [v1.PeerKek(label="ns", key=KEK), v1.PeerKek(label="as", key=KEK[:16])]
    return {"keks": keks, "network_kek_label": "ns", "application_kek_label": "as", **more}


async def test_session_keys_are_wrapped_under_the_keks_of_the_peer(
    db: Database, vault: Vault, admin: Caller, device: Device
) -> None:
    network = await a_network(db, vault, admin, **with_keks())
    words = (await network.ask(join_req(join_request(1)))).words
    accept, _ = unseal(bytes.fromhex(words["PHYPayload"]), APP)
    keys = session_keys(APP, HOME, accept.join_nonce, DevNonce.from_int(1))
    assert (words["NwkSKey"]["KEKLabel"], words["AppSKey"]["KEKLabel"]) == ("ns", "as")
    assert unwrap(bytes.fromhex(words["NwkSKey"]["AESKey"]), KEK) == keys.f_nwk_s_int_key
    assert unwrap(bytes.fromhex(words["AppSKey"]["AESKey"]), KEK[:16]) == keys.app_s_key


async def test_what_the_device_names_wins_over_the_peer(
    db: Database, vault: Vault, admin: Caller, maker: Caller, device: Device
) -> None:
    network = await a_network(db, vault, admin, **with_keks(network_kek_label="", application_kek_label=""))
    part = v3.EndDevice(ids=device, network_server_kek_label="ns", application_server_kek_label="as")
    await settle(db, vault, maker, part, "network_server_kek_label", "application_server_kek_label")
    words = (await network.ask(join_req(join_request(1)))).words
    assert (words["NwkSKey"]["KEKLabel"], words["AppSKey"]["KEKLabel"]) == ("ns", "as")


async def test_a_kek_label_that_is_not_shared_with_the_network_is_no_reason_to_send_keys_in_clear(
    db: Database, vault: Vault, maker: Caller, network: Network, device: Device
) -> None:
    part = v3.EndDevice(ids=device, network_server_kek_label="elsewhere")
    await settle(db, vault, maker, part, "network_server_kek_label")
    assert (await network.ask(join_req(join_request(1)))).result == "JoinReqFailed"
    assert await db.fetchval("SELECT count(*) FROM nonce_history") == 0


async def test_the_application_may_bring_its_own_kek(
    db: Database, vault: Vault, maker: Caller, network: Network, device: Device
) -> None:
    settings = v3.ApplicationActivationSettings(kek_label="ours", kek=v3.KeyEnvelope(key=KEK))
    request = v3.SetApplicationActivationSettingsRequest(
        application_ids=device.application_ids, settings=settings, field_mask={"paths": ["kek_label", "kek"]}
    )
    await ApplicationActivationSettingRegistry(db, vault).Set(request, a_call(maker))
    joined = (await network.ask(join_req(join_request(1)))).words
    fetched = (await network.ask(app_s_key_req(joined["SessionKeyID"]))).words
    assert joined["AppSKey"]["KEKLabel"] == "ours"
    assert fetched["AppSKey"] == joined["AppSKey"]
    accept, _ = unseal(bytes.fromhex(joined["PHYPayload"]), APP)
    keys = session_keys(APP, HOME, accept.join_nonce, DevNonce.from_int(1))
    assert unwrap(bytes.fromhex(joined["AppSKey"]["AESKey"]), KEK) == keys.app_s_key


async def test_the_app_s_key_goes_with_the_join_accept_as_the_peer_is_set(
    db: Database, vault: Vault, admin: Caller, device: Device
) -> None:
    network = await a_network(db, vault, admin, app_s_key=v1.APP_S_KEY_CLEAR)
    in_clear = (await network.ask(join_req(join_request(1)))).words
    assert in_clear["AppSKey"]["KEKLabel"] == ""
    assert "SessionKeyID" not in in_clear  # ChirpStack would take the session for encrypted end to end
    withheld = {"peer_id": "network-one", "app_s_key": v1.APP_S_KEY_WITHHELD}
    request = v1.UpdatePeerRequest(peer=v1.Peer(**withheld), field_mask={"paths": ["app_s_key"]})  # type: ignore[arg-type]
    await PeerRegistry(db, vault).Update(request, a_call(admin))
    later = Network(db, vault)
    later.peer = (await later.book.peers()).everyone[0]
    to_ask_for = (await later.ask(join_req(join_request(2)))).words
    assert "AppSKey" not in to_ask_for
    assert len(to_ask_for["SessionKeyID"]) == 32


# ------------------------------------------------------------------ at home


async def test_where_nothing_is_set_the_home_is_this_cluster(
    db: Database, vault: Vault, maker: Caller, network: Network, device: Device
) -> None:
    await settle(db, vault, maker, v3.EndDevice(ids=device), "net_id")
    assert (await network.ask(join_req(join_request(1)))).result == "ActivationDisallowed"
    assert (await network.ask(home_ns_req())).result == "ActivationDisallowed"
    own = Network(db, vault, own=HOME)
    own.peer = network.peer
    assert (await own.ask(join_req(join_request(1)))).result == "Success"


async def test_the_home_of_the_application_holds_where_the_device_names_none(
    db: Database, vault: Vault, maker: Caller, network: Network, device: Device
) -> None:
    await settle(db, vault, maker, v3.EndDevice(ids=device), "net_id")
    settings = v3.ApplicationActivationSettings(home_net_id=bytes(HOME), application_server_id="as.example")
    request = v3.SetApplicationActivationSettingsRequest(
        application_ids=device.application_ids,
        settings=settings,
        field_mask={"paths": ["home_net_id", "application_server_id"]},
    )
    await ApplicationActivationSettingRegistry(db, vault).Set(request, a_call(maker))
    joined = await network.ask(join_req(join_request(1)))
    assert joined.result == "Success"
    assert (await network.ask(home_ns_req())).words["HNetID"] == "000013"
    assert (await network.ask(app_s_key_req(joined.words["SessionKeyID"]))).result == "Success"


async def test_the_app_s_key_is_for_the_application_server_of_the_device(
    db: Database, vault: Vault, maker: Caller, network: Network, device: Device
) -> None:
    part = v3.EndDevice(ids=device, application_server_id="somebody.else")
    await settle(db, vault, maker, part, "application_server_id")
    joined = await network.ask(join_req(join_request(1)))
    assert (await network.ask(app_s_key_req(joined.words["SessionKeyID"]))).result == "ActivationDisallowed"


async def test_1_1_tells_the_nsid_of_the_home(db: Database, vault: Vault, admin: Caller, device: Device) -> None:
    network = await a_network(db, vault, admin, ns_ids=[bytes.fromhex(NSID)])
    newer = {"ProtocolVersion": "1.1", "SenderNSID": NSID}
    assert (await network.ask(home_ns_req(**newer))).words["HNSID"] == NSID
    other = {**newer, "SenderNSID": "0000000000000001"}
    assert (await network.ask(home_ns_req(**other))).result == "UnknownSender"
