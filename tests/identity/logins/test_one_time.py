"""Tokens for one use."""

import os

import pytest

from claimstack.identity.logins import OneTime
from claimstack.vault import Vault


def test_a_token_is_read_as_it_was_written(vault: Vault) -> None:
    made = OneTime.new("invitation", "17", os.urandom(32))
    read = OneTime.parse("invitation", made.text().reveal().decode())
    assert read is not None
    assert read.id == "17"
    assert read.matches(vault, made.hash(vault), vault.pepper_version)


def test_a_token_of_one_use_is_not_good_for_another(vault: Vault) -> None:
    made = OneTime.new("invitation", "17", os.urandom(32))
    other = OneTime.parse("login token", made.text().reveal().decode())
    assert other is not None
    assert not other.matches(vault, made.hash(vault), vault.pepper_version)


@pytest.mark.parametrize(
    "text", ["", "17", "17.", ".A", "17." + "a" * 52, "17." + "A" * 51, "١٧." + "A" * 52, "9" * 99]
)
def test_anything_else_is_no_token(text: str) -> None:
    assert OneTime.parse("invitation", text) is None


def test_chance_must_be_32_bytes() -> None:
    with pytest.raises(ValueError, match="32 random bytes"):
        OneTime.new("invitation", "17", b"short")
