"""Joins by LoRaWAN Backend Interfaces, as a Network Server sees them; and every result that a bad message gets."""

from typing import Any

import pytest

from claimstack.lorawan import AES128Key, DevNonce, NetID
from claimstack.lorawan.otaa import KeyCipher, session_keys, unseal
from claimstack.storage import Database
from claimstack.vault import Vault
from claimstack.vault.rewrap import unopenable
from claimstack.wire import v3
from tests.support.devices import APP_KEY, DEV_EUI, numbered
from tests.support.joining import HOME, NSID, Network, app_s_key_req, home_ns_req, join_req, join_request

Device = v3.EndDeviceIdentifiers


async def written(db: Database) -> tuple[int, int]:
    """Rows of nonces and sessions."""
    nonces = await db.fetchval("SELECT count(*) FROM nonce_history")
    return nonces, await db.fetchval("SELECT count(*) FROM join_session")


async def test_a_device_joins(network: Network, device: Device) -> None:
    reply = await network.ask(join_req(join_request(1)))
    assert (reply.status, reply.result) == (200, "Success")
    cipher = KeyCipher(AES128Key(APP_KEY))
    accept, mic = unseal(bytes.fromhex(reply.words["PHYPayload"]), cipher)
    assert cipher.verifies(bytes(accept), mic)
    assert (int(accept.join_nonce), accept.net_id, str(accept.dev_addr)) == (1, HOME, "26000001")
    keys = session_keys(cipher, HOME, accept.join_nonce, DevNonce.from_int(1))
    assert reply.words["NwkSKey"] == {"KEKLabel": "", "AESKey": bytes(keys.f_nwk_s_int_key).hex().upper()}
    assert len(reply.words["SessionKeyID"]) == 32
    assert reply.words["Lifetime"] == 0
    assert "AppSKey" not in reply.words


async def test_the_answer_turns_the_header_round(network: Network, device: Device) -> None:
    words = (await network.ask(join_req(join_request(1), SenderToken="0a0b", ReceiverID="0x70b3d57ed0000000"))).words
    expected = {
        "ProtocolVersion": "1.0",
        "TransactionID": 7,
        "MessageType": "JoinAns",
        "SenderID": "70B3D57ED0000000",
        "ReceiverID": "000013",
        "ReceiverToken": "0a0b",
    }
    assert expected.items() <= words.items()
    assert "ReceiverNSID" not in words


async def test_1_1_speaks_of_nsids(network: Network, device: Device) -> None:
    words = (await network.ask(join_req(join_request(1), ProtocolVersion="1.1", SenderNSID=NSID.lower()))).words
    assert words["Result"]["ResultCode"] == "Success"
    assert (words["ProtocolVersion"], words["ReceiverNSID"]) == ("1.1", NSID)


async def test_every_join_has_another_join_nonce_and_session(network: Network, device: Device) -> None:
    replies = [await network.ask(join_req(join_request(nonce))) for nonce in (9, 3, 27)]
    accepts = [unseal(bytes.fromhex(r.words["PHYPayload"]), KeyCipher(AES128Key(APP_KEY)))[0] for r in replies]
    assert [int(accept.join_nonce) for accept in accepts] == [1, 2, 3]
    assert len({reply.words["SessionKeyID"] for reply in replies}) == 3


@pytest.mark.parametrize("spelt", [str.upper, str.lower, lambda text: f"0x{text}"])
async def test_hexadecimal_may_be_spelt_as_in_the_field(network: Network, device: Device, spelt: Any) -> None:
    words = join_req(join_request(1), CFList="00" * 16)
    for name in ("SenderID", "ReceiverID", "PHYPayload", "DevEUI", "DevAddr", "DLSettings", "CFList"):
        words[name] = spelt(words[name])
    assert (await network.ask(words)).result == "Success"


@pytest.mark.parametrize("version", ["1.0", "1.0.0", "1.0.1", "1.0.2", "1.0.3", "1.0.4"])
async def test_every_version_of_1_0_joins(network: Network, device: Device, version: str) -> None:
    reply = await network.ask(join_req(join_request(0), MACVersion=version, DLSettings="80", CFList=None))
    assert (reply.result, "NwkSKey" in reply.words) == ("Success", True)


# ------------------------------------------------------------------ refused


@pytest.mark.parametrize(
    ("change", "result"),
    [
        ({"PHYPayload": join_request(1, key=bytes(16)).hex()}, "MICFailed"),
        ({"DevEUI": numbered(1).hex(), "PHYPayload": join_request(1, dev_eui=numbered(1)).hex()}, "UnknownDevEUI"),
        ({"DevEUI": numbered(1).hex()}, "MalformedRequest"),
        ({"DevEUI": "00" * 8}, "MalformedRequest"),
        ({"PHYPayload": "00" * 22}, "FrameSizeError"),
        ({"PHYPayload": "40" + "00" * 22}, "MalformedRequest"),
        ({"PHYPayload": "no hex"}, "MalformedRequest"),
        ({"PHYPayload": None}, "MalformedRequest"),
        ({"ProtocolVersion": "2.0"}, "InvalidProtocolVersion"),
        ({"ProtocolVersion": None}, "InvalidProtocolVersion"),
        ({"SenderID": "000014"}, "UnknownSender"),
        ({"SenderID": "0013"}, "MalformedRequest"),
        ({"SenderNSID": NSID}, "MalformedRequest"),
        ({"ProtocolVersion": "1.1"}, "MalformedMessage"),
        ({"ReceiverID": "FFFFFFFFFFFFFFFF"}, "UnkownReceiver"),
        ({"ReceiverID": "70B3D57ED0000001"}, "MalformedRequest"),
        ({"TransactionID": -1}, "MalformedRequest"),
        ({"TransactionID": "7"}, "MalformedRequest"),
        ({"TransactionID": True}, "MalformedRequest"),
        ({"RxDelay": 16}, "MalformedRequest"),
        ({"RxDelay": "5"}, "MalformedRequest"),
        ({"DLSettings": "0000"}, "MalformedRequest"),
        ({"DevAddr": "260000"}, "MalformedRequest"),
        ({"CFList": "00" * 15}, "MalformedRequest"),
        ({"MACVersion": "2.0"}, "JoinReqFailed"),
        ({"MACVersion": 1}, "MalformedRequest"),
        ({"MACVersion": "1.1"}, "JoinReqFailed"),
        ({"MessageType": "PRStartReq"}, "MalformedRequest"),
        ({"MessageType": "PRStartReq", "ProtocolVersion": "1.1", "SenderNSID": NSID}, "MalformedMessage"),
        ({"MessageType": None}, "MalformedRequest"),
        ({"SenderID": ["000013"]}, "MalformedRequest"),
    ],
)
async def test_a_message_that_cannot_be_served_says_so_and_writes_nothing(
    db: Database, network: Network, device: Device, change: dict[str, Any], result: str
) -> None:
    reply = await network.ask(join_req(join_request(1), **change))
    assert (reply.status, reply.result) == (200, result)
    assert "PHYPayload" not in reply.words
    assert await written(db) == (0, 0)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 10_000, b'{"a":' * 5_000])
async def test_what_is_no_json_object_has_no_header_to_answer_to(network: Network, body: bytes) -> None:
    reply = await network.ask(body)
    assert (reply.status, reply.result) == (400, "MalformedRequest")


async def test_a_message_that_is_too_large_is_not_read(network: Network) -> None:
    reply = await network.ask(join_req(b"", Padding="x" * 40_000))
    assert (reply.status, reply.result) == (413, "MalformedRequest")


async def test_nobody_but_a_peer_is_answered(db: Database, network: Network, device: Device) -> None:
    network.peer = None
    reply = await network.ask(join_req(join_request(1)))
    assert (reply.status, reply.result) == (200, "UnknownSender")
    assert await written(db) == (0, 0)


async def test_only_post_is_answered(network: Network) -> None:
    assert (await network.ask(join_req(b""), "GET")).status == 405


async def test_an_answer_or_a_note_on_an_error_is_passed_over(network: Network) -> None:
    for kind in ("JoinAns", "ErrorNotification"):
        assert (await network.ask(join_req(b"", MessageType=kind))).words == {}


async def test_a_replay_is_refused_in_the_words_of_each_version(network: Network, device: Device) -> None:
    await network.ask(join_req(join_request(1)))
    assert (await network.ask(join_req(join_request(1)))).result == "JoinReqFailed"
    newer: dict[str, Any] = {"ProtocolVersion": "1.1", "SenderNSID": NSID}
    assert (await network.ask(join_req(join_request(1), **newer))).result == "FrameReplayed"


async def test_a_network_that_is_not_the_home_is_refused(network: Network, db: Database, device: Device) -> None:
    assert network.peer is not None
    network.peer = network.peer.__class__(**{**_fields(network.peer), "net_ids": frozenset({NetID.from_hex("000014")})})
    reply = await network.ask(join_req(join_request(1), SenderID="000014"))
    assert reply.result == "ActivationDisallowed"
    assert await written(db) == (0, 0)


def _fields(peer: Any) -> dict[str, Any]:
    return {name: getattr(peer, name) for name in peer.__slots__}


# ------------------------------------------------------------------ the other messages


async def test_the_application_server_fetches_the_app_s_key(network: Network, device: Device) -> None:
    joined = (await network.ask(join_req(join_request(1)))).words
    reply = await network.ask(app_s_key_req(joined["SessionKeyID"].lower()))
    accept, _ = unseal(bytes.fromhex(joined["PHYPayload"]), KeyCipher(AES128Key(APP_KEY)))
    keys = session_keys(KeyCipher(AES128Key(APP_KEY)), HOME, accept.join_nonce, DevNonce.from_int(1))
    assert reply.result == "Success"
    assert reply.words["AppSKey"] == {"KEKLabel": "", "AESKey": bytes(keys.app_s_key).hex().upper()}
    assert (reply.words["DevEUI"], reply.words["SessionKeyID"]) == (DEV_EUI.hex().upper(), joined["SessionKeyID"])


@pytest.mark.parametrize(
    ("change", "result"),
    [
        ({"SessionKeyID": "00" * 16}, "JoinReqFailed"),
        ({"DevEUI": numbered(1).hex()}, "UnknownDevEUI"),
        ({"SenderID": "other.example"}, "UnknownSender"),
        ({"SessionKeyID": None}, "MalformedRequest"),
    ],
)
async def test_an_app_s_key_is_not_told_to_everybody(
    network: Network, device: Device, change: dict[str, Any], result: str
) -> None:
    joined = (await network.ask(join_req(join_request(1)))).words
    assert (await network.ask(app_s_key_req(joined["SessionKeyID"], **change))).result == result


async def test_the_last_ten_sessions_are_remembered(network: Network, device: Device) -> None:
    ids = [(await network.ask(join_req(join_request(nonce)))).words["SessionKeyID"] for nonce in range(11)]
    results = [(await network.ask(app_s_key_req(one))).result for one in ids]
    assert results == ["JoinReqFailed", *["Success"] * 10]


async def test_where_a_device_is_at_home_is_told(network: Network, device: Device) -> None:
    reply = await network.ask(home_ns_req())
    assert (reply.result, reply.words["HNetID"]) == ("Success", "000013")
    assert "HNSID" not in reply.words
    assert (await network.ask(home_ns_req(DevEUI=numbered(1).hex()))).result == "UnknownDevEUI"


async def test_sessions_are_sealed_where_rotation_and_fsck_look(
    db: Database, vault: Vault, network: Network, device: Device
) -> None:
    words = (await network.ask(join_req(join_request(1)))).words
    row = await db.fetchrow("SELECT keys_sealed FROM join_session")
    assert row is not None
    assert bytes.fromhex(words["NwkSKey"]["AESKey"]) not in bytes(row["keys_sealed"])
    assert [one async for one in unopenable(db, vault)] == []
