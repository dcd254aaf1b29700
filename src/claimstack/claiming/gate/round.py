"""One look at a number of attempts, in their order, and all that follows from it, ready to be written.

Of several attempts at one device the first that is right wins; the others meet what it left, as if they came after.
"""

from collections import Counter

from claimstack.audit import AuditRecord, Link, device_chain
from claimstack.claiming.attempts import ClaimCaps, Tally, overall_subject
from claimstack.claiming.gate import handover, notices
from claimstack.claiming.gate.attempt import Attempt, Capped, Outcome, Owned, Taken, TargetGone
from claimstack.claiming.gate.finding import Finding
from claimstack.claiming.gate.found import Found
from claimstack.claiming.gate.store import Move, Refusals, grant, refuse
from claimstack.claiming.ledger import Entry, Hop
from claimstack.claiming.verdict import Reason, Refused, judge
from claimstack.events import Event
from claimstack.storage import Transaction
from claimstack.vault import Vault


class GateClosed(Exception):
    """Code, authorization or owner changed between look and gate: look again, in a new transaction."""


class Round:
    """Decides attempts and gathers what is to be written."""

    def __init__(self, vault: Vault, caps: ClaimCaps, now: int) -> None:
        self._vault, self._caps, self._now = vault, caps, now
        self._moves: list[Move] = []
        self._entries: list[Entry] = []
        self._told: list[Event] = []
        self._after: dict[int | None, tuple[Finding, Entry]] = {}
        self._moved_with_code: set[int] = set()
        self._names: set[tuple[int, str]] = set()
        self._tallies: dict[str, Tally] = {}
        self._overall: Counter[str] = Counter()
        self._records: list[AuditRecord] = []
        self._ends: dict[str, Link] = {}
        self._told_of_refusals: list[Event] = []

    def decide(self, attempt: Attempt, row: Found) -> Outcome | None:
        """How the attempt ends; None when that shows only once this round is written: the code was kept by another."""
        if row.end_device in self._moved_with_code:
            return None
        found = self._met(row)
        wait = self._wait(attempt, found)
        if wait is not None:
            return Capped(wait)
        if row.target_uid is None:
            return TargetGone()
        presented = found.presented(self._vault, attempt)
        if found.is_answered(attempt, presented):
            return Owned(row.target_uid, found.uid)
        verdict = judge(found.facts(attempt, presented))
        if isinstance(verdict, Refused):
            self._refuse(attempt, found, verdict.why)
            return verdict
        return self._grant(attempt, found, presented)

    def _met(self, row: Found) -> Finding:
        """What the attempt meets: the row, or what an attempt before it in this round left."""
        if row.end_device not in self._after:
            return Finding.in_row(row)
        found, entry = self._after[row.end_device]
        return found.after(entry)

    def _wait(self, attempt: Attempt, found: Finding) -> float | None:
        device = self._tallies.get(attempt.device_subject) or found.device_failures()
        claimer = self._tallies.get(attempt.claimer_subject) or found.claimer_failures()
        overall = found.row.overall_failures + self._overall.total()
        return self._caps.wait(device, claimer, overall, attempt.now)

    # ------------------------------------------------------------------ granted

    def _grant(self, attempt: Attempt, found: Finding, presented: bytes) -> Owned | Taken:
        uid = attempt.wish or found.uid
        if found.row.taken_by is not None or (attempt.target, uid) in self._names:
            return Taken(uid)
        entry = found.last.followed_by(hop_of(attempt, found, uid, presented))
        self._moves.append(move_of(attempt, found, uid, presented))
        self._entries.append(entry)
        self._told += notices.of_claim(entry.hop, attempt.correlation_id)
        self._names |= {(attempt.target, uid), (found.application, found.uid)}
        if attempt.burn:
            self._after[entry.hop.end_device] = found, entry
        else:
            self._moved_with_code.add(entry.hop.end_device)
        return Owned(entry.hop.target_application_uid, uid)

    # ------------------------------------------------------------------ refused

    def _refuse(self, attempt: Attempt, found: Finding, why: Reason) -> None:
        for subject, before, window in (
            (attempt.device_subject, found.device_failures(), self._caps.device_window),
            (attempt.claimer_subject, found.claimer_failures(), self._caps.claimer_window),
        ):
            self._tallies[subject] = self._tallies.get(subject, before).and_one(window, attempt.now)
        self._overall[overall_subject(attempt.dev_eui)] += 1
        record = _record(attempt, found, why)
        self._ends.setdefault(record.chain, found.audit_end)
        self._records.append(record)
        if found.end_device is not None:
            self._told_of_refusals.append(notices.of_refusal(record, found.epoch))

    # ------------------------------------------------------------------ writing

    async def write(self, tx: Transaction) -> None:
        """Write everything; `GateClosed` when the database decides otherwise."""
        if self._moves and not await grant(tx, self._moves, self._entries, self._told):
            raise GateClosed
        if self._records:
            refusals = Refusals(self._tallies, self._overall, self._records, self._ends, self._told_of_refusals)
            await refuse(tx, refusals, self._now, self._now - self._caps.overall_window)


def hop_of(attempt: Attempt, found: Finding, uid: str, presented: bytes) -> Hop:
    """The change of hands, once the gate opens."""
    return Hop(
        end_device=found.end_device or 0,
        epoch=found.epoch + 1,
        claimed_at=attempt.now,
        join_eui=attempt.join_eui,
        dev_eui=attempt.dev_eui,
        source_application=found.application,
        source_application_uid=found.application_uid,
        source_device_uid=found.uid,
        target_application=attempt.target,
        target_application_uid=found.row.target_uid or "",
        target_device_uid=uid,
        claimer=attempt.claimer,
        code_hash=presented,
        pepper=found.pepper,
        code_kept=not attempt.burn,
        root_keys_read=found.row.root_keys_read_at is not None,
    )


def move_of(attempt: Attempt, found: Finding, uid: str, presented: bytes) -> Move:
    """What the gate is asked to do."""
    identity_body, join_body = bytes(found.row.is_body), found.row.join_body
    return Move(
        end_device=found.end_device or 0,
        source=found.application,
        epoch=found.epoch,
        target=attempt.target,
        uid=uid,
        code_hash=presented,
        burn=attempt.burn,
        now=attempt.now,
        identity_body=handover.identity_part(identity_body, attempt.home),
        join_body=handover.join_part(None if join_body is None else bytes(join_body), attempt.home),
    )


def _record(attempt: Attempt, found: Finding, why: Reason) -> AuditRecord:
    known = found.end_device is not None
    return AuditRecord(
        chain=device_chain(attempt.join_eui, attempt.dev_eui),
        recorded_at=attempt.now,
        action="claim",
        outcome=why.value,
        application=found.application if known else None,
        application_uid=found.application_uid,
        end_device=found.end_device,
        device_uid=found.uid,
        join_eui=attempt.join_eui,
        dev_eui=attempt.dev_eui,
        actor=attempt.claimer,
        correlation_id=attempt.correlation_id,
    )
