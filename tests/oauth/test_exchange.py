"""A code for tokens."""

import asyncio
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256

import pytest

from claimstack.errors import Unauthenticated
from claimstack.identity import ALL_RIGHTS, authenticate
from claimstack.storage import Database, Transaction
from claimstack.vault import Vault
from tests.oauth.conftest import AUTHORIZE, Browser, StandingClock
from tests.support.people import NOW

VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
WITH_PKCE = f"{AUTHORIZE}&code_challenge={CHALLENGE}&code_challenge_method=S256"


async def test_a_code_becomes_tokens_that_speak_for_the_user(logged_in: Browser, db: Database, vault: Vault) -> None:
    code = (await logged_in.allow())["code"]
    answer = await logged_in.exchange(code)
    words = answer.json()
    assert answer.status_code == 200
    assert (answer.headers["cache-control"], answer.headers["content-type"]) == ("no-store", "application/json")
    assert (words["token_type"], words["expires_in"]) == ("bearer", 3600)
    assert code.startswith("MF2XI.")
    assert words["access_token"].startswith("MFRWG.")
    assert words["refresh_token"].startswith("OJSWM.")
    caller = await authenticate(db, vault, words["access_token"], NOW)
    assert (caller.uid, caller.client_id, caller.ceiling) == ("maker", "cli", ALL_RIGHTS)


async def test_the_access_token_ends_after_an_hour(logged_in: Browser, db: Database, vault: Vault) -> None:
    words = (await logged_in.exchange((await logged_in.allow())["code"])).json()
    hour = 3600 * 1_000_000
    await authenticate(db, vault, words["access_token"], NOW + hour - 1)
    with pytest.raises(Unauthenticated, match="token_expired"):
        await authenticate(db, vault, words["access_token"], NOW + hour)


async def test_a_code_that_comes_twice_revokes_what_it_gave(logged_in: Browser, db: Database, vault: Vault) -> None:
    code = (await logged_in.allow())["code"]
    words = (await logged_in.exchange(code)).json()
    again = await logged_in.exchange(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    with pytest.raises(Unauthenticated):
        await authenticate(db, vault, words["access_token"], NOW)
    assert (await logged_in.refresh(words["refresh_token"])).json()["error"] == "invalid_grant"


async def test_of_a_hundred_who_race_with_a_code_one_gets_a_token_and_it_is_then_revoked(
    logged_in: Browser, db: Database, vault: Vault
) -> None:
    code = (await logged_in.allow())["code"]
    answers = await asyncio.gather(*(logged_in.exchange(code) for _ in range(100)))
    won = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    assert {answer.json()["error"] for answer in answers if answer.status_code != 200} == {"invalid_grant"}
    with pytest.raises(Unauthenticated):
        await authenticate(db, vault, won[0]["access_token"], NOW)


async def test_a_code_is_good_for_five_minutes(logged_in: Browser, clock: StandingClock) -> None:
    late, early = [(await logged_in.allow())["code"] for _ in range(2)]
    clock.advance(minutes=5, seconds=-1)
    assert (await logged_in.exchange(early)).status_code == 200
    clock.advance(seconds=1)
    assert (await logged_in.exchange(late)).json()["error"] == "invalid_grant"


async def test_a_code_is_bound_to_its_redirect_uri_and_not_burnt_by_a_wrong_one(logged_in: Browser) -> None:
    code = (await logged_in.allow())["code"]
    assert (await logged_in.exchange(code, redirect_uri="code")).json()["error"] == "invalid_grant"
    assert (await logged_in.exchange(code)).status_code == 200


async def test_a_code_asked_for_with_a_challenge_needs_its_verifier(logged_in: Browser) -> None:
    code = (await logged_in.allow(WITH_PKCE))["code"]
    for wrong in ({}, {"code_verifier": "w" * 43}, {"code_verifier": CHALLENGE}):
        assert (await logged_in.exchange(code, **wrong)).json()["error"] == "invalid_grant"
    assert (await logged_in.exchange(code, code_verifier=VERIFIER)).status_code == 200


async def test_who_has_only_the_code_cannot_revoke_with_it(logged_in: Browser, db: Database, vault: Vault) -> None:
    code = (await logged_in.allow(WITH_PKCE))["code"]
    words = (await logged_in.exchange(code, code_verifier=VERIFIER)).json()
    await logged_in.exchange(code, code_verifier="w" * 43)
    assert (await authenticate(db, vault, words["access_token"], NOW)).uid == "maker"


async def test_a_verifier_for_a_code_without_a_challenge_is_refused(logged_in: Browser) -> None:
    code = (await logged_in.allow())["code"]
    assert (await logged_in.exchange(code, code_verifier=VERIFIER)).json()["error"] == "invalid_grant"


async def test_the_right_id_with_another_secret_opens_nothing_and_burns_nothing(logged_in: Browser) -> None:
    code = (await logged_in.allow())["code"]
    forged = code[:-52] + "A" * 52
    assert (await logged_in.exchange(forged)).json()["error"] == "invalid_grant"
    assert (await logged_in.exchange(code)).status_code == 200


async def test_a_code_of_somebody_suspended_since_is_refused(logged_in: Browser, db: Database) -> None:
    code = (await logged_in.allow())["code"]

    async def suspend(tx: Transaction) -> None:
        await tx.execute("UPDATE user_account SET state = 4")

    await db.transaction(suspend)
    assert (await logged_in.exchange(code)).json()["error"] == "invalid_grant"


async def test_no_secret_of_a_grant_stands_in_the_database(logged_in: Browser, db: Database) -> None:
    code = (await logged_in.allow())["code"]
    words = (await logged_in.exchange(code)).json()
    rows = [await db.fetch(f"SELECT * FROM {table}") for table in ("oauth_code", "oauth_token", "user_session")]
    kept = repr([[bytes(v) if isinstance(v, memoryview) else v for v in tuple(row)] for table in rows for row in table])
    for text in (code, words["access_token"], words["refresh_token"], logged_in.session):
        assert text.split(".")[1] in kept
        assert text.split(".")[2] not in kept


async def test_json_and_basic_are_understood_too(logged_in: Browser) -> None:
    codes = [(await logged_in.allow())["code"] for _ in range(2)]
    words = {"grant_type": "authorization_code", "code": codes[0], "redirect_uri": "local-callback", "client_id": "cli"}
    assert (await logged_in.client.post("/oauth/token", json=words)).status_code == 200
    basic = {"authorization": f"Basic {b64encode(b'cli:').decode()}"}
    form = {"grant_type": "authorization_code", "code": codes[1], "redirect_uri": "local-callback"}
    assert (await logged_in.client.post("/oauth/token", data=form, headers=basic)).status_code == 200
