"""One-time login tokens."""

import asyncio
import os

import pytest

from claimstack.errors import Invalid, PermissionDenied
from claimstack.identity import authenticate
from claimstack.identity.logins import Login, OneTime, create_login_token, log_in_by_token, new_login_token
from claimstack.identity.logins.login_tokens import LOGIN_TOKEN_LIFE
from claimstack.storage import Database
from claimstack.vault import TokenKind, Vault, new_token
from claimstack.wire import v3
from tests.support.people import NOW, a_user, text_of

LIFE = int(LOGIN_TOKEN_LIFE.total_seconds() * 1_000_000)


async def made(db: Database, vault: Vault, uid: str = "maker", state: int = v3.STATE_APPROVED) -> str:
    user = await a_user(db, uid, state=state)
    token: OneTime = await db.transaction(
        create_login_token, vault, user.entity, uid, new_login_token(os.urandom(47)), NOW
    )
    return token.text().reveal().decode()


async def used(db: Database, vault: Vault, text: str, now: int = NOW) -> Login:
    return await db.transaction(log_in_by_token, vault, text, new_token(TokenKind.SESSION, os.urandom(56)), now)


async def test_a_token_starts_a_session(db: Database, vault: Vault) -> None:
    text = await made(db, vault)
    session = new_token(TokenKind.SESSION, os.urandom(56))
    login = await db.transaction(log_in_by_token, vault, text, session, NOW)
    assert login.uid == "maker"
    assert (await authenticate(db, vault, text_of(session), NOW)).uid == "maker"


async def test_a_token_is_good_once_however_many_try(db: Database, vault: Vault) -> None:
    text = await made(db, vault)
    answers = await asyncio.gather(*(used(db, vault, text) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(answer, Login) for answer in answers) == 1
    assert sum(isinstance(answer, Invalid) for answer in answers) == 7


async def test_used_late_wrong_and_unknown_tokens_are_one_answer(db: Database, vault: Vault) -> None:
    text = await made(db, vault)
    id_part, _, secret = text.partition(".")
    wrong = f"{id_part}.{secret[::-1]}"
    unknown = f"{id_part[::-1]}.{secret}"
    answers = set()
    for attempt, now in ((wrong, NOW), (unknown, NOW), ("nonsense", NOW), (text, NOW + LIFE)):
        with pytest.raises(Invalid) as refusal:
            await used(db, vault, attempt, now)
        answers.add(str(refusal.value))
    assert len(answers) == 1
    assert (await used(db, vault, text, NOW + LIFE - 1)).uid == "maker"


async def test_a_suspended_user_does_not_get_in_this_way_either(db: Database, vault: Vault) -> None:
    text = await made(db, vault, state=v3.STATE_SUSPENDED)
    with pytest.raises(PermissionDenied, match="user_suspended"):
        await used(db, vault, text)
