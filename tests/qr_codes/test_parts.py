"""The shared parts are read the same way in every format."""

import pytest

from claimstack.lorawan import DevEUI
from claimstack.qr_codes import UnreadableLabel
from claimstack.qr_codes.parts import FIELDS, Reading, require_characters


def test_lower_case_digits_are_read_and_noted() -> None:
    reading = Reading()
    assert str(reading.octets(DevEUI, "34c5d0fa68ceffa5", "here")) == "34C5D0FA68CEFFA5"
    assert reading.warnings == ["here: hexadecimal digits in lower case"]


def test_the_profile_is_split_in_the_middle() -> None:
    vendor_id, vendor_profile_id = Reading().profile_id("0128001A", "here")
    assert (str(vendor_id), str(vendor_profile_id)) == ("0128", "001A")


def test_an_extension_of_one_character_is_empty_and_ignored() -> None:
    reading = Reading()
    reading.extend(FIELDS, "O", "part 6")
    assert reading.extensions == {}
    assert reading.warnings == ["part 6: an empty extension, ignored"]


def test_a_character_outside_the_set_is_refused_by_its_position() -> None:
    require_characters("AB", "AB", "A and B", "here")
    with pytest.raises(UnreadableLabel, match="here: expected only A and B, character 3 is not"):
        require_characters("ABC", "AB", "A and B", "here")
