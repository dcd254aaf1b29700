"""A maker's file by clicks: looked at, sent, watched, and what came of it taken home."""

import csv
import io
import re

import pytest
from playwright.sync_api import expect

from tests.console.conftest import Browse, Visitor
from tests.console.devices.test_story import visit
from tests.support.house import House, Person

HEAD = "id;dev_eui;join_eui;name;frequency_plan_id;lorawan_version;lorawan_phy_version;app_key;supports_join"
REST = "EU_863_870_TTN;1.0.3;1.0.3-a"


@pytest.fixture
def app(console: House, maker: Person) -> str:
    return console.application(maker, "imported")


def a_file(count: int, bad: int = 0, prefix: str = "0004A3FF") -> bytes:
    lines = [HEAD]
    for number in range(count):
        eui = "nonsense" if number < bad else f"{prefix}{number:08X}"
        lines.append(f"dev-{number};{eui};70B3D57ED0000000;Device {number};{REST};{number + 1:032X};true")
    return "\n".join(lines).encode() + b"\n"


def test_a_file_is_looked_at_imported_and_its_codes_are_taken_once(
    browse: Browse, console: House, maker: Person, app: str
) -> None:
    file = {"name": "batch.csv", "mimeType": "text/csv", "buffer": a_file(40, bad=2)}
    with browse(maker) as page:
        visit(page, f"/console/applications/{app}/devices/_import")
        page.set_input_files("#file", file)  # type: ignore[arg-type]
        expect(page.locator("#preview tbody tr")).to_have_count(10)
        expect(page.locator("#preview .note.wrong")).to_contain_text("2 rows cannot be imported")
        assert page.input_value("#format_id") == "the-things-stack-csv"
        page.click("text=Start import")
        expect(page.locator("main .badge")).to_have_text("Done", timeout=20_000)
        expect(page.locator("[data-figure=rows_created]")).to_have_text("38")
        expect(page.locator("tbody tr")).to_have_count(2)
        with page.expect_download() as refused:
            page.click("text=Download as CSV")
        assert len(refused.value.path().read_text().splitlines()) == 3
        with page.expect_download() as codes:
            page.click("text=Download codes")
        rows = list(csv.DictReader(io.StringIO(codes.value.path().read_text())))
        assert len(rows) == 38
        assert all(re.fullmatch("[2-9A-HJ-NP-Z]{16}", row["claim_authentication_code"]) for row in rows)
        expect(page.locator("main")).to_contain_text("They were downloaded on")
    path = f"/applications/{app}/devices/dev-7?field_mask=claim_authentication_code"
    found = console.ok("GET", path, token=maker.key)
    assert found["claim_authentication_code"]["value"] in {row["claim_authentication_code"] for row in rows}


def test_an_import_goes_on_when_its_page_is_closed(browse: Browse, console: House, maker: Person, app: str) -> None:
    file = {"name": "batch.csv", "mimeType": "text/csv", "buffer": a_file(400, prefix="0004A3FE")}
    with browse(maker) as page:
        visit(page, f"/console/applications/{app}/devices/_import")
        page.set_input_files("#file", file)  # type: ignore[arg-type]
        page.click("text=Start import")
        page.wait_for_url(re.compile(r"/_import/\d+$"))
        job = page.url.partition("/console")[2]
    with browse(maker) as page:
        visit(page, f"/console{job}")
        expect(page.locator("main .badge")).to_have_text("Done", timeout=60_000)
        expect(page.locator("[data-figure=rows_created]")).to_have_text("400")
        visit(page, f"/console/applications/{app}/devices")
        expect(page.locator(".pager")).to_contain_text("of 400")


def test_an_import_that_waits_for_its_file_can_be_stopped(visitor: Visitor, app: str) -> None:
    path = f"/console/applications/{app}/devices/_import"
    made = visitor.send(path, format_id="the-things-stack-csv")
    assert made.status_code == 303
    assert "Waits for its file" in visitor.get(made.headers["location"]).text
    stopped = visitor.send(made.headers["location"] + "/cancel", made.headers["location"])
    assert stopped.status_code == 303
    assert "Stopped" in visitor.get(made.headers["location"]).text


def test_a_window_that_ends_before_it_begins_is_told_beside_its_field(visitor: Visitor, app: str) -> None:
    path = f"/console/applications/{app}/devices/_import"
    window = {"valid_from": "2031-01-02T10:00", "valid_to": "2031-01-01T10:00"}
    answer = visitor.send(path, format_id="the-things-stack-csv", set_code="on", **window)
    assert answer.status_code == 400
    assert 'id="valid_to-problem"' in answer.text


def test_numbers_of_others_imports_are_nowhere(visitor: Visitor, app: str) -> None:
    for number in ("999999", "x", "9" * 40):
        assert visitor.get(f"/console/applications/{app}/devices/_import/{number}").status_code == 404
