"""The opt-in of an application: its devices can be claimed while the API key that was handed over stays good.

Only the key's id is kept. The key must exist, be unexpired, belong to that application and keep the four device rights.
"""

from dataclasses import dataclass
from enum import StrEnum

from claimstack.identity.rights import Right, Rights

NEEDED = Rights.of(
    Right.APPLICATION_DEVICES_READ,
    Right.APPLICATION_DEVICES_WRITE,
    Right.APPLICATION_DEVICES_READ_KEYS,
    Right.APPLICATION_DEVICES_WRITE_KEYS,
)
"""What an authorization's key must be able to do: read and write devices and their keys."""


class Lapse(StrEnum):
    """Why an application's devices cannot be claimed."""

    APPLICATION_DELETED = "application_deleted"
    NOT_AUTHORIZED = "application_not_authorized"
    KEY_DELETED = "authorization_key_deleted"
    KEY_EXPIRED = "authorization_key_expired"
    KEY_RIGHTS = "authorization_key_rights"


@dataclass(frozen=True, slots=True)
class StoredKey:
    """The API key of an authorization as it is now; `expires_at` in microseconds."""

    rights: int
    expires_at: int | None = None

    def lapse(self, now: int) -> Lapse | None:
        """Why this key does not authorize claims at that moment; None when it does."""
        if self.expires_at is not None and self.expires_at <= now:
            return Lapse.KEY_EXPIRED
        return None if Rights(self.rights).covers(NEEDED) else Lapse.KEY_RIGHTS


@dataclass(frozen=True, slots=True)
class ClaimAuthorization:
    """An application's opt-in, as a claim finds it. `key` is None when the key is gone or is not the application's."""

    given: bool = False
    key: StoredKey | None = None
    application_deleted: bool = False

    def lapse(self, now: int) -> Lapse | None:
        """Why it does not hold at that moment; None when it does."""
        if self.application_deleted:
            return Lapse.APPLICATION_DELETED
        if not self.given:
            return Lapse.NOT_AUTHORIZED
        return Lapse.KEY_DELETED if self.key is None else self.key.lapse(now)
