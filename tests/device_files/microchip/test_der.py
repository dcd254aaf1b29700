"""DER is read as far as needed, and what is no DER is refused whatever it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstack.device_files.microchip import der
from tests.device_templates.microchip.maker import DEV_EUI, maker


def test_the_parts_of_a_certificate_are_those_that_others_find() -> None:
    leaf = maker().leaf(form="B")
    parts = der.certificate_parts(leaf.tbs_certificate_bytes)
    assert leaf.subject.public_bytes().endswith(parts.subject)
    assert leaf.issuer.public_bytes().endswith(parts.issuer)
    assert der.texts(parts.subject, bytes.fromhex("550403")) == [f"0123A0B1C2D3E4F527 {DEV_EUI} ATECC"]


def test_an_alternative_name_is_found_that_a_stricter_reader_will_not_touch() -> None:
    leaf = maker().leaf(form="C")
    with pytest.raises(ValueError, match="PrintableString"):
        list(leaf.extensions)
    parts = der.certificate_parts(leaf.tbs_certificate_bytes)
    names = der.extension(parts.extensions, bytes.fromhex("551d11"))
    assert der.directory_texts(names, bytes.fromhex("550405")) == [f"eui64_{DEV_EUI}"]


@pytest.mark.parametrize("octets", ["30", "3080", "308100", "30820001", "3005", "30810500", "308400000001", "30830000"])
def test_a_length_that_is_wrong_or_not_the_shortest_is_refused(octets: str) -> None:
    with pytest.raises(ValueError, match="DER: a "):
        list(der.fields(bytes.fromhex(octets)))


def test_an_extension_that_stands_there_twice_is_refused() -> None:
    one = bytes.fromhex("30090603551d1104023000")
    body = one + one
    assert der.extension(b"\x30" + bytes([len(one)]) + one, bytes.fromhex("551d11")) == b"\x30\x00"
    with pytest.raises(ValueError, match="once"):
        der.extension(b"\x30" + bytes([len(body)]) + body, bytes.fromhex("551d11"))


@given(st.binary(max_size=200))
def test_any_bytes_are_either_read_or_refused(octets: bytes) -> None:
    for read in (
        der.certificate_parts,
        lambda some: der.directory_texts(some, b"U"),
        lambda some: der.texts(some, b"U"),
    ):
        try:
            read(octets)
        except ValueError:
            continue


@given(st.integers(0, 400), st.integers(0, 255))
def test_any_damaged_certificate_is_either_read_or_refused(position: int, octet: int) -> None:
    tbs = bytearray(maker().leaf(form="C").tbs_certificate_bytes)
    tbs[position % len(tbs)] = octet
    try:
        der.certificate_parts(bytes(tbs))
    except ValueError:
        return
