"""Open pages follow what happens, and lose what their visitor may no longer see."""

import time

from playwright.sync_api import Page, expect

from tests.console.conftest import Browse
from tests.support.house import House, Person


def listening(page: Page, console: House, path: str) -> None:
    """Open the page and wait until its stream is there."""
    address = page.url.partition("/console")[0] + path
    page.goto("about:blank")  # the page before has a stream of its own
    with page.expect_response("**/console/events?**") as answer:
        page.goto(address)
    assert answer.value.status == 200


def test_a_change_appears_without_a_reload(browse: Browse, console: House, maker: Person) -> None:
    app = console.application(maker)
    with browse(maker) as page:
        listening(page, console, f"/console/applications/{app}")
        page.evaluate("window.stays = true")
        words = {"application": {"description": "said elsewhere"}, "field_mask": "description"}
        console.ok("PUT", f"/applications/{app}", words, maker.key)
        expect(page.locator("#facts")).to_contain_text("said elsewhere")
        assert page.evaluate("window.stays")


def test_what_one_may_no_longer_see_goes_within_two_seconds(browse: Browse, console: House, maker: Person) -> None:
    app, guest = console.application(maker), console.person("guest")
    member = {"ids": {"user_ids": {"user_id": guest.uid}}, "rights": ["RIGHT_APPLICATION_INFO"]}
    console.ok("PUT", f"/applications/{app}/collaborators", {"collaborator": member}, maker.key)
    with browse(guest) as page:
        listening(page, console, f"/console/applications/{app}")
        started = time.perf_counter()
        console.ok("PUT", f"/applications/{app}/collaborators", {"collaborator": {**member, "rights": []}}, maker.key)
        expect(page.locator("h1")).to_have_text("There is no such page", timeout=5000)
        assert time.perf_counter() - started < 2
        assert app not in page.inner_text("main")


def test_a_session_that_is_ended_leads_to_the_login(browse: Browse, console: House) -> None:
    person = console.person("leaver")
    app = console.application(person)
    with browse(person) as page:
        listening(page, console, f"/console/applications/{app}")
        mine = console.ok("GET", f"/users/{person.uid}/sessions", token=person.key)["sessions"][0]["session_id"]
        console.ok("DELETE", f"/users/{person.uid}/sessions/{mine}", token=person.key)
        console.ok("PUT", f"/applications/{app}", {"application": {"name": "x"}, "field_mask": "name"}, person.key)
        page.wait_for_url("**/oauth/login?next=**")


def test_what_is_being_typed_is_not_taken_away(browse: Browse, console: House, maker: Person) -> None:
    app = console.application(maker)
    with browse(maker) as page:
        listening(page, console, f"/console/applications/{app}/settings")
        page.fill("#name", "half a na")
        with page.expect_response("**/settings") as fetched:
            console.ok("PUT", f"/applications/{app}", {"application": {"name": "x"}, "field_mask": "name"}, maker.key)
        fetched.value.finished()
        page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        assert page.input_value("#name") == "half a na"


def test_nobody_listens_to_what_they_may_not_see(console: House, visiting: object) -> None:
    owner, stranger = console.person("owner"), console.person("stranger")
    app = console.application(owner)
    answer = visiting(stranger.session).get(f"/console/events?application={app}")  # type: ignore[operator]
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_refused_claim_appears_with_its_reason_without_a_reload(
    browse: Browse, console: House, maker: Person
) -> None:
    app, claimer = console.application(maker), console.person("claimer")
    key = console.application_key(app, maker.key, "RIGHT_APPLICATION_ALL")
    console.ok("POST", f"/edcs/applications/{app}/authorize", {"api_key": key}, maker.key)
    ids = {"device_id": "sensor-1", "join_eui": "70B3D57ED0000000", "dev_eui": "0004A310001FF9E0"}
    device = {"ids": ids, "claim_authentication_code": {"value": "RIGHTCODE1"}, "supports_join": True}
    console.ok("POST", f"/applications/{app}/devices", {"end_device": device}, maker.key)
    target = {"application_id": console.application(claimer)}
    with browse(maker) as page:
        listening(page, console, f"/console/applications/{app}/claiming")
        wrong = {"join_eui": ids["join_eui"], "dev_eui": ids["dev_eui"], "authentication_code": "WRONGCODE1"}
        words = {"authenticated_identifiers": wrong, "target_application_ids": target}
        assert console.api("POST", "/edcs/claim", words, claimer.key).status_code == 403
        expect(page.locator("#lately")).to_contain_text("Wrong code")
        expect(page.locator("#lately")).to_contain_text(claimer.uid)
        assert "WRONGCODE1" not in page.content()


def test_the_claiming_switch_follows_what_is_switched_elsewhere(browse: Browse, console: House, maker: Person) -> None:
    app = console.application(maker)
    key = console.application_key(app, maker.key, "RIGHT_APPLICATION_ALL")
    with browse(maker) as page:
        listening(page, console, f"/console/applications/{app}/claiming")
        switch = page.locator("#claiming [role=switch]")
        expect(switch).to_have_attribute("aria-checked", "false")
        console.ok("POST", f"/edcs/applications/{app}/authorize", {"api_key": key}, maker.key)
        expect(switch).to_have_attribute("aria-checked", "true")
        console.ok("DELETE", f"/edcs/applications/{app}/authorize", token=maker.key)
        expect(switch).to_have_attribute("aria-checked", "false")


def test_the_first_page_and_the_list_follow_every_application_they_show(browse: Browse, console: House) -> None:
    person = console.person("watcher")
    apps = [console.application(person, name) for name in ("near", "far")]
    with browse(person) as page:
        with page.expect_response("**/console/events?**"):
            page.reload()
        ids = {"device_id": "sensor-1", "join_eui": "70B3D57ED0000000", "dev_eui": "0004A310001FA1B2"}
        console.ok("POST", f"/applications/{apps[0]}/devices", {"end_device": {"ids": ids}}, person.key)
        expect(page.locator(f"#applications a[href$='{apps[0]}']")).to_contain_text("One end device")
        expect(page.locator(f"#applications a[href$='{apps[1]}']")).to_contain_text("0 end devices")
        listening(page, console, "/console/applications")
        words = {"application": {"name": "Renamed elsewhere"}, "field_mask": "name"}
        console.ok("PUT", f"/applications/{apps[1]}", words, person.key)
        expect(page.locator("#owned")).to_contain_text("Renamed elsewhere")
        with page.expect_response("**/console/events?**") as again:  # it listens to what is left
            console.ok("DELETE", f"/applications/{apps[1]}", token=person.key)
        expect(page.locator("#owned")).not_to_contain_text(apps[1])
        assert apps[1] not in again.value.url
