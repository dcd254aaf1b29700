"""What an attempt finds in the database, put into the words of the rule."""

import hmac
from typing import Any, NamedTuple

from claimstack.audit import START, Link
from claimstack.claiming.attempts import Tally
from claimstack.claiming.authorization import ClaimAuthorization, StoredKey
from claimstack.claiming.gate.attempt import Attempt
from claimstack.claiming.gate.found import Found
from claimstack.claiming.gate.handover import joins
from claimstack.claiming.ledger import Entry, LastHop, last_of
from claimstack.claiming.verdict import Facts
from claimstack.claiming.window import ValidityWindow
from claimstack.vault import Vault

NO_HASH = bytes(32)


class Finding(NamedTuple):
    """The row of one attempt. Without such a device `end_device` is None and the rest says nothing."""

    end_device: int | None
    application: int
    application_uid: str
    uid: str
    epoch: int
    code_hash: bytes | None
    pepper: int
    last: LastHop
    row: Found

    @classmethod
    def in_row(cls, row: Found) -> "Finding":
        """From the row of `store.findings`."""
        return cls(
            end_device=row.end_device,
            application=row.application or 0,
            application_uid=row.application_uid or "",
            uid=row.uid or "",
            epoch=row.epoch or 0,
            code_hash=_octets(row.code_hash),
            pepper=row.pepper or 0,
            last=_last(row) if row.sequence else NEVER,
            row=row,
        )

    def after(self, entry: Entry) -> "Finding":
        """What the next attempt finds once this hop was made and the code burnt."""
        hop = entry.hop
        return self._replace(
            application=hop.target_application,
            application_uid=hop.target_application_uid,
            uid=hop.target_device_uid,
            epoch=hop.epoch,
            code_hash=None,
            last=last_of(entry),
        )

    def presented(self, vault: Vault, attempt: Attempt) -> bytes:
        """The hash of the code that the attempt presents, under the pepper of the one to compare with."""
        pepper = self.pepper if self.code_hash is not None else self.last.pepper
        return vault.hash(attempt.code, attempt.dev_eui, pepper=pepper or None)

    def is_answered(self, attempt: Attempt, presented: bytes) -> bool:
        """Whether this attempt succeeded before and only its answer was lost."""
        same = hmac.compare_digest(self.last.code_hash or NO_HASH, presented)
        current = self.last.epoch == self.epoch and self.end_device is not None
        return same and current and self.last.is_answer_to(attempt.claimer, attempt.target, attempt.wish)

    def facts(self, attempt: Attempt, presented: bytes) -> Facts:
        """What the rule is told. An unknown device costs the same comparisons."""
        row = self.row
        return Facts(
            now=attempt.now,
            known=self.end_device is not None,
            joins=joins(_octets(row.network_body), bool(row.network_state)),
            has_code=self.code_hash is not None,
            code_right=hmac.compare_digest(self.code_hash or NO_HASH, presented),
            code_spent=hmac.compare_digest(self.last.code_hash or NO_HASH, presented),
            window=ValidityWindow(row.valid_from, row.valid_to),
            authorization=_authorization(row),
        )

    @property
    def audit_end(self) -> Link:
        """Where the audit of this EUI pair ends."""
        return Link(self.row.audit_sequence, bytes(self.row.audit_hash)) if self.row.audit_sequence else START

    def device_failures(self) -> Tally:
        """The failures of this EUI pair."""
        return Tally(self.row.device_began_at or 0, self.row.device_failures or 0)

    def claimer_failures(self) -> Tally:
        """The failures of this claimer."""
        return Tally(self.row.claimer_began_at or 0, self.row.claimer_failures or 0)


NEVER = LastHop()


def _octets(value: Any) -> bytes | None:
    return None if value is None else bytes(value)


def _last(row: Found) -> LastHop:
    return LastHop(
        Link(row.sequence, bytes(row.hash)),
        row.hop_epoch,
        row.claimer,
        row.source_device_uid,
        row.target_application,
        row.target_device_uid,
        bytes(row.spent_hash or b""),
        row.spent_pepper or 0,
    )


def _authorization(row: Found) -> ClaimAuthorization:
    key = None if row.key_rights is None else StoredKey(row.key_rights, row.key_expires_at)
    return ClaimAuthorization(row.authorized is not None, key, row.application_deleted_at is not None)
