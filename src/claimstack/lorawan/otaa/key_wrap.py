"""Keys in envelopes: AES key wrap (RFC 3394) under a KEK shared by two servers (TS002)."""

from __future__ import annotations

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from claimstack.lorawan.keys import AES128Key


def wrap(key: AES128Key, kek: bytes) -> bytes:
    """The key in 24 bytes; ValueError if the KEK has not 16, 24 or 32."""
    return aes_key_wrap(kek, bytes(key))


def unwrap(wrapped: bytes, kek: bytes) -> AES128Key:
    """The key out of its 24 bytes; ValueError if this KEK did not wrap it or it is no AES-128 key."""
    try:
        return AES128Key(aes_key_unwrap(kek, wrapped))
    except InvalidUnwrap:
        raise ValueError("wrapped key: expected one that was wrapped under this KEK") from None
