"""Invitations."""

import asyncio

import pytest

from claimstack.accounts import UserInvitationRegistry, UserRegistry
from claimstack.errors import AlreadyExists, Invalid, NotFound, PermissionDenied, Unauthenticated
from claimstack.identity import ANONYMOUS, Caller, Right
from claimstack.storage import Database
from claimstack.vault import Vault
from claimstack.wire import v3
from tests.accounts.conftest import POLICY, CallOf, Postbox
from tests.support.people import with_rights

ADDRESS = "newcomer@example.org"
WEEK = 7 * 24 * 60 * 60 * 1_000_000


def to(email: str = ADDRESS) -> v3.SendInvitationRequest:
    return v3.SendInvitationRequest(email=email)


def sign_up(token: str, uid: str = "newcomer", email: str = ADDRESS) -> v3.CreateUserRequest:
    ids = v3.UserIdentifiers(user_id=uid)
    user = v3.User(ids=ids, primary_email_address=email, password="correct horse battery")
    return v3.CreateUserRequest(user=user, invitation_token=token)


async def test_without_mail_the_sender_is_shown_the_token_once(
    db: Database, invitations: UserInvitationRegistry, call: CallOf, admin: Caller
) -> None:
    sent = await invitations.Send(to(), call(admin))
    assert (sent.email, bool(sent.token), sent.expires_at.ToMicroseconds()) == (
        ADDRESS,
        True,
        call(admin).micros + WEEK,
    )
    asked = call(admin)
    listed = await invitations.List(v3.ListInvitationsRequest(), asked)
    assert [(one.email, one.token) for one in listed.invitations] == [(ADDRESS, "")]
    assert asked.headers["x-total-count"] == "1"
    secret = sent.token.rpartition(".")[2].encode()
    assert secret not in bytes(await db.fetchval("SELECT token_hash FROM invitation"))


async def test_with_mail_the_link_goes_to_the_invited_and_not_to_the_sender(
    db: Database, vault: Vault, call: CallOf, admin: Caller, users: UserRegistry, postbox: Postbox
) -> None:
    invitations = UserInvitationRegistry(db, vault, POLICY, postbox)
    sent = await invitations.Send(to(), call(admin))
    assert sent.token == ""
    (letter,) = postbox.letters
    assert letter.to == ADDRESS
    token = letter.text.partition("#invitation=")[2].split()[0]
    await users.Create(sign_up(token), call(ANONYMOUS))


async def test_only_an_unbounded_admin_invites(
    invitations: UserInvitationRegistry, call: CallOf, admin: Caller, maker: Caller
) -> None:
    bounded = with_rights(admin, Right.SEND_INVITES)
    for caller, error in ((ANONYMOUS, Unauthenticated), (maker, PermissionDenied), (bounded, PermissionDenied)):
        for attempt in (
            invitations.Send(to(), call(caller)),
            invitations.List(v3.ListInvitationsRequest(), call(caller)),
            invitations.Delete(v3.DeleteInvitationRequest(email=ADDRESS), call(caller)),
        ):
            with pytest.raises(error):
                await attempt


async def test_who_accepted_is_shown(
    users: UserRegistry, invitations: UserInvitationRegistry, call: CallOf, admin: Caller
) -> None:
    sent = await invitations.Send(to(), call(admin))
    await users.Create(sign_up(sent.token), call(ANONYMOUS, 5))
    listed = await invitations.List(v3.ListInvitationsRequest(), call(admin))
    assert listed.invitations[0].accepted_by.user_id == "newcomer"
    assert listed.invitations[0].accepted_at.ToMicroseconds() == call(admin, 5).micros


async def test_used_late_foreign_wrong_and_withdrawn_invitations_are_one_answer(
    db: Database, users: UserRegistry, invitations: UserInvitationRegistry, call: CallOf, admin: Caller
) -> None:
    sent = await invitations.Send(to(), call(admin))
    withdrawn = await invitations.Send(to("other@example.org"), call(admin))
    await invitations.Delete(v3.DeleteInvitationRequest(email="OTHER@example.org"), call(admin))
    number, _, secret = sent.token.partition(".")
    answers = set()
    for request, later in (
        (sign_up(f"{number}.{secret[::-1]}"), 0),
        (sign_up(f"{number}9.{secret}"), 0),
        (sign_up("nonsense"), 0),
        (sign_up(sent.token, email="somebody@example.org"), 0),
        (sign_up(withdrawn.token, email="other@example.org"), 0),
        (sign_up(sent.token), WEEK),
    ):
        with pytest.raises(Invalid) as refusal:
            await users.Create(request, call(ANONYMOUS, later))
        answers.add(str(refusal.value))
    assert len(answers) == 1
    assert "invitation_token_invalid" in answers.pop()
    assert await db.fetchval("SELECT count(*) FROM account WHERE uid = 'newcomer'") == 0
    await users.Create(sign_up(sent.token), call(ANONYMOUS, WEEK - 1))


async def test_an_invitation_is_good_for_one_of_many(
    users: UserRegistry, invitations: UserInvitationRegistry, call: CallOf, admin: Caller
) -> None:
    sent = await invitations.Send(to(), call(admin))
    attempts = (users.Create(sign_up(sent.token, f"newcomer-{n}"), call(ANONYMOUS)) for n in range(4))
    answers = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(answer, v3.User) for answer in answers) == 1


async def test_an_open_invitation_is_not_sent_twice_an_old_one_is(
    invitations: UserInvitationRegistry, users: UserRegistry, call: CallOf, admin: Caller
) -> None:
    first = await invitations.Send(to(), call(admin))
    with pytest.raises(AlreadyExists, match="invitation_already_sent"):
        await invitations.Send(to("NEWCOMER@example.org"), call(admin, WEEK - 1))
    second = await invitations.Send(to(), call(admin, WEEK))
    with pytest.raises(Invalid, match="invitation_token_invalid"):
        await users.Create(sign_up(first.token), call(ANONYMOUS, WEEK))
    await users.Create(sign_up(second.token), call(ANONYMOUS, WEEK))


async def test_what_was_not_sent_cannot_be_withdrawn(
    invitations: UserInvitationRegistry, call: CallOf, admin: Caller
) -> None:
    with pytest.raises(NotFound, match="invitation_not_found"):
        await invitations.Delete(v3.DeleteInvitationRequest(email=ADDRESS), call(admin))
