"""What people do in the Console, by clicks alone; and what the API says of it afterwards."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.console.conftest import Browse, Visiting, Visitor
from tests.console.test_live import listening
from tests.support.house import ADMIN_KEY, ADMIN_PASSWORD, House, Person, fresh


@pytest.fixture
def app(console: House, maker: Person) -> str:
    return console.application(maker, "clicked")


def visit(page: Page, path: str) -> None:
    page.goto(re.sub(r"/console.*", path, page.url))


def test_an_application_is_made_shared_renamed_deleted_and_brought_back(
    browse: Browse, console: House, maker: Person
) -> None:
    friend, uid = console.person("friend"), fresh("made")
    with browse(maker) as page:
        page.click("nav >> text=Applications")
        page.click("main >> text=New application >> nth=0")
        page.fill("#application_id", uid)
        page.fill("#description", "two\nlines")
        page.click("text=Create application")
        expect(page.locator(".toast")).to_contain_text(f"Application {uid} was created.")
        page.click(".tabs >> text=Collaborators")
        page.click("text=Add collaborator")
        page.fill("#account_id", friend.uid)
        page.check("input[value=some]")
        page.check("text=See end devices")
        page.click("main >> button:has-text('Add')")
        expect(page.locator("table")).to_contain_text(friend.uid)
        page.click(".tabs >> text=Settings")
        page.fill("#name", "A name")
        page.click("text=Save changes")
        expect(page.locator("h1")).to_have_text("A name")
        page.click("[data-opens=delete]")
        expect(page.locator("#delete")).to_contain_text(uid)
        page.click("#delete >> button")
        expect(page.locator(".toast")).to_contain_text("was deleted")
        page.click("a:has-text('Deleted applications')")
        page.click(f"tr:has-text('{uid}') >> text=Restore")
        expect(page.locator("h1")).to_have_text("A name")
    found = console.ok("GET", f"/applications/{uid}?field_mask=description", token=maker.key)
    assert found["description"] == "two\nlines"
    member = console.ok("GET", f"/applications/{uid}/collaborator/user/{friend.uid}", token=maker.key)
    assert member["rights"] == ["RIGHT_APPLICATION_DEVICES_READ"]


def test_the_switch_opens_claims_says_by_whom_and_until_when_and_closes_them(
    browse: Browse, console: House, maker: Person, app: str
) -> None:
    with browse(maker, timezone_id="Europe/Berlin") as page:
        visit(page, f"/console/applications/{app}/claiming")
        page.click("[role=switch]")
        page.check("input[value=moment]")
        page.fill("#expires", "2031-01-31T18:00")
        page.click("#on >> button")
        expect(page.locator("[role=switch][aria-checked=true]")).to_be_visible()
        facts = page.inner_text(".facts")
        assert maker.uid in facts
        assert "Jan 31, 2031, 6:00" in facts
        key = console.ok("GET", f"/applications/{app}/api-keys", token=maker.key)["api_keys"][0]
        assert key["id"] in facts
        assert datetime.fromisoformat(key["expires_at"]) == datetime(2031, 1, 31, 17, 0, tzinfo=UTC)
        assert len(key["rights"]) == 4
        page.click("[role=switch]")
        page.click("#off >> button")
        expect(page.locator("[role=switch][aria-checked=false]")).to_be_visible()
    assert console.ok("GET", f"/applications/{app}/api-keys", token=maker.key) == {}


def test_a_key_that_is_deleted_shows_on_the_claiming_page_without_a_reload(
    browse: Browse, console: House, maker: Person, app: str
) -> None:
    with browse(maker) as page:
        listening(page, console, f"/console/applications/{app}/claiming")
        page.click("[role=switch]")
        with page.expect_response("**/console/events?**"):
            page.click("#on >> button")
        expect(page.locator("[role=switch][aria-checked=true]")).to_be_visible()
        key = console.ok("GET", f"/applications/{app}/api-keys", token=maker.key)["api_keys"][0]["id"]
        console.ok("DELETE", f"/applications/{app}/api-keys/{key}", token=maker.key)
        expect(page.locator("#claiming")).to_contain_text("was deleted, so no device can be claimed")


def test_a_key_is_shown_once_works_and_can_be_deleted(browse: Browse, console: House, maker: Person, app: str) -> None:
    with browse(maker) as page:
        visit(page, f"/console/applications/{app}/api-keys")
        page.click("text=New API key >> nth=0")
        page.fill("#name", "Line 1")
        page.click("text=Create API key")
        secret = page.inner_text(".copyable.block code")
        assert console.api("GET", f"/applications/{app}", token=secret).status_code == 200
        assert secret not in page.url
        page.click("text=I have kept it")
        assert secret.split(".")[2] not in page.content()
        page.click("text=Line 1")
        page.click("[data-opens=delete]")
        expect(page.locator("#delete")).to_contain_text("Line 1")
        page.click("#delete >> button")
        expect(page.locator(".empty")).to_be_visible()
    assert console.api("GET", f"/applications/{app}", token=secret).status_code == 401


def test_the_home_network_is_kept_and_its_kek_never_shown(
    browse: Browse, console: House, maker: Person, app: str
) -> None:
    kek = "00112233445566778899AABBCCDDEEFF"
    with browse(maker) as page:
        visit(page, f"/console/applications/{app}/network")
        page.fill("#net_id", "zzz")
        page.fill("#kek_label", "ours")
        page.click("text=Save changes")
        expect(page.locator("#net_id-problem")).to_be_visible()
        assert page.input_value("#kek_label") == "ours"
        page.fill("#net_id", "000013")
        page.fill("#kek", kek)
        page.click("text=Save changes")
        expect(page.locator(".badge")).to_contain_text("A KEK is kept")
        assert kek not in page.content()
    path = f"/js/applications/{app}/settings?field_mask=home_net_id,kek,kek_label"
    found = console.ok("GET", path, token=maker.key)
    assert (found["home_net_id"], found["kek_label"], found["kek"]["key"].upper()) == ("000013", "ours", kek)


def test_an_organization_owns_applications_and_has_members(browse: Browse, console: House, maker: Person) -> None:
    friend, uid, owned = console.person("member"), fresh("guild"), fresh("owned")
    with browse(maker) as page:
        page.click("nav >> text=Organizations")
        page.click("main >> text=New organization >> nth=0")
        page.fill("#organization_id", uid)
        page.click("text=Create organization")
        page.click(".tabs >> text=Members")
        page.click("text=Add member")
        page.fill("#account_id", friend.uid)
        page.check("input[value=all]")
        page.click("main >> button:has-text('Add')")
        expect(page.locator("table")).to_contain_text(friend.uid)
        visit(page, "/console/applications/new")
        page.fill("#application_id", owned)
        page.select_option("#owner", f"organization:{uid}")
        page.click("text=Create application")
    with browse(friend) as page:
        visit(page, f"/console/organizations/{uid}")
        page.click(f"text={owned}")
        expect(page.locator("h1")).to_have_text(owned)


def test_sessions_and_the_profile_are_the_visitors_own(browse: Browse, console: House) -> None:
    person = console.person("selfish")
    other = console.session(person.uid, person.password)
    with browse(person) as page:
        page.click("nav >> text=Sessions")
        page.click("tr:not(:has-text('This browser')) >> a:has-text('End')")
        page.click("dialog[open] >> button")
        expect(page.locator("tbody tr")).to_have_count(1)
        page.click("nav >> text=Profile")
        page.fill("#email", "new@example.org")
        page.click("text=Save changes")
        expect(page.locator("#email")).to_have_value("new@example.org")
    headers = {"cookie": f"claimstack_session={other}", "sec-fetch-site": "same-origin"}
    assert console.api("GET", "/auth_info", token="", headers=headers).status_code == 401


def test_an_admin_invites_and_suspends(browse: Browse, console: House) -> None:
    admin = Person("admin", "", ADMIN_PASSWORD, console.session("admin", ADMIN_PASSWORD))
    person, mail = console.person("suspect"), f"{fresh('guest')}@example.com"
    with browse(admin) as page:
        page.click("nav >> text=Invitations")
        page.fill("#email", mail)
        page.click("main >> button:has-text('Invite')")
        assert "/oauth/register#invitation=" in page.inner_text(".copyable.block code")
        page.click("text=Done")
        expect(page.locator("table")).to_contain_text(mail)
        page.click("nav >> text=Users")
        page.fill("#q", person.uid)
        page.keyboard.press("Enter")
        page.click(f"th >> text={person.uid}")
        page.select_option("#state", "SUSPENDED")
        page.click("text=Save changes")
        expect(page.locator(".toast")).to_be_visible()
    headers = {"cookie": f"claimstack_session={person.session}", "sec-fetch-site": "same-origin"}
    assert console.api("GET", "/auth_info", token="", headers=headers).status_code >= 400


def test_the_last_admin_stays(administrator: Visitor) -> None:
    answer = administrator.send("/console/users/admin", admin="", state="SUSPENDED")
    assert answer.status_code == 400
    assert "Another administrator must stay" in answer.text


def test_a_form_without_a_state_changes_none(administrator: Visitor, console: House) -> None:
    uid = console.person("suspended").uid
    administrator.post(f"/console/users/{uid}", state="SUSPENDED")
    for state in ("", "NONSENSE"):
        assert administrator.post(f"/console/users/{uid}", state=state).status_code == 303
    found = console.ok("GET", f"/users/{uid}?field_mask=state", token=ADMIN_KEY)
    assert found["state"] == "STATE_SUSPENDED"


def test_an_organization_lists_all_its_applications_and_its_button_makes_one_more(
    visiting: Visiting, console: House
) -> None:
    person, org = console.person("owner"), fresh("many")
    words = {"organization": {"ids": {"organization_id": org}}}
    console.ok("POST", f"/users/{person.uid}/organizations", words, person.key)
    for _ in range(26):
        owned = {"application": {"ids": {"application_id": fresh("owned")}}}
        console.ok("POST", f"/organizations/{org}/applications", owned, person.key)
    visitor = visiting(person.session)
    pages = [visitor.get(f"/console/organizations/{org}?page={number}").text for number in (1, 2)]
    assert len({uid for text in pages for uid in re.findall(r'/console/applications/(owned-\d+)"', text)}) == 26
    assert "1 – 25 of 26" in pages[0]
    new = f"/console/applications/new?owner=organization:{org}"
    assert f'href="{new}"' in pages[0]
    assert f'<option value="organization:{org}" selected>' in visitor.get(new).text


def test_pages_for_admins_are_nowhere_for_others(visitor: Visitor) -> None:
    for path in ("/console/users", "/console/users/admin", "/console/invitations"):
        assert visitor.get(path).status_code == 404


def test_language_and_colours_are_chosen_and_kept(browse: Browse, maker: Person) -> None:
    with browse(maker) as page:
        page.select_option("select[name=language]", "de")
        expect(page.locator("html")).to_have_attribute("lang", "de")
        page.select_option("select[name=theme]", "dark")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(13, 20, 18)"
        page.click("nav >> text=Anwendungen")
        expect(page.locator("h1")).to_have_text("Anwendungen")


def test_a_form_sent_twice_is_done_once(visitor: Visitor, console: House, maker: Person, app: str) -> None:
    path = f"/console/applications/{app}/api-keys/new"
    answers = [visitor.post(path, once="the same", name="twice", extent="all") for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    keys = console.ok("GET", f"/applications/{app}/api-keys", token=maker.key)["api_keys"]
    assert [key["name"] for key in keys] == ["twice"]


def test_nobody_can_do_by_a_page_what_the_api_refuses(
    console: House, app: str, maker: Person, visiting: object
) -> None:
    guest = console.person("guest")
    rights = ["RIGHT_APPLICATION_INFO"]
    member = {"ids": {"user_ids": {"user_id": guest.uid}}, "rights": rights}
    console.ok("PUT", f"/applications/{app}/collaborators", {"collaborator": member}, maker.key)
    visitor = visiting(guest.session)  # type: ignore[operator]
    assert visitor.get(f"/console/applications/{app}").status_code == 200
    for deed in ("delete", "settings", "claiming/authorize", "api-keys/new", "collaborators/new", "network"):
        answer = visitor.post(f"/console/applications/{app}/{deed}", account_id=guest.uid, extent="all", name="x")
        assert answer.status_code in (400, 403), deed
        assert "lack the rights" in answer.text, deed
    assert console.ok("GET", f"/applications/{app}/api-keys", token=maker.key) == {}
