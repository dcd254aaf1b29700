"""Whom a manifest is believed: what the package carries, and what can be configured."""

import hashlib
import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from claimstack.device_files import CARRIED, MAHTN_T, TNGLORA, Trust
from claimstack.device_files.microchip.base64_text import write_url
from claimstack.device_files.microchip.trust import key_id_of
from tests.device_templates.conversions import SAMPLES, with_samples
from tests.device_templates.microchip.maker import LogSignerKey, certificate, der, maker, new_key


def pem(one: x509.Certificate) -> bytes:
    return one.public_bytes(Encoding.PEM)


def test_the_key_ids_carried_are_those_of_the_points_carried() -> None:
    assert len(CARRIED.signers) == 4
    for signer in CARRIED.signers:
        assert key_id_of(signer.point) == signer.key_id
        assert signer.key.curve.name == "secp256r1"


def test_the_carried_signers_are_bound_to_their_format() -> None:
    by_name = {signer.name: signer for signer in CARRIED.signers}
    assert by_name["Log Signer 003"].signs(TNGLORA)
    assert not by_name["Log Signer 003"].signs(MAHTN_T)
    assert not by_name["Log Signer Test"].signs(TNGLORA)
    assert CARRIED.signer(by_name["Log Signer Test"].key_id, TNGLORA) is None


@with_samples
def test_what_is_carried_is_what_the_published_certificates_say() -> None:
    rows = json.loads((SAMPLES / "microchip-log-signers.json").read_text())
    for row, signer in zip(rows, CARRIED.signers, strict=True):
        published = x509.load_pem_x509_certificate(row["certificate_pem"].encode())
        assert signer.key_id == row["kid"]
        assert signer.thumbprint == write_url(hashlib.sha256(der(published)).digest())
        assert signer.not_before == published.not_valid_before_utc
        assert signer.not_after == published.not_valid_after_utc
        assert signer.key.public_numbers() == published.public_key().public_numbers()  # type: ignore[union-attr]


def test_configured_signers_stand_beside_the_carried_ones() -> None:
    new = LogSignerKey("Log Signer 2026")
    trust = CARRIED.with_signers(new.pem)
    found = trust.signer(new.header["kid"], TNGLORA)
    assert found is not None
    assert (found.name, found.thumbprint) == ("Log Signer 2026", new.header["x5t#S256"])
    assert len(trust.signers) == 5


def test_a_signer_below_a_configured_root_is_believed() -> None:
    made, key = maker(), new_key()
    below = certificate("Log Signer 5", key, "Test Root", made.root_key)
    trust = Trust(()).with_roots(pem(made.root)).with_signers(pem(below))
    assert [signer.name for signer in trust.signers] == ["Log Signer 5"]


def test_a_signer_that_does_not_end_in_a_configured_root_is_refused() -> None:
    foreign = certificate("Log Signer 5", new_key(), "Test Root", new_key())
    with pytest.raises(ValueError, match="Log Signer 5: its certificate does not end in a configured root"):
        Trust(()).with_roots(pem(maker().root)).with_signers(pem(foreign))


def test_a_certificate_that_only_claims_to_be_its_own_issuer_is_refused() -> None:
    claimed = certificate("Log Signer 5", new_key(), "Log Signer 5", new_key())
    with pytest.raises(ValueError, match="Log Signer 5: expected one that is signed by its own key"):
        CARRIED.with_signers(pem(claimed))
    with pytest.raises(ValueError, match="Log Signer 5: expected one that is signed by its own key"):
        CARRIED.with_roots(pem(claimed))


@pytest.mark.parametrize(
    "given", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_what_is_no_certificate_is_refused(given: bytes) -> None:
    with pytest.raises(ValueError, match="expected certificates in PEM form"):
        CARRIED.with_signers(given)
