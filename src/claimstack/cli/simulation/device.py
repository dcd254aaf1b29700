"""The device of a simulated join: what it sends, and what it makes of the answer (LoRaWAN 1.0.4 §6.2, 1.1 §6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from claimstack.cli.client.failures import Failure
from claimstack.lorawan import AES128Key, DevEUI, DevNonce, JoinEUI, MACVersion
from claimstack.lorawan.otaa import (
    JoinAccept,
    JoinReqType,
    JoinRequest,
    KeyCipher,
    answer_to,
    derives_as_1_1,
    js_int_key,
    root_key_of_1_0,
    session_keys,
    session_keys_1_1,
    unseal,
)


def fingerprint(key: bytes) -> str:
    """The first 8 bytes of a key's SHA-256: enough to see that two are the same, and of no use otherwise."""
    return sha256(key).digest()[:8].hex()


@dataclass
class SimulatedDevice:
    """A device with its root keys."""

    join_eui: JoinEUI
    dev_eui: DevEUI
    version: MACVersion
    app_key: AES128Key | None
    nwk_key: AES128Key | None
    root_key_id: str = ""

    def _root_key(self) -> KeyCipher:
        key = self.nwk_key if self.version.has_two_root_keys() else self._of_1_0()
        if key is None or (self.version.has_two_root_keys() and self.app_key is None):
            raise Failure("no_root_keys", f"the device has no root keys for LoRaWAN {self.version}")
        return KeyCipher(key)

    def _of_1_0(self) -> AES128Key | None:
        return root_key_of_1_0(self.app_key, self.nwk_key, self.root_key_id)

    def request(self, dev_nonce: DevNonce) -> JoinRequest:
        """The join-request, signed."""
        return JoinRequest.signed(self.join_eui, self.dev_eui, dev_nonce, self._root_key())

    def takes(self, frame: bytes, dev_nonce: DevNonce) -> tuple[JoinAccept, dict[str, AES128Key]]:
        """The join-accept and the session keys; Failure when its MIC is wrong."""
        root_key = self._root_key()
        accept, mic = unseal(frame, root_key)
        if not derives_as_1_1(self.version, opt_neg=accept.opt_neg):
            self._check(root_key, bytes(accept), mic)
            keys = session_keys(root_key, accept.net_id, accept.join_nonce, dev_nonce)
            return accept, {"NwkSKey": keys.f_nwk_s_int_key, "AppSKey": keys.app_s_key}
        assert self.app_key is not None
        answers = answer_to(JoinReqType.JOIN, self.join_eui, dev_nonce)
        self._check(KeyCipher(js_int_key(root_key, self.dev_eui)), answers + bytes(accept), mic)
        app_key = KeyCipher(self.app_key)
        found = session_keys_1_1(root_key, app_key, self.join_eui, accept.join_nonce, dev_nonce)
        names = {"FNwkSIntKey": found.f_nwk_s_int_key, "SNwkSIntKey": found.s_nwk_s_int_key}
        return accept, {**names, "NwkSEncKey": found.nwk_s_enc_key, "AppSKey": found.app_s_key}

    def _check(self, cipher: KeyCipher, message: bytes, mic: bytes) -> None:
        if not cipher.verifies(message, mic):
            raise Failure("wrong_mic", "the device does not take the join-accept: its MIC is wrong")


def device_in(part: dict[str, Any], version: MACVersion) -> SimulatedDevice:
    """The device out of the Join Server's part as the API gives it."""
    ids, keys = part.get("ids", {}), part.get("root_keys", {})
    if not ids.get("dev_eui") or not ids.get("join_eui"):
        raise Failure("no_euis", "the device has no JoinEUI and DevEUI: it cannot join")
    found = {name: keys.get(name, {}).get("key") for name in ("app_key", "nwk_key")}
    octets = {name: AES128Key.from_hex(text) if text else None for name, text in found.items()}
    euis = JoinEUI.from_hex(ids["join_eui"]), DevEUI.from_hex(ids["dev_eui"])
    return SimulatedDevice(*euis, version, octets["app_key"], octets["nwk_key"], keys.get("root_key_id", ""))
