"""Who could be added is suggested while an id is typed, by the contract's own search, only to who may add somebody."""

from playwright.sync_api import expect

from tests.console.conftest import Browse
from tests.support.house import House, Person


def test_accounts_that_are_no_collaborators_yet_are_suggested(browse: Browse, console: House, maker: Person) -> None:
    app, friend = console.application(maker, "shared"), console.person("zebra")
    console.person("zebra")
    organization = f"zebra-{friend.uid}"
    body = {"organization": {"ids": {"organization_id": organization}}}
    console.ok("POST", f"/users/{friend.uid}/organizations", body, friend.key)
    with browse(maker) as page:
        page.goto(f"{page.url}/applications/{app}/collaborators/new")
        options = page.locator("#accounts option")
        page.locator("#account_id").press_sequentially("ze")
        expect(options).to_have_count(0)
        page.locator("#account_id").press_sequentially("b")
        expect(options).to_have_count(2)
        assert friend.uid in {one.get_attribute("value") for one in options.all()}
        page.select_option("#account_kind", "organization")
        expect(options).to_have_count(1)
        expect(options).to_have_attribute("value", organization)


def test_who_may_not_add_anybody_is_told_no_account(console: House, maker: Person) -> None:
    app, guest = console.application(maker, "shared"), console.person("guest")
    member = {"ids": {"user_ids": {"user_id": guest.uid}}, "rights": ["RIGHT_APPLICATION_INFO"]}
    console.ok("PUT", f"/applications/{app}/collaborators", {"collaborator": member}, maker.key)
    path = f"/applications/{app}/collaborators/search?query=zebra&complement_collaborators=true"
    assert console.api("GET", path, token=guest.key).status_code == 403
