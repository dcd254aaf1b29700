"""No secret in a shown request."""

import pytest

from claimstack.cli.client.masking import masked

CANARY = "CANARY0123"


@pytest.mark.parametrize(
    "request_",
    [
        {"api_key": CANARY},
        {"user": {"password": CANARY, "temporary_password": CANARY}},
        {"old": CANARY, "new": CANARY},
        {"authenticated_identifiers": {"authentication_code": CANARY}},
        {"qr_code": CANARY},
        {"end_device": {"claim_authentication_code": {"value": CANARY}}},
        {"end_device": {"root_keys": {"app_key": {"key": CANARY}, "nwk_key": {"encrypted_key": CANARY}}}},
        {"invitation_token": CANARY},
        {"list": [{"token": CANARY}]},
    ],
)
def test_a_secret_is_masked_wherever_it_stands(request_: dict[str, object]) -> None:
    assert CANARY not in str(masked(request_))
    assert "<secret, 10 characters>" in str(masked(request_))


def test_everything_else_stays() -> None:
    request = {"name": "x", "attributes": {"value": "y"}, "paths": ["a"], "limit": 3, "password": ""}
    assert masked(request) == request
