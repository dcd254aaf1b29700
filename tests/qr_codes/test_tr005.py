"""Reading what real printers made, and refusing to print what no reader could use."""

from dataclasses import replace

import pytest

from claimstack.lorawan import DevEUI, JoinEUI, VendorID
from claimstack.qr_codes import Label, UnreadableLabel, UnwritableLabel, VendorProfileID
from claimstack.qr_codes.tr005 import parse, recognises, write

BARE = "LW:D0:70B3D57ED0000000:0004A310001FF9DA:00000000"
LABEL = Label(DevEUI.from_hex("0004A310001FF9DA"), JoinEUI.from_hex("70B3D57ED0000000"))


def test_a_label_gives_euis_profile_token_and_serial() -> None:
    label = parse("LW:D0:70B3D57ED0000000:0004A310001FF9DA:01280017:OC05EA29C:S0123AB:PLOT-42/7")
    assert label == Label(
        DevEUI.from_hex("0004A310001FF9DA"),
        JoinEUI.from_hex("70B3D57ED0000000"),
        VendorID.from_hex("0128"),
        VendorProfileID.from_hex("0017"),
        owner_token="C05EA29C",
        serial_number="0123AB",
        proprietary="LOT-42/7",
    )


def test_only_the_exact_prefix_is_recognised() -> None:
    assert recognises(BARE)
    assert not recognises(BARE.lower())
    assert not recognises("LWX:")


def test_an_empty_join_eui_is_read_as_zeros_with_a_warning() -> None:
    label = parse("LW:D0::0004A310001FF9DA:00000000")
    assert label.join_eui == JoinEUI(bytes(8))
    assert label.warnings == ("part 3 (JoinEUI): is empty, read as 0000000000000000",)


def test_an_empty_dev_eui_names_no_device_and_is_refused() -> None:
    with pytest.raises(UnreadableLabel, match=r"part 4 \(DevEUI\): expected 16 hexadecimal digits, got 0"):
        parse("LW:D0:70B3D57ED0000000::00000000")


def test_the_schema_is_named_when_it_is_another() -> None:
    with pytest.raises(UnreadableLabel, match=r"part 2 \(SchemaID\): expected D0"):
        parse("LW:D1:70B3D57ED0000000:0004A310001FF9DA:00000000")


def test_another_prefix_is_refused() -> None:
    with pytest.raises(UnreadableLabel, match=r"part 1 \(prefix\): expected LW"):
        parse("URN:DEV")


@pytest.mark.parametrize(
    ("text", "missing"),
    [("LW:D0", "part 3 (JoinEUI)"), ("LW:D0:1", "part 4 (DevEUI)"), ("LW:D0:1:2", "part 5 (ProfileID)")],
)
def test_the_first_missing_part_is_named(text: str, missing: str) -> None:
    with pytest.raises(UnreadableLabel) as refusal:
        parse(text)
    assert (refusal.value.place, refusal.value.expected) == (missing, "is missing")


def test_a_line_break_at_the_end_of_a_code_is_not_part_of_the_code() -> None:
    label = parse(f"{BARE}:OABCD\r\n")
    assert label.owner_token == "ABCD"
    assert label.warnings == ("part 6: a line break at its end, ignored",)


def test_a_line_break_after_a_right_checksum_does_not_make_it_wrong() -> None:
    assert parse(f"{BARE}:C514A\n").warnings == ("part 6: a line break at its end, ignored",)


def test_a_join_eui_that_begins_with_c_is_not_taken_for_a_checksum() -> None:
    text = write(replace(LABEL, join_eui=JoinEUI.from_hex("C0B3D57ED0000000")), with_checksum=True)
    assert parse(text).warnings == ()


def test_a_lower_case_code_is_read_as_it_stands_with_a_warning() -> None:
    label = parse(f"{BARE}:Oabcd")
    assert label.owner_token == "abcd"
    assert label.warnings == ("OwnerToken: has characters that do not belong on a label",)


def test_of_two_codes_the_last_one_counts() -> None:
    label = parse(f"{BARE}:O1:O2")
    assert label.owner_token == "2"
    assert label.warnings == ("part 7 (OwnerToken): given more than once, this one counts",)


def test_an_unknown_extension_is_skipped_with_a_warning_that_does_not_repeat_it() -> None:
    label = parse(f"{BARE}:XSECRET:O1")
    assert label.owner_token == "1"
    assert label.warnings == ("part 6: an unknown extension, ignored; known are O, S, P, C",)


def test_a_checksum_before_the_end_proves_nothing() -> None:
    assert parse(f"{BARE}:C514A:O1").warnings == ("CheckSum: is not the last part, so it proves nothing",)


def test_a_label_without_code_is_written_without_extensions() -> None:
    assert write(LABEL) == BARE


def test_extensions_are_written_in_the_order_of_the_standard() -> None:
    label = replace(LABEL, owner_token="C05EA29C", serial_number="0123AB", proprietary="LOT-42/7")
    assert write(label, with_checksum=True) == f"{BARE}:OC05EA29C:S0123AB:PLOT-42/7:CDD71"


def test_a_lower_case_code_cannot_go_on_a_label_and_the_error_says_so_without_repeating_it() -> None:
    with pytest.raises(UnwritableLabel, match="a label has no lower-case letters") as refusal:
        write(replace(LABEL, owner_token="abcd"))
    assert refusal.value.place == "OwnerToken"
    assert "abcd" not in str(refusal.value)


@pytest.mark.parametrize("code", ["A-B", "A B", "A:B", "Ä", "١"])
def test_a_code_of_other_characters_cannot_go_on_a_label(code: str) -> None:
    with pytest.raises(UnwritableLabel, match="OwnerToken: expected only 0-9 and A-Z"):
        write(replace(LABEL, owner_token=code))


def test_a_code_has_32_characters_at_most() -> None:
    assert write(replace(LABEL, owner_token="A" * 32)).endswith(":O" + "A" * 32)
    with pytest.raises(UnwritableLabel, match="at most 32 characters"):
        write(replace(LABEL, owner_token="A" * 33))


def test_an_empty_extension_is_not_written() -> None:
    with pytest.raises(UnwritableLabel, match="OwnerToken: expected at least one character"):
        write(replace(LABEL, owner_token=""))


@pytest.mark.parametrize("serial", ["A:B", "A_B", "ÄB"])
def test_a_serial_number_has_only_characters_of_the_qr_set(serial: str) -> None:
    with pytest.raises(UnwritableLabel, match="SerNum: expected only"):
        write(replace(LABEL, serial_number=serial))


def test_a_label_needs_a_join_eui() -> None:
    with pytest.raises(UnwritableLabel, match="JoinEUI"):
        write(replace(LABEL, join_eui=None))


def test_a_label_needs_a_dev_eui_that_is_not_zero() -> None:
    with pytest.raises(UnwritableLabel, match="DevEUI"):
        write(replace(LABEL, dev_eui=DevEUI(bytes(8))))
