"""Sealing under the KEK and hashing with the pepper.

AES-256-GCM with a random 96-bit nonce in front of the ciphertext. The associated data names the place (table, JoinEUI,
DevEUI, field, KEK version), so that a sealed value copied to another row does not open. Keyed hashes (HMAC-SHA-256)
use a pepper that is itself sealed, with its version beside each hash.
"""

import hmac
import os
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from claimstack.storage import Database, Reader, Transaction
from claimstack.vault.kek import KekError, KekFile, signature
from claimstack.vault.secret import Secret

NONCE_BYTES = 12
PEPPER_BYTES = 32


class Sealed(NamedTuple):
    """A sealed value and the version of the KEK that opens it."""

    blob: bytes
    kek: int


class Vault:
    """Opens and seals; holds the KEK versions and the peppers in memory."""

    def __init__(self, keks: KekFile, peppers: dict[int, Secret]) -> None:
        self._season(peppers)
        self.use(keks)

    def _season(self, peppers: dict[int, Secret]) -> None:
        self._peppers = peppers
        self._hashes = {version: hmac.new(key.reveal(), digestmod="sha256") for version, key in peppers.items()}

    def use(self, keks: KekFile) -> None:
        """Take over another set of KEK versions (after a rotation)."""
        # Ciphers first: a thread that seals meanwhile must never know of a version without its cipher.
        self._ciphers = {version: AESGCM(key.reveal()) for version, key in keks.keys.items()}
        self.keks = keks
        self._seen = keks.seen

    def refresh_if_changed(self) -> bool:
        """Read the KEK file again if it was replaced since; servers do so every second.

        `KekError` when the file went missing or wrong: said once for each change, and the versions known so far stay.
        """
        seen = signature(self.keks.path)
        if seen == self._seen:
            return False
        self._seen = seen
        self.use(KekFile.load(self.keks.path))
        return True

    @property
    def pepper_version(self) -> int:
        """The pepper that new hashes are made with."""
        return max(self._peppers)

    def seal(self, secret: Secret, *place: str | bytes) -> Sealed:
        """Encrypt under the newest KEK; `place` is where it will stand: table, JoinEUI, DevEUI, field."""
        version = self.keks.newest
        nonce = os.urandom(NONCE_BYTES)
        return Sealed(
            nonce + self._ciphers[version].encrypt(nonce, secret.reveal(), _aad(place, version)),
            version,
        )

    def open(self, sealed: Sealed, *place: str | bytes) -> Secret:
        """Decrypt; `KekError` when the KEK version is unknown or the value is not the one sealed for this place."""
        if sealed.kek not in self._ciphers:
            self.refresh_if_changed()  # another process has rotated, less than a second ago
        cipher = self._ciphers.get(sealed.kek)
        if cipher is None:
            raise KekError(f"KEK version {sealed.kek} is not in {self.keks.path}")
        try:
            blob = bytes(sealed.blob)
            return Secret(cipher.decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], _aad(place, sealed.kek)))
        except InvalidTag:
            raise KekError("a sealed value does not open: wrong KEK, or moved from another place") from None

    def hash(self, secret: Secret, *context: bytes, pepper: int | None = None) -> bytes:
        """HMAC-SHA-256 of the context and the secret under a pepper (the newest by default); 32 bytes."""
        keyed = self._hashes[pepper or self.pepper_version].copy()
        for part in context:
            keyed.update(_framed(part))
        keyed.update(secret.reveal())
        return keyed.digest()

    def matches(self, secret: Secret, stored: bytes, pepper: int, *context: bytes) -> bool:
        """Whether the secret has this hash; in constant time."""
        return pepper in self._peppers and hmac.compare_digest(self.hash(secret, *context, pepper=pepper), stored)


def _framed(part: bytes) -> bytes:
    return len(part).to_bytes(2, "big") + part


def _aad(place: tuple[str | bytes, ...], version: int) -> bytes:
    framed: list[bytes] = []  # in one list: this runs twice for each device of an import
    for part in place:
        octets = part.encode() if isinstance(part, str) else part
        framed += (len(octets).to_bytes(2, "big"), octets)
    return b"".join(framed) + version.to_bytes(4, "big")


async def _peppers(reader: Reader) -> dict[int, Sealed]:
    rows = await reader.fetch("SELECT version, secret_sealed, secret_kek FROM pepper")
    return {row["version"]: Sealed(bytes(row["secret_sealed"]), row["secret_kek"]) for row in rows}


async def has_pepper(reader: Reader) -> bool:
    """Whether the database holds something sealed already."""
    return bool(await reader.fetchval("SELECT 1 FROM pepper"))


async def _keep_pepper(tx: Transaction, sealed: Sealed, now: int) -> None:
    await tx.execute(
        "INSERT INTO pepper (version, secret_sealed, secret_kek, created_at) VALUES (1, $1, $2, $3)"
        " ON CONFLICT (version) DO NOTHING",
        sealed.blob, sealed.kek, now,
    )  # fmt: skip


def _pepper_place(version: int) -> tuple[str, str]:
    return "pepper", str(version)


async def open_vault(db: Database, keks: KekFile, now: int) -> Vault:
    """Unwrap the peppers, making the first one in a new database; `KekError` when the KEK is not this database's."""
    vault = Vault(keks, {})
    if not await _peppers(db):
        random = Secret(os.urandom(PEPPER_BYTES))
        await db.transaction(_keep_pepper, vault.seal(random, *_pepper_place(1)), now)
    sealed = await _peppers(db)
    vault._season({version: vault.open(one, *_pepper_place(version)) for version, one in sealed.items()})
    return vault
