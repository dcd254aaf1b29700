"""Session keys and the Join Server's own keys (LoRaWAN 1.0.4 6.2.6, 1.1 6.1.1.4 and 6.2.3).

Each is one encrypted block: a number that says which, then what is unique to the join.
"""

from __future__ import annotations

from typing import NamedTuple

from claimstack.lorawan.eui import DevEUI, JoinEUI
from claimstack.lorawan.keys import AES128Key
from claimstack.lorawan.mac_version import MACVersion
from claimstack.lorawan.net_id import NetID
from claimstack.lorawan.nonces import DevNonce, JoinNonce, RJCount
from claimstack.lorawan.otaa.aes import KeyCipher

GENERATED = "ttn-lw-cli-generated"
"""The id of root keys that `ttn-lw-cli` made, both or one, whatever the version."""


class SessionKeys(NamedTuple):
    """The keys of one session. In 1.0.x the three network keys are one, called NwkSKey."""

    f_nwk_s_int_key: AES128Key
    s_nwk_s_int_key: AES128Key
    nwk_s_enc_key: AES128Key
    app_s_key: AES128Key


def session_keys(root_key: KeyCipher, net_id: NetID, join_nonce: JoinNonce, dev_nonce: DevNonce) -> SessionKeys:
    """Keys for a 1.0.x device (AppKey), or a 1.1 device answered with OptNeg 0 (NwkKey).

    `net_id` is the one in the join-accept.
    """
    rest = join_nonce.to_air() + net_id.to_air() + dev_nonce.to_air()
    nwk_s_key = root_key.derive(b"\x01", rest)
    return SessionKeys(nwk_s_key, nwk_s_key, nwk_s_key, root_key.derive(b"\x02", rest))


def session_keys_1_1(
    nwk_key: KeyCipher,
    app_key: KeyCipher,
    join_eui: JoinEUI,
    join_nonce: JoinNonce,
    nonce: DevNonce | RJCount,
) -> SessionKeys:
    """Keys for a 1.1 device answered with OptNeg 1; after a rejoin `nonce` is its RJcount."""
    rest = join_nonce.to_air() + join_eui.to_air() + nonce.to_air()
    return SessionKeys(
        f_nwk_s_int_key=nwk_key.derive(b"\x01", rest),
        s_nwk_s_int_key=nwk_key.derive(b"\x03", rest),
        nwk_s_enc_key=nwk_key.derive(b"\x04", rest),
        app_s_key=app_key.derive(b"\x02", rest),
    )


def js_int_key(nwk_key: KeyCipher, dev_eui: DevEUI) -> AES128Key:
    """JSIntKey: signs rejoin-requests of type 1 and the answers of 1.1. Lives as long as NwkKey."""
    return nwk_key.derive(b"\x06", dev_eui.to_air())


def js_enc_key(nwk_key: KeyCipher, dev_eui: DevEUI) -> AES128Key:
    """JSEncKey: encrypts the answers to rejoin-requests. Lives as long as NwkKey."""
    return nwk_key.derive(b"\x05", dev_eui.to_air())


def derives_as_1_1(version: MACVersion, *, opt_neg: bool) -> bool:
    """Whether a join uses the keys of 1.1: both the device and the network must speak it.

    A 1.0.x device does not look at OptNeg; a 1.1 device looks at nothing else.
    """
    return version.has_two_root_keys() and opt_neg


def root_key_of_1_0(app_key: AES128Key | None, nwk_key: AES128Key | None, root_key_id: str = "") -> AES128Key | None:
    """The one root key of a join by the rules of 1.0.x; None when there is none.

    A device that has both is a 1.1 device, and that takes NwkKey for everything (1.1, 6.1.1.3); but one client made
    both for any device, and then a 1.0.x device was given the AppKey.
    """
    if root_key_id == GENERATED:
        return app_key or nwk_key
    return nwk_key or app_key
