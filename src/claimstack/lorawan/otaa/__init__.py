"""Over-the-air activation: frames, integrity codes and keys of a join (LoRaWAN 1.0.x and 1.1).

A package of its own within the room, so that who only needs an EUI does not load a cipher.
"""

from claimstack.lorawan.otaa.aes import KeyCipher
from claimstack.lorawan.otaa.join_accept import (
    JoinAccept,
    JoinReqType,
    answer_to,
    seal,
    seal_1_1,
    unseal,
)
from claimstack.lorawan.otaa.join_request import JoinRequest
from claimstack.lorawan.otaa.key_wrap import unwrap, wrap
from claimstack.lorawan.otaa.rejoin_request import RejoinRequest
from claimstack.lorawan.otaa.replay import Replay, rejoin_replayed, remembering, replayed
from claimstack.lorawan.otaa.session_keys import (
    SessionKeys,
    derives_as_1_1,
    js_enc_key,
    js_int_key,
    root_key_of_1_0,
    session_keys,
    session_keys_1_1,
)

__all__ = [
    "JoinAccept",
    "JoinReqType",
    "JoinRequest",
    "KeyCipher",
    "RejoinRequest",
    "Replay",
    "SessionKeys",
    "answer_to",
    "derives_as_1_1",
    "js_enc_key",
    "js_int_key",
    "rejoin_replayed",
    "remembering",
    "replayed",
    "root_key_of_1_0",
    "seal",
    "seal_1_1",
    "session_keys",
    "session_keys_1_1",
    "unseal",
    "unwrap",
    "wrap",
]
