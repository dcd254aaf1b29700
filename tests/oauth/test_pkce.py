"""Proof Key for Code Exchange."""

import pytest

from claimstack.oauth import pkce

# The pair of RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_pair_of_the_standard_fits() -> None:
    assert pkce.challenge_of(VERIFIER) == CHALLENGE
    assert pkce.answers(VERIFIER, CHALLENGE)


def test_without_a_challenge_there_must_be_no_verifier_and_the_other_way_round() -> None:
    assert pkce.answers(None, None)
    assert not pkce.answers(VERIFIER, None)
    assert not pkce.answers(None, CHALLENGE)


@pytest.mark.parametrize("verifier", ["", "short", CHALLENGE, "v" * 42, "v" * 129, VERIFIER + "\n", "ä" * 43])
def test_nothing_else_answers(verifier: str) -> None:
    assert not pkce.answers(verifier, CHALLENGE)


@pytest.mark.parametrize("length", [42, 129])
def test_a_verifier_of_a_wrong_length_answers_not_even_its_own_challenge(length: int) -> None:
    assert not pkce.answers("v" * length, pkce.challenge_of("v" * length))
    assert pkce.answers("v" * 128, pkce.challenge_of("v" * 128))


@pytest.mark.parametrize("text", ["", "a" * 42, "a" * 44, "a" * 42 + "=", "a" * 42 + "+", "a" * 43 + "\n"])
def test_what_cannot_be_a_challenge(text: str) -> None:
    assert pkce.is_challenge(CHALLENGE)
    assert not pkce.is_challenge(text)
