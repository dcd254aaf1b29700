"""The shared vectors: what the original accepts we accept with the same fields, and nothing more."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstack.lorawan import DevEUI, JoinEUI, VendorID
from claimstack.qr_codes import (
    FORMATS,
    Label,
    UnreadableLabel,
    UnwritableLabel,
    VendorProfileID,
    find_format,
    parse,
    write,
)

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "vectors" / "tr005_vectors.json").read_bytes()
)["vectors"]
BARE = "LW:D0:70B3D57ED0000000:0004A310001FF9DA:00000000"


def fields(label: Label, format_id: str) -> dict[str, str]:
    """The fields of a label as the vectors write them."""
    found = {
        "join_eui": str(label.join_eui) if label.join_eui else None,
        "dev_eui": str(label.dev_eui),
        "profile_id": None if format_id == "dev_eui" else label.profile_id,
        "owner_token": label.owner_token,
        "serial_number": label.serial_number,
        "proprietary": label.proprietary,
        "checksum": label.checksum,
    }
    return {name: value for name, value in found.items() if value is not None}


def vectors(condition: Callable[[dict[str, Any]], bool]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("vector", [v for v in VECTORS if condition(v)], ids=lambda v: v["id"])


def test_all_86_vectors_are_here() -> None:
    assert len(VECTORS) == 86
    assert sum(vector["valid"] for vector in VECTORS) == 32


@vectors(lambda v: v["tts"]["accepted"])
def test_what_the_original_accepts_is_read_with_the_same_fields(vector: dict[str, Any]) -> None:
    format_, label = parse(vector["input"])
    assert (format_.ID, fields(label, format_.ID)) == (vector["tts"]["format_id"], vector["tts"]["fields"])


@vectors(lambda v: v["valid"])
def test_what_the_strict_profile_accepts_is_read_with_the_same_fields(vector: dict[str, Any]) -> None:
    format_, label = parse(vector["input"])
    assert fields(label, format_.ID) == vector["fields"]
    if "vendor_id" in vector and format_.ID != "dev_eui":
        assert (str(label.vendor_id), str(label.vendor_profile_id)) == (
            vector["vendor_id"],
            vector["vendor_profile_id"],
        )


@vectors(lambda v: v["valid"] and not v["id"].endswith("-empty"))
def test_a_label_within_the_strict_profile_has_no_warning(vector: dict[str, Any]) -> None:
    assert parse(vector["input"])[1].warnings == ()


@vectors(lambda v: v["tts"]["accepted"] and not v["valid"])
def test_a_label_outside_the_strict_profile_has_a_warning(vector: dict[str, Any]) -> None:
    assert parse(vector["input"])[1].warnings


PLACES = {
    "bad-bom": "the beginning",
    "bad-d2-tr005": "part 3 (prefix)",
    "bad-d3-colon": "part 1 (JoinEUI)",
    "bad-deveui-15": "the text (DevEUI)",
    "bad-deveui-17": "the text (DevEUI)",
    "bad-deveui-long": "part 4 (DevEUI)",
    "bad-gateway": "the beginning",
    "bad-joineui-g": "part 3 (JoinEUI)",
    "bad-joineui-long": "part 3 (JoinEUI)",
    "bad-prefix-lx": "the beginning",
    "bad-profile-absent-token": "part 5 (ProfileID)",
    "bad-schema-d1": "part 2 (SchemaID)",
    "bad-schema-lower": "part 2 (SchemaID)",
    "bad-schema-missing": "part 2 (SchemaID)",
    "bad-short-total": "the text",
    "bad-trailing-newline": "part 5 (ProfileID)",
    "bad-url": "the beginning",
    "browan-lwdp": "the beginning",
    "dragino-kv": "the beginning",
    "tektelic-pair": "the beginning",
    "tts-d2-char": "part 7, extension 1",
    "tts-d2-eui": "part 4 (JoinEUI)",
    "tts-d3-char": "part 4",
    "tts-d3-parts": "part 3 (ProfileID)",
    "tts-d3-prof": "part 3 (ProfileID)",
    "tts-deveui-short": "the text (DevEUI)",
    "tts-eui": "part 3 (JoinEUI)",
    "tts-parts": "part 5 (ProfileID)",
    "tts-qrg-2": "part 4 (DevEUI)",
    "zero-profile-doc": "part 5 (ProfileID)",
}


@vectors(lambda v: not v["tts"]["accepted"] and not v["valid"])
def test_what_nobody_accepts_is_refused_naming_the_place(vector: dict[str, Any]) -> None:
    with pytest.raises(UnreadableLabel) as refusal:
        parse(vector["input"])
    assert refusal.value.place == PLACES[vector["id"]]


@vectors(lambda v: not v["tts"]["accepted"])
def test_a_refusal_repeats_nothing_of_the_text(vector: dict[str, Any]) -> None:
    with pytest.raises(UnreadableLabel) as refusal:
        parse(vector["input"])
    words = [word for word in vector["input"].replace("\n", ":").replace("=", ":").split(":") if len(word) > 8]
    assert not [word for word in words if word in str(refusal.value)]


def test_bytes_and_text_read_alike() -> None:
    assert parse(BARE.encode()) == parse(BARE)


def test_a_named_format_is_the_only_one_tried() -> None:
    assert parse(BARE, "tr005")[0].ID == "tr005"
    with pytest.raises(UnreadableLabel, match="URN"):
        parse(BARE, "tr005draft2")


def test_an_unknown_format_is_refused_and_the_known_ones_listed() -> None:
    with pytest.raises(UnreadableLabel, match="one of tr005, tr005draft2, tr005draft3, dev_eui"):
        parse(BARE, "tr006")


def test_the_dev_eui_format_has_a_second_spelling_that_the_contract_admits() -> None:
    assert find_format("deveui") is find_format("dev_eui") is FORMATS[3]


def test_a_text_of_9_bytes_is_too_short_for_any_label() -> None:
    with pytest.raises(UnreadableLabel, match="expected 10 to 1024 bytes, got 9"):
        parse("LW:D0:123")


def test_a_text_of_1024_bytes_is_read_and_one_more_is_not() -> None:
    text = f"{BARE}:P".ljust(1024, "A")
    assert len(parse(text)[1].proprietary or "") == 1024 - len(BARE) - 2
    with pytest.raises(UnreadableLabel, match="got 1025"):
        parse(text + "A")


def test_text_that_is_not_utf8_is_refused_naming_the_byte() -> None:
    with pytest.raises(UnreadableLabel, match="byte 51: expected UTF-8"):
        parse(BARE.encode() + b":O\xff")


@pytest.mark.parametrize("format_id", ["tr005draft2", "tr005draft3", "dev_eui"])
def test_only_tr005_is_written(format_id: str) -> None:
    with pytest.raises(UnwritableLabel, match="is only read, labels are written as tr005"):
        write(parse(BARE)[1], format_id)


def test_an_unknown_format_is_not_written() -> None:
    with pytest.raises(UnwritableLabel, match="is not known"):
        write(parse(BARE)[1], "tr006")


# Fragments of real labels, so that chance gets past the first letters.
FRAGMENTS = st.sampled_from(
    ["LW", "D0", "URN", "DP", "DEV", ":", "_", "%", "%25", "O", "S1", "C514A", "\n", "70B3D57ED0000000", "0128001A"]
)
TEXTS = st.lists(FRAGMENTS | st.text(max_size=3), max_size=20).map("".join)


@given(TEXTS | st.text() | st.binary(max_size=1100), st.sampled_from([None, *(f.ID for f in FORMATS)]))
def test_whatever_is_scanned_is_read_or_refused(scanned: str | bytes, format_id: str | None) -> None:
    try:
        label = parse(scanned, format_id)[1]
    except UnreadableLabel:
        return
    assert isinstance(label, Label)


VALUES = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./", min_size=1, max_size=40)
LABELS = st.builds(
    Label,
    st.binary(min_size=8, max_size=8).filter(any).map(DevEUI),
    st.binary(min_size=8, max_size=8).map(JoinEUI),
    st.binary(min_size=2, max_size=2).map(VendorID),
    st.binary(min_size=2, max_size=2).map(VendorProfileID),
    st.none() | st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=32),
    st.none() | VALUES,
    st.none() | VALUES,
)


@given(LABELS)
def test_what_is_written_reads_back_the_same_and_without_warning(label: Label) -> None:
    format_, read = parse(write(label))
    assert (format_.ID, read, read.warnings) == ("tr005", label, ())


@given(LABELS)
def test_a_written_checksum_is_found_right(label: Label) -> None:
    read = parse(write(label, with_checksum=True))[1]
    assert read.checksum is not None
    assert read.warnings == ()


@given(LABELS, st.data())
def test_a_misread_character_is_noticed_by_the_checksum(label: Label, data: st.DataObject) -> None:
    text = write(label, with_checksum=True)
    place = data.draw(st.integers(6, 15))
    misread = text[:place] + ("0" if text[place] != "0" else "8") + text[place + 1 :]
    assert any("CheckSum" in warning for warning in parse(misread)[1].warnings)
