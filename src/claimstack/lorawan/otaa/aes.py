"""AES-128 as LoRaWAN uses it: CMAC for message integrity codes, single blocks for all else.

Setting up a key costs more than using it, so one object serves all that one join needs of a key.
"""

from __future__ import annotations

import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.cmac import CMAC

from claimstack.lorawan.keys import AES128Key

MIC_LENGTH = 4
BLOCK_LENGTH = 16


class KeyCipher:
    """A key made ready. Not to be shared between threads."""

    __slots__ = ("_cipher", "_cmac", "_encryptor")

    def __init__(self, key: AES128Key) -> None:
        algorithm = AES128(bytes(key))
        self._cmac = CMAC(algorithm)
        # ECB is what the standard says: no block is ever encrypted twice under one key.
        self._cipher = Cipher(algorithm, modes.ECB())  # noqa: S305
        self._encryptor = self._cipher.encryptor()

    def mic(self, message: bytes) -> bytes:
        """The first 4 bytes of AES-CMAC (RFC 4493)."""
        cmac = self._cmac.copy()
        cmac.update(message)
        return cmac.finalize()[:MIC_LENGTH]

    def verifies(self, message: bytes, mic: bytes) -> bool:
        """Whether `mic` belongs to the message; the time taken tells nothing."""
        return hmac.compare_digest(self.mic(message), mic)

    def encrypt(self, blocks: bytes) -> bytes:
        """Encrypt whole blocks of 16 bytes."""
        return self._encryptor.update(blocks)

    def decrypt(self, blocks: bytes) -> bytes:
        """Decrypt whole blocks of 16 bytes."""
        return self._cipher.decryptor().update(blocks)

    def derive(self, *parts: bytes) -> AES128Key:
        """The key that one block makes: the parts in order, padded with zeros (1.1, 6.1.1.4)."""
        return AES128Key(self.encrypt(b"".join(parts).ljust(BLOCK_LENGTH, b"\x00")))
