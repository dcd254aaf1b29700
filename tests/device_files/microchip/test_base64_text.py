"""One spelling for one value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstack.device_files.microchip.base64_text import read_padded, read_url, write_url


@given(st.binary(max_size=70))
def test_what_is_written_is_read_back(octets: bytes) -> None:
    assert read_url(write_url(octets)) == octets
    assert read_url(write_url(octets), len(octets)) == octets


@pytest.mark.parametrize("text", ["AA==", "A", "AA\n", " AA", "+_AA", "A/AA", "AAé", "*AAA", None, 1, b"AAAA"])
def test_anything_but_plain_base64url_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="expected base64"):
        read_url(text)


def test_with_a_length_loose_bits_are_refused() -> None:
    assert read_url("AB") == b"\0"
    with pytest.raises(ValueError, match="expected 1 bytes"):
        read_url("AB", 1)
    with pytest.raises(ValueError, match="expected 2 bytes"):
        read_url("AA", 2)


@pytest.mark.parametrize("text", ["AA", "A===", "AA==\n", "-_==", None])
def test_certificates_are_in_padded_base64_only(text: object) -> None:
    with pytest.raises(ValueError, match="expected base64 text"):
        read_padded(text)
