"""Tokens look as the field knows them."""

import os

import pytest

from claimstack.vault import TokenKind, new_token, parse_token


@pytest.mark.parametrize("kind", TokenKind)
def test_a_token_has_98_characters_and_reads_back(kind: TokenKind) -> None:
    token = new_token(kind, os.urandom(56))
    text = token.text().reveal().decode()
    assert (len(text), len(token.id), len(token.secret)) == (98, 39, 52)
    again = parse_token(text)
    assert again is not None
    assert (again.kind, again.id) == (kind, token.id)
    assert again.secret.same_as(token.secret)


def test_the_prefix_of_an_api_key_is_the_known_one() -> None:
    assert new_token(TokenKind.API_KEY, bytes(56)).text().reveal().startswith(b"NNSXS.")


@pytest.mark.parametrize(
    "text",
    ["", "NNSXS", "NNSXS.A.B", "XXXXX." + "A" * 39 + "." + "A" * 52, "NNSXS." + "a" * 39 + "." + "A" * 52, "N" * 500],
)
def test_what_is_no_token_is_none(text: str) -> None:
    assert parse_token(text) is None


def test_too_little_chance_is_refused() -> None:
    with pytest.raises(ValueError, match="56"):
        new_token(TokenKind.API_KEY, bytes(55))
