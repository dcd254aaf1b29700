"""Claim authentication codes: made hard to guess and easy to read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstack.claiming.code import ALPHABET, bits, is_weak, make_code


@given(st.binary(min_size=10, max_size=10))
def test_a_new_code_fits_a_label_and_the_contract(random: bytes) -> None:
    assert re.fullmatch(r"[A-Z0-9]{16}", make_code(random))


@given(st.binary(min_size=10, max_size=10))
def test_every_random_bit_is_in_the_code(random: bytes) -> None:
    number = 0
    for character in make_code(random):
        number = number << 5 | ALPHABET.index(character)
    assert number.to_bytes(10, "big") == random


def test_no_two_characters_look_alike() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert not set("0O1I") & set(ALPHABET)


def test_less_chance_makes_no_code() -> None:
    with pytest.raises(ValueError, match="10 random bytes"):
        make_code(bytes(9))


@pytest.mark.parametrize("code", ["ABCD", "1", "12345678", "00000000000000000000", "ABCDEFGHIJKLMNOP", "CAFE0123"])
def test_short_and_regular_codes_are_weak(code: str) -> None:
    assert is_weak(code)


@pytest.mark.parametrize("code", ["7QX2M9KD", "3F9A07C2B4D1", "K7M2Q9XRT4WZ8NBH"])
def test_long_and_irregular_codes_are_not(code: str) -> None:
    assert not is_weak(code)


@pytest.mark.parametrize(("code", "expected"), [("9", 3), ("F", 4), ("Z", 5), ("zZ", 11), ("", 0)])
def test_bits_are_those_of_the_smallest_set(code: str, expected: int) -> None:
    assert bits(code) == expected
