"""Every shared vector of joins: what other implementations and the standard's formulas give.

Values in the file are most significant byte first unless they are frames or codes of frames.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from claimstack.lorawan import AES128Key, DevAddr, DevEUI, DevNonce, JoinEUI, JoinNonce, NetID, RJCount
from claimstack.lorawan.otaa import (
    JoinAccept,
    JoinReqType,
    JoinRequest,
    KeyCipher,
    RejoinRequest,
    answer_to,
    js_enc_key,
    js_int_key,
    seal,
    seal_1_1,
    session_keys,
    session_keys_1_1,
    unseal,
    unwrap,
    wrap,
)

Vector = dict[str, Any]
VECTORS: list[Vector] = json.loads(
    (Path(__file__).parent.parent.parent / "vectors" / "join_vectors.json").read_bytes()
)["vectors"]


def of_kind(*kinds: str, normative: bool = True) -> pytest.MarkDecorator:
    chosen = [v for v in VECTORS if v["kind"] in kinds and v.get("normative", True) is normative]
    assert chosen, f"no vector of kind {kinds}"
    return pytest.mark.parametrize("vector", chosen, ids=lambda vector: str(vector["id"]))


def cipher(text: str) -> KeyCipher:
    return KeyCipher(AES128Key.from_hex(text))


def accept_of(given: Vector) -> JoinAccept:
    return JoinAccept(
        JoinNonce.from_hex(given["join_nonce"]),
        NetID.from_hex(given["net_id"]),
        DevAddr.from_hex(given["dev_addr"]),
        int(given["dl_settings"], 16),
        int(given["rx_delay"], 16),
        bytes.fromhex(given.get("cf_list", "")),
    )


def test_all_57_vectors_are_here_and_each_kind_has_a_test() -> None:
    assert len(VECTORS) == 57
    source = Path(__file__).read_text()
    assert [v["kind"] for v in VECTORS if f'of_kind("{v["kind"]}"' not in source] == []


@of_kind("join_request_mic")
def test_a_join_request_is_signed(vector: Vector) -> None:
    given, expected = vector["in"], vector["out"]
    request = JoinRequest.signed(
        JoinEUI.from_hex(given["join_eui"]),
        DevEUI.from_hex(given["dev_eui"]),
        DevNonce.from_hex(given["dev_nonce"]),
        cipher(given["key"]),
    )
    assert (request.mic.hex(), bytes(request).hex()) == (expected["mic"], expected["phy_payload"])


@of_kind("join_request_check")
def test_a_join_request_is_checked(vector: Vector) -> None:
    given, expected = vector["in"], vector["out"]
    request = JoinRequest.from_bytes(bytes.fromhex(given["phy_payload"]))
    assert request.mic.hex() == expected["mic_in_frame"]
    assert cipher(given["key"]).mic(bytes(request)[:-4]).hex() == expected["mic_computed"]
    assert request.is_signed_by(cipher(given["key"])) is expected["accept"]


@of_kind("join_request_parse")
def test_a_join_request_is_read(vector: Vector) -> None:
    frame = bytes.fromhex(vector["in"]["phy_payload"])
    request, expected = JoinRequest.from_bytes(frame), vector["out"]
    assert request == JoinRequest(
        JoinEUI.from_hex(expected["join_eui"]),
        DevEUI.from_hex(expected["dev_eui"]),
        DevNonce.from_hex(expected["dev_nonce"]),
        bytes.fromhex(expected["mic"]),
    )
    assert bytes(request) == frame


@of_kind("rejoin_request_mic")
def test_a_rejoin_request_is_signed_read_and_checked(vector: Vector) -> None:
    given, expected = vector["in"], vector["out"]
    home = JoinEUI.from_hex(given["join_eui"]) if given["rejoin_type"] == 1 else NetID.from_hex(given["net_id"])
    key = cipher(given["key"])
    request = RejoinRequest.signed(
        given["rejoin_type"], home, DevEUI.from_hex(given["dev_eui"]), RJCount.from_hex(given["rj_count"]), key
    )
    assert (request.mic.hex(), bytes(request).hex()) == (expected["mic"], expected["phy_payload"])
    assert RejoinRequest.from_bytes(bytes(request)) == request
    assert request.is_signed_by(key)


@of_kind("join_accept_10")
def test_a_join_accept_of_1_0_is_sealed_and_opened(vector: Vector) -> None:
    accept, key, expected = accept_of(vector["in"]), cipher(vector["in"]["key"]), vector["out"]
    frame = seal(accept, key)
    assert frame.hex() == expected["phy_payload"]
    assert bytes(accept).hex() + expected["mic"] == expected["plain_with_mic"]
    assert unseal(frame, key) == (accept, bytes.fromhex(expected["mic"]))


@of_kind("join_accept_11")
def test_a_join_accept_of_1_1_is_sealed_and_opened(vector: Vector) -> None:
    given, expected = vector["in"], vector["out"]
    kind = JoinReqType(int(given["join_req_type"], 16))
    if "nwk_key" in given:
        nwk_key, dev_eui = cipher(given["nwk_key"]), DevEUI.from_hex(given["dev_eui"])
        signing = KeyCipher(js_int_key(nwk_key, dev_eui))
        encrypting = nwk_key if kind is JoinReqType.JOIN else KeyCipher(js_enc_key(nwk_key, dev_eui))
    else:
        signing, encrypting = cipher(given["js_int_key"]), cipher(given["enc_key"])
    nonce = DevNonce.from_hex(given["dev_nonce"])
    accept = accept_of(given)
    frame = seal_1_1(accept, answer_to(kind, JoinEUI.from_hex(given["join_eui"]), nonce), signing, encrypting)
    assert frame.hex() == expected["phy_payload"]
    assert unseal(frame, encrypting) == (accept, bytes.fromhex(expected["mic"]))


@of_kind("join_accept_crypt")
def test_a_join_accept_is_encrypted_by_decrypting(vector: Vector) -> None:
    key, plain = cipher(vector["in"]["key"]), bytes.fromhex(vector["in"]["decrypted"])
    encrypted = bytes.fromhex(vector["out"]["encrypted"])
    assert key.decrypt(plain) == encrypted
    assert key.encrypt(encrypted) == plain


@of_kind("join_accept_decrypt_10")
def test_a_join_accept_is_opened_as_the_device_does(vector: Vector) -> None:
    key, expected = cipher(vector["in"]["key"]), vector["out"]
    accept, mic = unseal(bytes.fromhex(vector["in"]["phy_payload"]), key)
    assert accept == accept_of(expected)
    assert mic.hex() == expected["mic"]
    assert key.verifies(bytes(accept), mic) is expected["mic_ok"]


@of_kind("session_keys_10")
def test_session_keys_of_1_0(vector: Vector) -> None:
    given, expected = vector["in"], vector["out"]
    keys = session_keys(
        cipher(given["key"]),
        NetID.from_hex(given["net_id"]),
        JoinNonce.from_hex(given["join_nonce"]),
        DevNonce.from_hex(given["dev_nonce"]),
    )
    nwk_s_key = AES128Key.from_hex(expected["nwk_s_key"])
    assert keys.f_nwk_s_int_key == keys.s_nwk_s_int_key == keys.nwk_s_enc_key == nwk_s_key
    assert keys.app_s_key == AES128Key.from_hex(expected["app_s_key"])


@of_kind("session_keys_11")
def test_session_keys_of_1_1(vector: Vector) -> None:
    given, expected = vector["in"], vector["out"]
    keys = session_keys_1_1(
        cipher(given["nwk_key"]),
        cipher(given["app_key"]),
        JoinEUI.from_hex(given["join_eui"]),
        JoinNonce.from_hex(given["join_nonce"]),
        DevNonce.from_hex(given["dev_nonce"]),
    )
    assert {name: bytes(getattr(keys, name)).hex() for name in expected} == expected


@of_kind("session_keys_11", normative=False)
def test_a_net_id_cannot_stand_in_the_place_of_a_join_eui(vector: Vector) -> None:
    # Another library derives keys that way; no device does.
    with pytest.raises(ValueError, match="JoinEUI: expected 16 hexadecimal digits, got 6"):
        JoinEUI.from_hex(vector["in"]["join_eui"])


@of_kind("session_keys_legacy4", normative=False)
def test_a_rejoin_is_not_answered_with_four_keys_of_the_1_0_block(vector: Vector) -> None:
    given, trap = vector["in"], vector["out"]
    key, join_nonce = cipher(given["key"]), JoinNonce.from_hex(given["join_nonce"])
    count = RJCount.from_hex(given["dev_nonce"])
    keys = session_keys_1_1(key, key, JoinEUI.from_hex("0807060504030201"), join_nonce, count)
    assert [name for name in trap if bytes(getattr(keys, name)).hex() == trap[name]] == []


@of_kind("js_keys")
def test_the_join_servers_own_keys(vector: Vector) -> None:
    nwk_key, dev_eui = cipher(vector["in"]["nwk_key"]), DevEUI.from_hex(vector["in"]["dev_eui"])
    assert bytes(js_int_key(nwk_key, dev_eui)).hex() == vector["out"]["js_int_key"]
    assert bytes(js_enc_key(nwk_key, dev_eui)).hex() == vector["out"]["js_enc_key"]


@of_kind("key_wrap")
def test_a_key_is_wrapped_and_unwrapped(vector: Vector) -> None:
    octets, kek = bytes.fromhex(vector["in"]["key"]), bytes.fromhex(vector["in"]["kek"])
    wrapped = bytes.fromhex(vector["out"]["wrapped"])
    if len(octets) != 16:
        # RFC 3394 also wraps longer keys; in an envelope of ours there can be none.
        with pytest.raises(ValueError, match=f"expected 16 bytes, got {len(octets)}"):
            unwrap(wrapped, kek)
        return
    assert wrap(AES128Key(octets), kek) == wrapped
    assert unwrap(wrapped, kek) == AES128Key(octets)


@of_kind("key_wrap_error")
def test_what_is_no_wrapped_key_is_refused(vector: Vector) -> None:
    octets, kek = bytes.fromhex(vector["in"]["data"]), bytes.fromhex(vector["in"]["kek"])
    if vector["in"]["op"] == "unwrap":
        with pytest.raises(ValueError, match="wrapped under this KEK"):
            unwrap(octets, kek)
    else:
        with pytest.raises(ValueError, match="expected 16 bytes, got 8"):
            AES128Key(octets)
