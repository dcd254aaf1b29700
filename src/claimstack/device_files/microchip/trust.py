"""Whom a manifest is believed: the log signers of Microchip, and the roots that chips' certificates end in.

A manifest does not carry its signer's certificate. Microchip publishes it; the four that were public in 2023 are
carried in `log_signers.json`, later ones are configured.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from importlib.resources import files

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from claimstack.device_files.microchip.base64_text import write_url


@dataclass(frozen=True)
class LogSigner:
    """A key that signs manifests, always with ES256 (RFC 7518 3.4), whatever an entry says.

    `key_id` is base64url of the SHA-1 of the public point, `thumbprint` that of the SHA-256 of the certificate;
    `point` the uncompressed P-256 point, 65 bytes. `formats`: ids of the formats it signs; empty means all.
    """

    name: str
    key_id: str
    thumbprint: str
    point: bytes
    not_before: datetime
    not_after: datetime
    formats: frozenset[str] = frozenset()

    @cached_property
    def key(self) -> ec.EllipticCurvePublicKey:
        """The public key, ready to verify."""
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), self.point)

    def signs(self, format_id: str) -> bool:
        """Whether this signer is believed for files of that format."""
        return not self.formats or format_id in self.formats


@dataclass(frozen=True)
class Trust:
    """The signers that are believed, and the roots of chips' certificates (none: those chains are not followed up)."""

    signers: tuple[LogSigner, ...]
    roots: tuple[x509.Certificate, ...] = field(default=())

    @cached_property
    def _by_key_id(self) -> dict[str, LogSigner]:
        return {signer.key_id: signer for signer in self.signers}

    def signer(self, key_id: str, format_id: str) -> LogSigner | None:
        """The signer of that key id, if it is believed for that format."""
        found = self._by_key_id.get(key_id)
        return found if found and found.signs(format_id) else None

    def with_signers(self, pem: bytes) -> Trust:
        """Believe these certificates' keys, too, for every format. ValueError that says what is wrong with which."""
        added = tuple(_signer_of(certificate, self.roots) for certificate in _certificates(pem))
        return Trust(self.signers + added, self.roots)

    def with_roots(self, pem: bytes) -> Trust:
        """Follow chips' certificates up to these roots. ValueError that says what is wrong with which."""
        roots = tuple(_certificates(pem))
        for root in roots:
            _check_own_signature(root)
        return Trust(self.signers, self.roots + roots)


def is_signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether `certificate` names `issuer` and was signed by its key, with ECDSA and SHA-256 as all of Microchip's."""
    key = issuer.public_key()
    if certificate.issuer != issuer.subject or not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    algorithm = certificate.signature_hash_algorithm
    if algorithm is None or certificate.signature_algorithm_oid != x509.SignatureAlgorithmOID.ECDSA_WITH_SHA256:
        return False
    try:
        key.verify(certificate.signature, certificate.tbs_certificate_bytes, ec.ECDSA(algorithm))
    except InvalidSignature:
        return False
    return True


def _certificates(pem: bytes) -> Iterator[x509.Certificate]:
    try:
        yield from x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise ValueError("expected certificates in PEM form") from None


def _signer_of(certificate: x509.Certificate, roots: Iterable[x509.Certificate]) -> LogSigner:
    name, key = _common_name(certificate), certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError(f"log signer {name}: expected a P-256 key")
    if certificate.issuer == certificate.subject:
        _check_own_signature(certificate)
    elif roots and not any(is_signed_by(certificate, root) for root in roots):
        raise ValueError(f"log signer {name}: its certificate does not end in a configured root")
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return LogSigner(
        name=name,
        key_id=key_id_of(point),
        thumbprint=write_url(hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()),
        point=point,
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


def _check_own_signature(certificate: x509.Certificate) -> None:
    if not is_signed_by(certificate, certificate):
        raise ValueError(f"certificate {_common_name(certificate)}: expected one that is signed by its own key")


def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else "without a name"


def key_id_of(point: bytes) -> str:
    """The key id of a public point: base64url of its SHA-1 (RFC 5280 4.2.1.2, method 1)."""
    return write_url(hashlib.sha1(point).digest())  # noqa: S324 - an identifier by definition, not a signature


def _carried() -> Iterator[LogSigner]:
    table = json.loads(files(__package__).joinpath("log_signers.json").read_bytes())
    for row in table["signers"]:
        yield LogSigner(
            name=row["name"],
            key_id=row["key_id"],
            thumbprint=row["thumbprint"],
            point=bytes.fromhex(row["point"]),
            not_before=datetime.fromisoformat(row["not_before"]),
            not_after=datetime.fromisoformat(row["not_after"]),
            formats=frozenset(row["formats"]),
        )


CARRIED = Trust(tuple(_carried()))
"""What is believed without any configuration: the public log signers of 2019 to 2023, and no root."""
