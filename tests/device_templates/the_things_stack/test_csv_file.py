"""Device tables in CSV: all columns, both dividers, any charset; what is wrong is named by line and column."""

import tracemalloc
from collections.abc import Iterator

import pytest

from claimstack.wire import v3
from tests.device_templates.conversions import SAMPLES, devices, ids, outcomes, pieces, with_samples, wrong

CSV = "the-things-stack-csv"
ALL = {
    "id": "sensor-1",
    "dev_eui": "0004A310001FF9DA",
    "join_eui": "70B3D57ED0000000",
    "name": "Sensor 1",
    "description": "first",
    "frequency_plan_id": "EU_863_870",
    "lorawan_version": "MAC_V1_0_3",
    "lorawan_phy_version": "1.0.3-a",
    "brand_id": "maker",
    "model_id": "sensor",
    "hardware_version": "1.1",
    "firmware_version": "2.0",
    "band_id": "EU_863_870",
    "vendor_id": "42",
    "vendor_profile_id": "7",
    "app_key": "0102030405060708090A0B0C0D0E0F10",
    "nwk_key": "1102030405060708090A0B0C0D0E0F10",
    "rx1_delay": "RX_DELAY_5",
    "supports_32_bit_f_cnt": "false",
    "dev_addr": "26012F9D",
    "app_s_key": "2102030405060708090A0B0C0D0E0F10",
    "f_nwk_s_int_key": "3102030405060708090A0B0C0D0E0F10",
    "last_f_cnt_up": "12",
    "last_n_f_cnt_down": "13",
    "last_a_f_cnt_down": "14",
    "supports_class_c": "true",
}


def table(*rows: dict[str, str], divider: str = ";") -> bytes:
    lines = [divider.join(rows[0]), *(divider.join(row.values()) for row in rows)]
    return "\n".join(lines).encode()


def row(number: int, **more: str) -> dict[str, str]:
    return {"id": f"sensor-{number}", "dev_eui": f"{number:016X}", "join_eui": "70B3D57ED0000000", **more}


def expected_device() -> v3.EndDevice:
    key = {name: bytes.fromhex(value) for name, value in ALL.items() if name.endswith("_key")}
    device = v3.EndDevice(
        name="Sensor 1", description="first", frequency_plan_id="EU_863_870", supports_join=True, supports_class_c=True
    )
    device.ids.device_id = "sensor-1"
    device.ids.dev_eui, device.ids.join_eui = bytes.fromhex(ALL["dev_eui"]), bytes.fromhex(ALL["join_eui"])
    device.lorawan_version, device.lorawan_phy_version = v3.MAC_V1_0_3, v3.PHY_V1_0_3_REV_A
    for name in ("brand_id", "model_id", "hardware_version", "firmware_version", "band_id"):
        setattr(device.version_ids, name, ALL[name])
    device.lora_alliance_profile_ids.vendor_id, device.lora_alliance_profile_ids.vendor_profile_id = 42, 7
    device.root_keys.app_key.key, device.root_keys.nwk_key.key = key["app_key"], key["nwk_key"]
    device.mac_settings.rx1_delay.value = v3.RX_DELAY_5
    device.mac_settings.supports_32_bit_f_cnt.value = False
    device.session.dev_addr = bytes.fromhex(ALL["dev_addr"])
    device.session.keys.app_s_key.key = key["app_s_key"]
    device.session.keys.f_nwk_s_int_key.key = key["f_nwk_s_int_key"]
    session = device.session
    session.last_f_cnt_up, session.last_n_f_cnt_down, session.last_a_f_cnt_down = 12, 13, 14
    return device


@pytest.mark.parametrize("divider", [";", ","])
@pytest.mark.parametrize("size", [1, 7, 1 << 16])
def test_every_column_reaches_its_field(divider: str, size: int) -> None:
    (found,) = outcomes(CSV, pieces(table(ALL, divider=divider), size))
    assert found.template.end_device == expected_device()  # type: ignore[union-attr]


def test_the_mask_names_what_the_row_sets_zero_or_not() -> None:
    (found,) = outcomes(CSV, b"dev_eui;app_eui;supports_class_c;name\n0004A310001FF9DA;0000000000000000;false;\n")
    paths = list(found.template.field_mask.paths)  # type: ignore[union-attr]
    assert paths == ["ids.device_id", "ids.dev_eui", "ids.join_eui", "supports_class_c"]


def test_a_device_without_an_id_is_called_after_its_dev_eui() -> None:
    (device,) = devices(CSV, b"app_eui,dev_eui\n70B3D57ED0000000,0004A310001FF9DA\n")
    assert device.ids.device_id == "eui-0004a310001ff9da"
    assert device.ids.join_eui.hex() == "70b3d57ed0000000"
    assert not device.supports_join


def test_unknown_columns_blanks_and_empty_lines_are_passed_over() -> None:
    file = b"\n ID ; colour;dev_eui \n\nsensor-1; red; 0004A310001FF9DA\n;;\n"
    assert ids(outcomes(CSV, file)) == ["sensor-1"]


def test_a_semicolon_in_the_head_wins_over_commas() -> None:
    (device,) = devices(CSV, b"id;name, or so;name\nsensor-1;x;a, b\n")
    assert device.name == "a, b"


def test_quoted_cells_may_hold_dividers_quotes_and_line_ends() -> None:
    (device, _) = devices(CSV, b'id;name;description\r\nsensor-1;"a;""b""";"two\r\nlines"\r\nsensor-2;5" pipe;\r\n')
    assert (device.name, device.description) == ('a;"b"', "two\nlines")


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("size", [1, 5, 1000])
def test_any_usual_charset_is_found_out(charset: str, size: int) -> None:
    (found,) = outcomes(CSV, pieces("id;name\nsensor-1;Fühler €\n".encode(charset), size))
    assert found.template.end_device.name == "Fühler €"  # type: ignore[union-attr]


def test_make_and_model_of_the_request_fill_only_what_the_file_left_out() -> None:
    given = v3.EndDeviceVersionIdentifiers(brand_id="maker", model_id="other", band_id="EU_863_870")
    (found,) = outcomes(CSV, table(row(1, model_id="sensor")), version_ids=given)
    template = found.template  # type: ignore[union-attr]
    assert (template.end_device.version_ids.brand_id, template.end_device.version_ids.model_id) == ("maker", "sensor")
    assert list(template.field_mask.paths)[-2:] == ["version_ids.brand_id", "version_ids.band_id"]


WRONG_CELLS = [
    ("dev_eui", "0004A310001FF9D", "`dev_eui`: DevEUI: expected 16 hexadecimal digits, got 15"),
    ("join_eui", "70B3D57ED000000X", "`join_eui`: JoinEUI: expected 16 hexadecimal digits, character 16 is not one"),
    ("app_key", "0102", "`app_key`: expected 32 hexadecimal digits, got 4"),
    ("vendor_id", "1AC", "`vendor_id`: expected a decimal number"),
    ("supports_class_c", "maybe", "`supports_class_c`: expected true or false"),
    ("id", "Sensor 1", "`id`: expected 3 to 36 lower-case letters, digits and single hyphens"),
    ("description", "x" * 4097, "`description`: expected at most 4096 characters"),
]


@pytest.mark.parametrize(("column", "cell", "reason"), WRONG_CELLS)
def test_a_wrong_cell_is_named_by_line_and_column_and_the_others_go_in(column: str, cell: str, reason: str) -> None:
    bad = {**ALL, "id": "sensor-2", column: cell}
    found = outcomes(CSV, table({**ALL, "id": "sensor-0"}, bad, {**ALL, "id": "sensor-3"}))
    number = list(ALL).index(column) + 1
    assert wrong(found) == [(f"entry 1, line 3, column {number}", "parse_csv_field", reason)]
    assert ids(found) == ["sensor-0", "sensor-3"]


def test_an_unknown_version_is_named_by_its_column() -> None:
    ((place, name, reason),) = wrong(outcomes(CSV, b"id;lorawan_version\nsensor-1;MAC_V9\n"))
    assert (place, name) == ("entry 0, line 2, column 2", "parse_csv_field")
    assert reason.startswith("`lorawan_version`: expected one of MAC_UNKNOWN, MAC_V1_0")


def test_join_eui_and_app_eui_must_not_contradict_each_other() -> None:
    good = b"id;join_eui;app_eui\nsensor-1;70B3D57ED0000000;70B3D57ED0000000\n"
    assert ids(outcomes(CSV, good)) == ["sensor-1"]
    found = outcomes(CSV, b"id;join_eui;app_eui\nsensor-1;70B3D57ED0000000;70B3D57ED0000001\n")
    assert wrong(found) == [("entry 0, line 2, column 3", "parse_csv_field", "`app_eui`: join_eui says something else")]


def test_a_row_with_too_few_or_too_many_cells_is_refused() -> None:
    found = outcomes(CSV, b"id;dev_eui\nsensor-1\nsensor-2;0000000000000002;x\nsensor-3;0000000000000003;\n")
    assert wrong(found) == [
        ("entry 0, line 2", "parse_csv", "expected 2 cells, got 1"),
        ("entry 1, line 3", "parse_csv", "expected 2 cells, got 3"),
    ]
    assert ids(found) == ["sensor-3"]


WRONG_HEADS = [
    (b"", "expected the names of columns in the first line, found none"),
    (b"colour;size\nred;1\n", "expected the names of columns, such as dev_eui, in the first line"),
    (b"id;dev_eui;id\n", "column `id` stands there twice"),
    (b";".join([b"id", *[b"x"] * 1_000_000]), "expected at most 65536 characters in a line"),
    (b";".join([b"id", *[b"x"] * 256]), "expected at most 256 columns"),
    (b"PK\x03\x04\x00\xff\xfe\x00", "expected the names of columns, such as dev_eui, in the first line"),
]


@pytest.mark.parametrize(("file", "reason"), WRONG_HEADS)
def test_without_a_head_that_is_known_nothing_is_read(file: bytes, reason: str) -> None:
    (found,) = outcomes(CSV, file)
    assert wrong([found])[0][2] == reason
    assert found.last  # type: ignore[union-attr]


def test_a_lost_quote_costs_its_own_line_only() -> None:
    rows = [f'sensor-{number};"name {number}"' for number in range(1, 7)]
    rows[2] = 'sensor-3;"name 3'
    found = outcomes(CSV, "\n".join(["id;name", *rows]).encode())
    assert wrong(found) == [("entry 2, line 4, column 10", "parse_csv", "expected a closing quote, or no quote at all")]
    assert ids(found) == ["sensor-1", "sensor-2", "sensor-4", "sensor-5", "sensor-6"]


def test_a_lost_quote_in_the_last_line_is_found_too() -> None:
    found = outcomes(CSV, b'id;name\nsensor-1;x\n"sensor-2;y\nsensor-3;z')
    assert wrong(found) == [("entry 1, line 3, column 1", "parse_csv", "expected a closing quote, or no quote at all")]
    assert ids(found) == ["sensor-1", "sensor-3"]


def test_of_a_lost_quote_before_thousands_of_lines_all_of_them_are_read() -> None:
    lines = [f"sensor-{number};x" for number in range(100, 5000)]
    found = outcomes(CSV, "\n".join(["id;name", 'sensor-1;"x', *lines]).encode())
    assert len(wrong(found)) == 1
    assert len(ids(found)) == len(lines)


def test_a_line_of_ten_mebibytes_is_named_and_passed_over_in_flat_memory() -> None:
    def file() -> Iterator[bytes]:
        yield b"id;name\nsensor-1;x\nsensor-2;"
        for _ in range(160):
            yield b"x" * (1 << 16)
        yield b"\nsensor-3;x\n"

    tracemalloc.start()
    found = outcomes(CSV, file())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert wrong(found) == [("entry 1, line 3", "parse_csv", "expected at most 65536 characters in a line")]
    assert ids(found) == ["sensor-1", "sensor-3"]
    assert peak < 2 << 20


def test_bytes_that_are_no_text_end_the_reading_and_what_came_before_stays() -> None:
    file = "id;name\nsensor-1;Fühler\n".encode() + b"sensor-2;\xff\n"
    found = outcomes(CSV, pieces(file, 8))
    assert ids(found) == ["sensor-1"]
    assert wrong(found) == [
        ("entry 1, line 3", "parse_csv", "expected text in UTF-8, UTF-16 with a mark, or Windows-1252")
    ]


@with_samples
@pytest.mark.parametrize(("name", "count"), [("all_columns", 3), ("comma_separated", 3), ("appeui", 1)])
def test_the_real_tables_are_read(name: str, count: int) -> None:
    assert len(devices(CSV, (SAMPLES / f"tts-devices-{name}.csv").read_bytes())) == count


@with_samples
def test_a_real_table_with_a_hexadecimal_vendor_id_is_refused_as_the_original_does() -> None:
    found = outcomes(CSV, (SAMPLES / "tts-devices-with_version_id.csv").read_bytes())
    assert wrong(found) == [("entry 0, line 2, column 12", "parse_csv_field", "`vendor_id`: expected a decimal number")]
