"""Signing up, as far as the registration mode lets one: an account and, unless an admin must approve it, a session."""

from typing import NamedTuple

from protovalidate import Validator

from claimstack.accounts import AccountPolicy, Draft, check_password, create_user
from claimstack.errors import ClaimstackError
from claimstack.identity import ANONYMOUS
from claimstack.identity.logins import SESSION_LIFE, find_login, start_session, throttle
from claimstack.identity.logins.throttle import TooMany
from claimstack.oauth.tokens import micros
from claimstack.storage import Database, Transaction
from claimstack.vault import Secret, Token, Vault, hash_password
from claimstack.wire import v3

_RULES = Validator()


class Wish(NamedTuple):
    """What was typed, and from where."""

    user_id: str
    email: str
    password: str
    invitation: str
    remote: str

    @property
    def user(self) -> v3.User:
        """The user to be, in the contract's words."""
        return v3.User(ids=v3.UserIdentifiers(user_id=self.user_id), primary_email_address=self.email)


class Account(NamedTuple):
    """The new account; `logged_in` unless an administrator must approve it first."""

    uid: str
    logged_in: bool


class NotSignedUp(NamedTuple):
    """What is wrong, by form field, in words for the person."""

    problems: dict[str, str]


USER_ID = "Use 2 to 36 small letters, digits and single dashes, beginning and ending with a letter or digit."
EMAIL = "Enter an email address such as you@example.com."
_REASONS = {
    "id_taken": ("user_id", "Somebody has this user ID already. Choose another."),
    "email_taken": ("email", "There is an account with this email address already."),
    "invitation_token_required": ("invitation", "Enter the invitation that you were sent."),
    "invitation_token_invalid": (
        "invitation",
        "The invitation is not good: used, expired, mistyped, or for another email address.",
    ),
    "user_registration_disabled": ("user_id", "Only administrators make accounts here."),
}


def problems_of(wish: Wish) -> dict[str, str]:
    """What the contract's rules and the password rules have against it, by form field."""
    broken = {path.elements[-1].field_name for one in _RULES.collect_violations(wish.user) if (path := one.proto.field)}
    problems = {"user_id": USER_ID} if broken & {"user_id", "ids"} else {}
    if not wish.email or "primary_email_address" in broken:
        problems["email"] = EMAIL
    try:
        check_password(wish.password, wish.user_id, wish.email)
    except ClaimstackError as error:
        problems["password"] = f"Choose another password: {error.attributes['reason']}."
    return problems


async def sign_up(
    db: Database, vault: Vault, policy: AccountPolicy, wish: Wish, fresh: Token, now: int
) -> Account | NotSignedUp | TooMany:
    """Make the account and, when it may be used at once, put the fresh session into force."""
    problems = problems_of(wish)
    if problems:
        return NotSignedUp(problems)
    too_many = await db.transaction(throttle.count, throttle.sign_up_subject(wish.remote), now)
    if too_many:
        return too_many
    draft = Draft(wish.user, await hash_password(Secret(wish.password.encode())), invitation=wish.invitation)
    try:
        return await db.transaction(_made, vault, policy, draft, fresh, now)
    except ClaimstackError as error:
        if error.name not in _REASONS:
            raise
        field, text = _REASONS[error.name]
        return NotSignedUp({field: text})


async def _made(tx: Transaction, vault: Vault, policy: AccountPolicy, draft: Draft, fresh: Token, now: int) -> Account:
    user = await create_user(tx, vault, policy, ANONYMOUS, draft, now)
    uid = user.ids.user_id
    row = await find_login(tx, uid)
    if row is None or user.state != v3.STATE_APPROVED:
        return Account(uid, logged_in=False)
    await start_session(tx, vault, row["id"], fresh, now + micros(SESSION_LIFE), now)
    return Account(uid, logged_in=True)
