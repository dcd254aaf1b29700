"""How often a password may be guessed: per account and address, per account, per address (NIST SP 800-63B §5.2.2).

An attempt is counted, and the count committed, before the password is looked at: a crash refunds nothing. Windows end
by themselves, so nobody is locked out for good; who types the right password gets the attempt back.
"""

from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from claimstack.errors import ResourceExhausted
from claimstack.identity.logins import store
from claimstack.storage import Database, Transaction
from claimstack.vault import Secret, Vault

MINUTE = 60 * 1_000_000


class Cap(NamedTuple):
    """At most that many attempts in a window (microseconds)."""

    attempts: int
    window: int


# The narrow cap stops a guesser; the wide ones stop many addresses on one account, and one address on many accounts,
# and are loose enough that an office behind one address, or an owner under attack, can still log in.
PAIR = Cap(10, 15 * MINUTE)
ACCOUNT = Cap(100, 60 * MINUTE)
REMOTE = Cap(200, 60 * MINUTE)
SIGN_UP = Cap(20, 60 * MINUTE)
FORGOTTEN = Cap(20, 60 * MINUTE)


class TooMany(NamedTuple):
    """No more attempts for that many seconds."""

    retry_after: int
    name: str = "too_many_attempts"


def subjects(vault: Vault, login: str, remote: str) -> dict[str, Cap]:
    """What an attempt counts against. What was typed is kept as a keyed hash: people type passwords there, too."""
    account = vault.hash(Secret(login.casefold().encode()), b"login").hex()[:32]
    network = _network(remote)
    return {
        f"login:pair:{account}:{network}": PAIR,
        f"login:remote:{network}": REMOTE,
        f"login:account:{account}": ACCOUNT,
    }


def sign_up_subject(remote: str) -> dict[str, Cap]:
    """What a sign-up counts against: it tells which user ids and addresses are taken."""
    return {f"login:sign-up:{_network(remote)}": SIGN_UP}


def forgotten_subject(remote: str) -> dict[str, Cap]:
    """What a request for a temporary password counts against: each may send a letter to somebody."""
    return {f"login:forgotten:{_network(remote)}": FORGOTTEN}


def _network(remote: str) -> str:
    """The address; of IPv6 the /64, which one household or server has for itself."""
    try:
        address = ip_address(remote)
    except ValueError:
        return remote[:64]
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))


async def count(tx: Transaction, against: dict[str, Cap], now: int) -> TooMany | None:
    """Count one attempt, narrow subjects first; `TooMany` when a cap was reached before it.

    Wider subjects are then left alone: a guesser who has run into the narrow cap does not use up the owner's.
    """
    for subject, cap in against.items():
        row = await store.count_attempt(tx, subject, now, cap.window)
        if row["attempts"] > cap.attempts:
            left: int = row["window_started_at"] + cap.window - now
            return TooMany(left // 1_000_000 + 1)
    return None


async def admit(db: Database, against: dict[str, Cap], now: int) -> None:
    """Count one attempt in a transaction of its own; `too_many_attempts` (ResourceExhausted, with a retry hint)."""
    too_many = await db.transaction(count, against, now)
    if too_many is not None:
        text = "too many attempts: try again later"
        raise ResourceExhausted("pkg/identityserver", too_many.name, text).after(too_many.retry_after)


async def refund(db: Database, against: dict[str, Cap]) -> None:
    """Give an attempt back that turned out to be right."""
    await db.transaction(store.refund_attempts, list(against))
