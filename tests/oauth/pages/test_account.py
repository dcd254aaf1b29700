"""Who is logged in here, and what is not here at all."""

from claimstack.storage import Database, Transaction
from tests.oauth.conftest import Browser


async def test_the_account_page_shows_who_is_logged_in(logged_in: Browser) -> None:
    for path in ("/oauth", "/oauth/"):
        assert "maker" in (await logged_in.get(path)).text


async def test_a_stranger_is_led_to_the_login(browser: Browser) -> None:
    assert (await browser.get("/oauth")).headers["location"] == "/oauth/login?next=%2Foauth"


async def test_a_session_of_somebody_suspended_is_none(logged_in: Browser, db: Database) -> None:
    async def suspend(tx: Transaction) -> None:
        await tx.execute("UPDATE user_account SET state = 4")

    await db.transaction(suspend)
    assert (await logged_in.get("/oauth")).is_redirect


async def test_any_other_path_is_a_page_that_says_so(browser: Browser) -> None:
    response = await browser.get("/oauth/nowhere")
    assert (response.status_code, "There is no such page" in response.text) == (404, True)
