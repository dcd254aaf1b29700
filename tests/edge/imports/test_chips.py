"""Rows of chips are what they would be if each chip were the first; the same chip is taken once."""

from typing import Any

import pytest

from claimstack.device_files import Chip, Place
from claimstack.edge.imports.chips import ChipRows
from claimstack.edge.imports.found import Way, way_of
from claimstack.import_rows import FoundRow, Order
from claimstack.wire import claimstack_v1 as v1
from claimstack.wire import v3

WARNINGS = ("the chip was provisioned in the future", "its signer expired")
ANY = {"version_ids": {"brand_id": "maker"}, "frequency_plan_id": "EU_863_870", "lorawan_version": 4}
WISHES: tuple[dict[str, Any], ...] = (
    {},
    {"server_address": "js.example"},
    {"defaults": {**ANY, "lorawan_phy_version": 5}, "components": ["ns", "as", "js"]},
    {"components": ["as"]},
)


def way(keys: bytes = b"", **words: Any) -> Way:
    request = v1.CreateImportRequest(application_ids={"application_id": "maker-app"}, **words)
    return way_of(Order("microchip-atecc608a-tnglora", request.SerializeToString(), 0, keys=keys))


def chip(number: int, **given: Any) -> Chip:
    """Every third has another JoinEUI, every other something to be told of."""
    statement = {"uniqueId": number, "publicKeySet": {"keys": [{"kty": "EC", "kid": None}]}, "odd": bool(number % 2)}
    own = {"dev_eui": number.to_bytes(8, "big"), "join_eui": bytes(7) + bytes([number % 3]), **given}
    return Chip(f"0123{number:012x}27", **own, statement=statement, warnings=WARNINGS[: number % 3])


@pytest.mark.parametrize("words", WISHES)
def test_chips_alike_become_rows_as_if_each_were_the_first(words: dict[str, Any]) -> None:
    rows = ChipRows(way(**words))
    for number in range(1, 8):
        one = chip(number), Place(number, line=number + 1, column=2)
        row = rows.row(*one)
        assert row == ChipRows(way(**words)).row(*one)
        assert row.wish is not None


def test_a_chips_row_has_what_is_its_own() -> None:
    rows = ChipRows(way())
    found = [rows.row(chip(number), Place(number, line=number)) for number in (1, 2)]
    assert [part(row).root_keys.root_key_id for row in found] == ["0123" + "0" * 11 + f"{n}27" for n in (1, 2)]
    assert [part(row).provisioning_data["uniqueId"] for row in found] == [1, 2]
    assert [row.warnings for row in found] == [WARNINGS[0], "; ".join(WARNINGS)]


def part(row: FoundRow) -> v3.EndDevice:
    assert row.wish is not None
    ((component, settings, _),) = row.wish.parts
    assert component == "js"
    return v3.EndDevice.FromString(settings)


def test_the_defaults_tell_make_and_model_of_all() -> None:
    rows = ChipRows(way(defaults=ANY))
    wishes = [rows.row(chip(number), Place(number)).wish for number in (1, 2)]
    assert [wish and v3.EndDevice.FromString(wish.is_body).version_ids.brand_id for wish in wishes] == ["maker"] * 2


def test_a_chip_is_taken_once_even_when_it_came_to_nothing() -> None:
    rows = ChipRows(way())
    nameless = chip(1, dev_eui=b"")
    assert [rows.row(one, Place(0)).error for one in (nameless, nameless, chip(2), chip(2))] == [
        "no_dev_eui",
        "duplicate",
        "",
        "duplicate",
    ]


def test_what_stands_beside_the_file_is_each_chips_own() -> None:
    keys = "".join(f"{number.to_bytes(8, 'big').hex()},{number:032X}\n" for number in (1, 2)).encode()
    rows = ChipRows(way(keys))
    found = [rows.row(chip(number), Place(number)) for number in (1, 2, 3)]
    keys_of = [row.wish and row.wish.keys for row in found]
    assert keys_of == [(("app_key", bytes(15) + b"\1"),), (("app_key", bytes(15) + b"\2"),), ()]
    assert "none for this device" in found[2].warnings


def test_chips_without_a_dev_eui_get_their_places_in_the_range() -> None:
    rows = ChipRows(way(start_dev_eui=(64).to_bytes(8, "big")))
    wishes = [rows.row(chip(number, dev_eui=b""), Place(number)).wish for number in (1, 2)]
    assert [wish and wish.dev_eui for wish in wishes] == [(65).to_bytes(8, "big"), (66).to_bytes(8, "big")]
