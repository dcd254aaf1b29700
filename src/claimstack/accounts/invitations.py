"""Invitations: a one-time link for one mail address. Mailed where mail is configured, else shown to the sender."""

from claimstack.accounts import store
from claimstack.accounts.policy import MICROSECOND, AccountPolicy
from claimstack.errors import AlreadyExists, Invalid, NotFound
from claimstack.events import Event, post
from claimstack.identity import Caller, Page, Right, identifiers_of, require_admin, timestamp
from claimstack.identity.logins import OneTime
from claimstack.storage import Reader, Row, Transaction
from claimstack.vault import Vault
from claimstack.wire import v3

INVITATION = "invitation"


async def send_invitation(
    tx: Transaction, vault: Vault, policy: AccountPolicy, caller: Caller, email: str, random: bytes, now: int
) -> tuple[v3.Invitation, OneTime]:
    """Invite an address, for admins; the invitation (without its token) and the token, which is kept nowhere."""
    require_admin(caller)
    expires_at = now + policy.invitation_life // MICROSECOND
    hashed = OneTime.new(INVITATION, "0", random).hash(vault)
    await store.remove_old_invitation(tx, email, now)
    made = await store.add_invitation(tx, email, hashed, vault.pepper_version, caller.entity, expires_at, now)
    if made is None:
        text = "an invitation to this address is open already: delete it first"
        raise AlreadyExists("pkg/identityserver/store", "invitation_already_sent", text)
    visible = (int(Right.SEND_INVITES),)
    ids = identifiers_of("user", caller.uid)
    await post(tx, Event("user.invitation.create", now, "user", caller.entity, ids, visible))
    row = await store.invitation(tx, made)
    return (_words(row) if row else v3.Invitation()), OneTime.new(INVITATION, str(made), random)


async def list_invitations(reader: Reader, caller: Caller, page: Page) -> tuple[list[v3.Invitation], int]:
    """All invitations, open and accepted, without tokens; for admins."""
    require_admin(caller)
    rows, total = await store.invitations(reader, page)
    return [_words(row) for row in rows], total


async def delete_invitation(tx: Transaction, caller: Caller, email: str) -> None:
    """Take an invitation back; `invitation_not_found`."""
    require_admin(caller)
    if not await store.remove_invitation(tx, email):
        raise NotFound("pkg/identityserver/store", "invitation_not_found", "no invitation to this address")


async def accept_invitation(tx: Transaction, vault: Vault, text: str, user: v3.User, account: int, now: int) -> bool:
    """Spend an invitation for this new user; true: whoever came by it has shown that the address is theirs.

    `invitation_token_invalid` (InvalidArgument) when unknown, wrong, used, expired, or meant for another address.
    """
    token = OneTime.parse(INVITATION, text)
    row = await store.invitation(tx, int(token.id)) if token and token.id.isdecimal() else None
    if token is None or row is None or not token.matches(vault, bytes(row["token_hash"]), row["pepper"]):
        raise _invalid()
    if row["email"].lower() != user.primary_email_address.lower():
        raise _invalid()
    if not await store.spend_invitation(tx, row["id"], account, now):
        raise _invalid()
    return True


def _invalid() -> Invalid:
    text = "the invitation is used, expired, wrong, or for another mail address"
    return Invalid("pkg/identityserver", "invitation_token_invalid", text)


def _words(row: Row) -> v3.Invitation:
    invitation = v3.Invitation(
        email=row["email"],
        expires_at=timestamp(row["expires_at"]),
        created_at=timestamp(row["created_at"]),
        updated_at=timestamp(row["updated_at"]),
    )
    if row["accepted_at"] is not None:
        invitation.accepted_at.CopyFrom(timestamp(row["accepted_at"]))
    if row["accepted_by_uid"]:
        invitation.accepted_by.user_id = row["accepted_by_uid"]
    return invitation
