"""Single values in JSON: every accepted spelling, every refused one, and how they are written."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstack.edge.json_codec import scalars
from claimstack.edge.json_codec.scalars import Mismatch

EUI = bytes.fromhex("70B3D57ED00000FB")


@pytest.mark.parametrize(
    ("text", "octets"),
    [
        ("70B3D57ED00000FB", EUI),
        ("70b3d57ed00000fb", EUI),
        ("cLPVftAAAPs=", EUI),
        ("cLPVftAAAPs", EUI),
        ("", bytes(8)),
        ("AAAAAAAAAPs=", bytes(7) + b"\xfb"),
        ("__________8", b"\xff" * 8),
        ("//////////8=", b"\xff" * 8),
    ],
)
def test_an_eui_is_read_in_hexadecimal_and_in_base64(text: str, octets: bytes) -> None:
    assert scalars.octets_reader(8)(text) == octets


@pytest.mark.parametrize(
    "value",
    ["70B3D57ED00000F", "70B3D57ED00000FBAA", "70 3D57ED00000FB", "ü0B3D57ED00000FB", 5, None, []],
)
def test_what_is_no_eui_is_refused(value: Any) -> None:
    with pytest.raises(Mismatch, match="16 hexadecimal digits, or 8 bytes in base64"):
        scalars.octets_reader(8)(value)


@given(st.sampled_from([2, 3, 4, 8, 16]).flatmap(lambda n: st.binary(min_size=n, max_size=n)))
def test_octets_read_back_from_both_forms(octets: bytes) -> None:
    read = scalars.octets_reader(len(octets))
    assert read(scalars.write_hex(octets)) == octets
    assert read(scalars.write_base64(octets)) == octets
    assert read(scalars.write_base64(octets).rstrip("=")) == octets


def test_octets_are_written_in_upper_case() -> None:
    assert scalars.write_hex(EUI) == "70B3D57ED00000FB"


@pytest.mark.parametrize("value", ["A", "AA=A", "A\n==", "ä", "!!!!", 5, None])
def test_what_is_no_base64_is_refused(value: Any) -> None:
    with pytest.raises(Mismatch, match="base64"):
        scalars.read_base64(value)


@pytest.mark.parametrize("value", [0, 255, "255", "0", 255.0, "-0", 1e2])
def test_integers_are_read_bare_as_text_and_as_whole_numbers(value: Any) -> None:
    assert scalars.integer_reader(0, 255)(value) == int(value)


@pytest.mark.parametrize(
    "value", [256, -1, "256", 1.5, "1.5", "", " 1", "1\n", "١", True, None, 1e300, float("inf"), {}]
)
def test_what_is_no_integer_in_range_is_refused(value: Any) -> None:
    with pytest.raises(Mismatch, match="an integer from 0 to 255"):
        scalars.integer_reader(0, 255)(value)


@pytest.mark.parametrize(
    ("value", "number"),
    [(1, 1.0), (1.5, 1.5), ("1.5", 1.5), ("-2e3", -2000.0), ("Infinity", float("inf"))],
)
def test_numbers_are_read_bare_and_as_text(value: Any, number: float) -> None:
    assert scalars.number_reader(None)(value) == number


@pytest.mark.parametrize("value", ["inf", "nan", "1_0", "", "0x1", True, None, float("nan"), 10**400, "1e999", []])
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(Mismatch, match="a number"):
        scalars.number_reader(None)(value)


def test_a_float_that_32_bits_cannot_hold_is_refused() -> None:
    with pytest.raises(Mismatch, match="range of a float"):
        scalars.number_reader(scalars.FLOAT_LIMIT)(3.5e38)


@pytest.mark.parametrize(
    ("value", "written"),
    [(1.0, 1), (0.1, 0.1), (float("inf"), "Infinity"), (float("-inf"), "-Infinity"), (1e300, 1e300)],
)
def test_doubles_are_written_as_json_has_them(value: float, written: Any) -> None:
    assert scalars.write_double(value) == written


def test_not_a_number_is_written_as_text() -> None:
    assert scalars.write_double(float("nan")) == "NaN"


def test_a_float_is_written_with_its_own_digits_only() -> None:
    assert scalars.write_float(0.10000000149011612) == 0.1


@pytest.mark.parametrize("value", [True, "true", 1, "1", "T"])
def test_a_bool_is_bare_in_json_and_text_in_a_query(value: Any) -> None:
    read: Callable[[Any], bool] = scalars.read_bool_text if type(value) is str else scalars.read_bool
    if value is True or type(value) is str:
        assert read(value)
    else:
        with pytest.raises(Mismatch, match="true or false"):
            read(value)


@pytest.mark.parametrize(
    ("text", "seconds", "nanos"),
    [
        ("1970-01-01T00:00:00Z", 0, 0),
        ("2021-03-01T00:00:00Z", 1_614_556_800, 0),
        ("2021-03-01T01:30:00.5+01:30", 1_614_556_800, 500_000_000),
        ("2021-02-28T19:00:00.000000001-05:00", 1_614_556_800, 1),
        ("0001-01-01T00:00:00Z", -62_135_596_800, 0),
        ("9999-12-31T23:59:59.999999999Z", 253_402_300_799, 999_999_999),
    ],
)
def test_times_are_read_with_every_offset(text: str, seconds: int, nanos: int) -> None:
    assert scalars.read_timestamp(text) == (seconds, nanos)


@pytest.mark.parametrize(
    "value",
    ["2021-03-01", "2021-03-01T00:00:00", "2021-02-30T00:00:00Z", "2021-03-01T24:00:00Z",
     "2021-03-01T00:00:60Z", "2021-03-01 00:00:00Z", "2021-03-01T00:00:00.Z", "",
     "2021-03-01T00:00:00+24:00", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01",
     "2021-03-01T00:00:00.1234567890Z", "2021-03-01T00:00:00Z\n", 5, None, {}],
)  # fmt: skip
def test_what_is_no_time_is_refused(value: Any) -> None:
    with pytest.raises(Mismatch, match="an RFC 3339 time, such as 2021-03-01T00:00:00Z"):
        scalars.read_timestamp(value)


@pytest.mark.parametrize(
    ("nanos", "text"),
    [
        (0, "2021-03-01T00:00:00Z"),
        (120_000_000, "2021-03-01T00:00:00.120Z"),
        (123_456_000, "2021-03-01T00:00:00.123456Z"),
        (1, "2021-03-01T00:00:00.000000001Z"),
    ],
)
def test_times_are_written_with_as_many_digits_as_needed(nanos: int, text: str) -> None:
    assert scalars.write_timestamp(1_614_556_800, nanos) == text


def test_a_time_outside_the_years_is_cut_and_never_a_failure() -> None:
    assert scalars.write_timestamp(2**62, 2_000_000_000) == "9999-12-31T23:59:59Z"
    assert scalars.write_timestamp(-(2**62), -1) == "0001-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("text", "seconds", "nanos"),
    [
        ("1.5s", 1, 500_000_000),
        ("-0.5s", 0, -500_000_000),
        ("0", 0, 0),
        ("1h2m", 3720, 0),
        ("-1h", -3600, 0),
        ("+1.5h", 5400, 0),
        ("100ms", 0, 100_000_000),
        ("1m5s2ms3us4ns", 65, 2_003_004),
        ("5µs", 0, 5_000),
        (".5s", 0, 500_000_000),
        ("315576000000s", 315_576_000_000, 0),
    ],
)
def test_durations_are_read_in_both_styles(text: str, seconds: int, nanos: int) -> None:
    assert scalars.read_duration(text) == (seconds, nanos)


@pytest.mark.parametrize(
    "value", ["", "5", "s", ".s", "1 s", "1d", "1s ", "315576000001s", "9" * 60 + "h", 5, None, []]
)
def test_what_is_no_duration_is_refused(value: Any) -> None:
    with pytest.raises(Mismatch, match=r"a duration, such as 1\.5s or 1h30m"):
        scalars.read_duration(value)


def test_durations_are_written_in_seconds() -> None:
    assert scalars.write_duration(3720, 0) == "3720s"
    assert scalars.write_duration(-1, -500_000_000) == "-1.500s"


@pytest.mark.parametrize(
    "value",
    ["ids,mac_settings.rx1_delay", "ids, macSettings.rx1Delay",
     {"paths": ["ids", "mac_settings.rx1_delay"]}, ["ids", "mac_settings.rx1_delay"]],
)  # fmt: skip
def test_a_field_mask_is_read_in_every_form(value: Any) -> None:
    assert scalars.read_mask(value) == ["ids", "mac_settings.rx1_delay"]


@pytest.mark.parametrize("value", ["", {}, {"paths": []}])
def test_an_empty_field_mask_has_no_paths(value: Any) -> None:
    assert scalars.read_mask(value) == []


@pytest.mark.parametrize("value", [5, [["ids"]], {"paths": "ids"}, {"paths": [1]}, {"paths": None}])
def test_what_is_no_field_mask_is_refused(value: Any) -> None:
    with pytest.raises(Mismatch, match="field paths"):
        scalars.read_mask(value)


def test_a_block_of_device_addresses_has_its_length_after_a_slash() -> None:
    assert scalars.read_dev_addr_prefix("26011b00/24") == bytes.fromhex("26011B0018")
    assert scalars.write_dev_addr_prefix(bytes.fromhex("26011B0018")) == "26011B00/24"
    with pytest.raises(Mismatch, match="a DevAddr block such as 26011B00/24"):
        scalars.read_dev_addr_prefix("26011B00/33")
