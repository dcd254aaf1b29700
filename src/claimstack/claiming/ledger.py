"""The ledger: one row for each change of hands, append-only, hash-chained per end device, kept when things go.

Texts are snapshots. A new owner sees of the hops before its own only that and when there were any.
"""

from typing import NamedTuple

from claimstack.audit import START, Link


class Hop(NamedTuple):
    """One change of hands. `claimer` is `kind:surrogate:id`; moments are microseconds.

    `code_hash` (keyed, under that pepper) is of the code that was presented: by it a lost answer is found again. It is
    empty when the device was given back to its maker, which takes no code.
    `root_keys_read`: somebody had read the root keys in clear before.
    """

    end_device: int
    epoch: int
    claimed_at: int
    join_eui: bytes
    dev_eui: bytes
    source_application: int
    source_application_uid: str
    source_device_uid: str
    target_application: int
    target_application_uid: str
    target_device_uid: str
    claimer: str
    code_hash: bytes
    pepper: int
    code_kept: bool
    root_keys_read: bool


class Entry(NamedTuple):
    """A hop in its place: the rows of one device are numbered from 1."""

    hop: Hop
    sequence: int
    previous_hash: bytes
    hash: bytes


class LastHop(NamedTuple):
    """What a claim needs of the last ledger row of a device; sequence 0: it was never claimed."""

    link: Link = START
    epoch: int = 0
    claimer: str = ""
    source_device_uid: str = ""
    target_application: int = 0
    target_device_uid: str = ""
    code_hash: bytes = b""
    pepper: int = 0

    def is_answer_to(self, claimer: str, target: int, wish: str) -> bool:
        """Whether the same claimer asked for the same: into that application, under that id or none in particular."""
        asked = (self.claimer, self.target_application, self.target_device_uid)
        return asked == (claimer, target, wish or self.source_device_uid)

    def followed_by(self, hop: Hop) -> Entry:
        """The ledger row of the next hop."""
        after = self.link.next(*hop)
        return Entry(hop, after.sequence, self.link.hash, after.hash)


def last_of(entry: Entry) -> LastHop:
    """The same row, as the next claim sees it."""
    hop, link = entry.hop, Link(entry.sequence, entry.hash)
    target = hop.target_application, hop.target_device_uid
    return LastHop(link, hop.epoch, hop.claimer, hop.source_device_uid, *target, hop.code_hash, hop.pepper)
