"""An import from the first request to the last download, on both engines."""

import pytest

from tests.imports.jobs import JOIN_EUI, Imports, counts, dev_eui, line, table
from tests.support.house import House, People, fresh


@pytest.fixture
def imports(house: House, people: People) -> Imports:
    return Imports(house, people.maker, house.application(people.maker))


@pytest.fixture
def first(request: pytest.FixtureRequest) -> int:
    """A number from which on DevEUIs are free."""
    return int(fresh("n").rpartition("-")[2]) * 10_000


def test_it_works(imports: Imports, first: int) -> None:
    job = imports.run(table(line(first + n) for n in range(1000)))
    assert job["state"] == "IMPORT_DONE"
    assert counts(job) == (1000, 1000, 0, 0)
    assert job["file_bytes"] == job["file_bytes_read"]
    device = imports.house.ok(
        "GET", f"/applications/{imports.application}/devices/sensor-{first + 7}?field_mask=name", token=imports.key
    )
    assert device["name"] == f"Sensor {first + 7}"


def test_a_device_has_its_parts_and_its_key(imports: Imports, first: int) -> None:
    imports.run(table([line(first)]))
    path, house, key = f"/applications/{imports.application}/devices/sensor-{first}", imports.house, imports.key
    network = house.ok("GET", f"/ns{path}?field_mask=frequency_plan_id,lorawan_version,supports_join", token=key)
    assert (network["frequency_plan_id"], network["lorawan_version"]) == ("EU_863_870", "MAC_V1_0_3")
    assert network["supports_join"] is True
    house.ok("GET", f"/as{path}?field_mask=ids", token=key)
    join = house.ok("GET", f"/js{path}?field_mask=root_keys.app_key.key", token=key)
    assert join["root_keys"]["app_key"]["key"] == f"{first:032X}"


def test_wrong_rows_are_named_and_the_good_ones_go_in(imports: Imports, first: int) -> None:
    lines = [line(first), line(first + 1, dev_eui="XYZ"), line(first + 2), line(first + 3, id="Not An Id")]
    job = imports.run(table(lines))
    assert (job["state"], counts(job)) == ("IMPORT_DONE", (4, 2, 0, 2))
    failed = imports.rows(job["import_id"], filter="IMPORT_ROWS_FAILED")
    assert [(row["index"], row["line"]) for row in failed] == [("1", "3"), ("3", "5")]
    assert "dev_eui" in failed[0]["reason"]
    assert len(imports.rows(job["import_id"])) == 4


def test_the_list_of_failed_rows_can_be_downloaded(imports: Imports, first: int) -> None:
    job = imports.run(table([line(first, dev_eui="XYZ"), line(first + 1)]))
    rows = imports.csv("GET", job["import_id"], "failed.csv")
    assert [(row["index"], row["line"], row["error"]) for row in rows] == [("0", "2", "parse_csv_field")]


def test_codes_are_handed_out_once(imports: Imports, first: int) -> None:
    job = imports.run(table(line(first + n) for n in range(3)), set_claim_authentication_code=True)
    rows = imports.csv("POST", job["import_id"], "codes.csv")
    assert [row["dev_eui"] for row in rows] == [dev_eui(first + n) for n in range(3)]
    code = rows[0]["claim_authentication_code"]
    assert rows[0]["qr_code"] == f"LW:D0:{JOIN_EUI}:{dev_eui(first)}:00000000:O{code}"
    again = imports.request("POST", f"/{job['import_id']}/codes.csv")
    assert (again.status_code, again.json()["details"][0]["name"]) == (400, "codes_downloaded")
    path = f"/applications/{imports.application}/devices/sensor-{first}?field_mask=claim_authentication_code"
    device = imports.house.ok("GET", path, token=imports.key)
    assert device["claim_authentication_code"]["value"] == code


def test_the_same_file_again_makes_no_duplicates(imports: Imports, first: int) -> None:
    file = table(line(first + n) for n in range(20))
    imports.run(file)
    assert counts(imports.run(file)) == (20, 0, 20, 0)


def test_a_range_of_dev_euis_is_only_for_chips_that_have_none(imports: Imports) -> None:
    wish = {"format_id": "microchip-atecc608a-tnglora", "start_dev_eui": dev_eui(1)}
    answer = imports.request("POST", "", json=wish)
    assert (answer.status_code, "start_dev_eui" in answer.text) == (400, True)
    number = imports.create("microchip-atecc608a-mahtn-t", start_dev_eui=dev_eui(1))
    imports.request("POST", f"/{number}/cancel", json={})
