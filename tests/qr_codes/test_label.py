"""A label keeps its secret to itself."""

from claimstack.lorawan import DevEUI
from claimstack.qr_codes import Label, UnreadableLabel


def test_the_owner_token_is_not_in_the_printed_form() -> None:
    label = Label(DevEUI.from_int(1), owner_token="TOPSECRET", proprietary="KEY")
    assert "TOPSECRET" not in repr(label)
    assert "KEY" not in repr(label)


def test_a_profile_that_is_not_given_is_eight_zeros() -> None:
    assert Label(DevEUI.from_int(1)).profile_id == "00000000"


def test_labels_differ_by_what_they_say_and_not_by_how_they_were_printed() -> None:
    assert Label(DevEUI.from_int(1), warnings=("lower case",)) == Label(DevEUI.from_int(1))
    assert Label(DevEUI.from_int(1), owner_token="A") != Label(DevEUI.from_int(1), owner_token="B")


def test_a_refusal_reads_place_first() -> None:
    assert str(UnreadableLabel("part 4 (DevEUI)", "is missing")) == "part 4 (DevEUI): is missing"
