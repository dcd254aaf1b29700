"""How often a password may be guessed."""

import pytest

from claimstack.identity import Caller
from claimstack.identity.logins import throttle
from claimstack.identity.logins.throttle import ACCOUNT, PAIR, REMOTE
from claimstack.storage import Database
from claimstack.vault import Vault
from tests.oauth.conftest import PASSWORD, Application, Browser, StandingClock


async def guess(browser: Browser, times: int, user_id: str = "maker") -> list[int]:
    return [(await browser.log_in(user_id, "wrong")).status_code for _ in range(times)]


async def test_ten_guesses_in_a_quarter_of_an_hour_then_even_the_right_password_waits(
    browser: Browser, maker: Caller, clock: StandingClock
) -> None:
    assert await guess(browser, PAIR.attempts) == [403] * PAIR.attempts
    refused = await browser.log_in()
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "901")
    assert "Try again in 16 minutes" in refused.text
    assert "__Host-claimstack" not in browser.client.cookies
    clock.advance(minutes=15)
    assert (await browser.log_in()).status_code == 303


async def test_an_unknown_account_is_counted_just_the_same(browser: Browser) -> None:
    assert await guess(browser, PAIR.attempts + 1, "nobody") == [403] * PAIR.attempts + [429]


async def test_a_guesser_elsewhere_does_not_keep_the_owner_out(
    browser: Browser, application: Application, maker: Caller
) -> None:
    guesser = Browser(application, address="198.51.100.9")
    await guess(guesser, PAIR.attempts * 2)
    assert (await browser.log_in()).status_code == 303


async def test_attempts_beyond_the_narrow_cap_do_not_use_up_the_wide_ones(db: Database, vault: Vault, now: int) -> None:
    against = throttle.subjects(vault, "maker", "192.0.2.1")
    outcomes = [await db.transaction(throttle.count, against, now) for _ in range(30)]
    assert [outcome is None for outcome in outcomes] == [True] * 10 + [False] * 20
    counts = {row["subject"].split(":")[1]: row["attempts"] for row in await db.fetch("SELECT * FROM claim_attempt")}
    assert counts == {"pair": 30, "account": 10, "remote": 10}


async def test_many_addresses_on_one_account_meet_a_cap(db: Database, vault: Vault, now: int) -> None:
    outcomes = [
        await db.transaction(throttle.count, throttle.subjects(vault, "maker", f"192.0.2.{n}"), now)
        for n in range(ACCOUNT.attempts + 1)
    ]
    assert [outcome is None for outcome in outcomes] == [True] * ACCOUNT.attempts + [False]


async def test_one_address_on_many_accounts_meets_a_cap(db: Database, vault: Vault, now: int) -> None:
    outcomes = [
        await db.transaction(throttle.count, throttle.subjects(vault, f"user-{n}", "192.0.2.1"), now)
        for n in range(REMOTE.attempts + 1)
    ]
    assert [outcome is None for outcome in outcomes] == [True] * REMOTE.attempts + [False]


async def test_the_right_password_gives_the_attempt_back(browser: Browser, maker: Caller, db: Database) -> None:
    for _ in range(PAIR.attempts * 3):
        assert (await browser.log_in()).status_code == 303
    assert {row["attempts"] for row in await db.fetch("SELECT attempts FROM claim_attempt")} == {0}


async def test_what_was_typed_is_not_kept(browser: Browser, db: Database) -> None:
    await browser.log_in(PASSWORD, "x")
    rows = await db.fetch("SELECT subject FROM claim_attempt")
    assert rows
    assert not [row["subject"] for row in rows if PASSWORD in row["subject"]]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("testclient", "other", False),
    ],
)
def test_an_address_of_version_6_counts_by_its_network(vault: Vault, one: str, other: str, same: bool) -> None:
    assert (throttle.subjects(vault, "x", one) == throttle.subjects(vault, "x", other)) is same


def test_upper_and_lower_case_are_one_account(vault: Vault) -> None:
    assert throttle.subjects(vault, "Maker@Example.com", "h") == throttle.subjects(vault, "maker@example.com", "h")
