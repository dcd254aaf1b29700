"""The certificate of a secure element: who it is (serial, DevEUI, public key), and who vouches for it.

Three generations say it differently: MAHTN-T and TNGLORA-B in the common name, TNGLORA-C in a subject alternative name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec

from claimstack.device_files.microchip import der
from claimstack.device_files.microchip.base64_text import read_padded
from claimstack.device_files.microchip.jws import ES256
from claimstack.device_files.microchip.trust import is_signed_by
from claimstack.device_files.mistake import Mistake
from claimstack.lorawan import DevEUI

NAME = "certificate"
_MOST_ISSUERS_KEPT = 1024
# All that reading a certificate that is none, or an odd one, may raise.
_UNREADABLE = (
    ValueError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.ExtensionNotFound,
    x509.UnsupportedGeneralNameType,
)
_COMMON_NAME = re.compile(r"([0-9A-F]{18})(?: ([0-9A-F]{16}))? ATECC|sn([0-9A-F]{18})")
_ALTERNATIVE_NAME = re.compile(r"eui64_([0-9A-F]{16})")
_SUBJECT_ALTERNATIVE_NAME = bytes.fromhex("551d11")  # 2.5.29.17
_COMMON_NAME_ID = bytes.fromhex("550403")  # 2.5.4.3
_SERIAL_NUMBER = bytes.fromhex("550405")  # 2.5.4.5
POINT_BYTES = 65
# SubjectPublicKeyInfo up to the point: id-ecPublicKey on prime256v1, a bit string, an uncompressed point.
_P256_KEY = bytes.fromhex("301306072a8648ce3d020106082a8648ce3d03010703420004")[:-1]


@dataclass(frozen=True, slots=True)
class SecureElement:
    """What its certificate says: serial (9 bytes, 18 hex digits), P-256 point (65 bytes), and validity (UTC)."""

    serial: str
    dev_eui: DevEUI | None
    point: bytes
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True)
class _Issuer:
    """A certificate that signs those of secure elements."""

    key: ec.EllipticCurvePublicKey
    subject: bytes


class Chains:
    """Reads certificate chains of secure elements (`x5c`: its own, then its issuer's), up to a root if there are any.

    A few issuers sign very many elements, so each issuer is looked at once.
    """

    def __init__(self, roots: Sequence[x509.Certificate]) -> None:
        self._roots = roots
        self._issuers: dict[str, _Issuer] = {}

    def read(self, x5c: object) -> SecureElement:
        """The element at the foot of the chain; `Mistake` when the chain is broken or its foot is no element."""
        if not isinstance(x5c, list) or len(x5c) != 2:
            raise Mistake("no_certificate", "expected the certificates of the element and of its issuer")
        leaf, issuer = _certificate(x5c[0]), self._issuer(x5c[1])
        try:
            _check_algorithm(leaf)
            issuer.key.verify(leaf.signature, leaf.tbs_certificate_bytes, ES256)
            return _element(leaf, issuer)
        except InvalidSignature:
            raise Mistake(NAME, "the element's certificate is not signed by its issuer") from None
        except _UNREADABLE:
            raise Mistake(NAME, "the element's certificate cannot be read") from None

    def _issuer(self, text: object) -> _Issuer:
        known = self._issuers.get(text) if isinstance(text, str) else None
        if known is None:
            known = _issuer(_certificate(text), self._roots)
            if len(self._issuers) >= _MOST_ISSUERS_KEPT:
                self._issuers.clear()
            self._issuers[str(text)] = known
        return known


def _certificate(text: object) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(read_padded(text))
    except _UNREADABLE:
        raise Mistake(NAME, "expected a certificate in base64") from None


def _check_algorithm(certificate: x509.Certificate) -> None:
    if certificate.signature_algorithm_oid != x509.SignatureAlgorithmOID.ECDSA_WITH_SHA256:
        raise Mistake(NAME, "expected certificates that are signed with ECDSA and SHA-256")


def _issuer(certificate: x509.Certificate, roots: Sequence[x509.Certificate]) -> _Issuer:
    try:
        key = certificate.public_key()
        extensions = certificate.extensions
        constraints = extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
        subject = der.certificate_parts(certificate.tbs_certificate_bytes).subject
    except _UNREADABLE:
        raise Mistake(NAME, "the issuer's certificate cannot be read") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Mistake(NAME, "expected an issuer with a P-256 key")
    if not constraints.ca or not usage.key_cert_sign:
        raise Mistake(NAME, "the issuer's certificate may not sign others")
    if roots and not any(is_signed_by(certificate, root) for root in roots):
        raise Mistake(NAME, "the certificates do not end in a configured root")
    return _Issuer(key, subject)


def _element(leaf: x509.Certificate, issuer: _Issuer) -> SecureElement:
    parts = der.certificate_parts(leaf.tbs_certificate_bytes)
    if parts.issuer != issuer.subject:
        raise Mistake(NAME, "the element's certificate names another issuer")
    # Not asked whether the point lies on the curve: nothing is verified with it here, and its issuer has signed it.
    if len(parts.public_key) != len(_P256_KEY) + POINT_BYTES or not parts.public_key.startswith(_P256_KEY):
        raise Mistake(NAME, "expected an element with a P-256 key")
    names = der.texts(parts.subject, _COMMON_NAME_ID)
    found = _COMMON_NAME.fullmatch(names[0]) if len(names) == 1 else None
    if found is None:
        raise Mistake(NAME, "expected a serial number in the common name, as ATECC608 elements have")
    in_name, beside = found[2], found[3]
    digits = _alternative_dev_eui(parts.extensions) if beside else in_name
    return SecureElement(
        serial=(found[1] or beside).lower(),
        dev_eui=DevEUI.from_hex(digits) if digits else None,
        point=parts.public_key[len(_P256_KEY) :],
        not_before=leaf.not_valid_before_utc,
        not_after=leaf.not_valid_after_utc,
    )


def _alternative_dev_eui(extensions: bytes) -> str:
    names = der.extension(extensions, _SUBJECT_ALTERNATIVE_NAME)
    found = [_ALTERNATIVE_NAME.fullmatch(text) for text in der.directory_texts(names, _SERIAL_NUMBER)]
    if len(found) != 1 or found[0] is None:
        raise Mistake("dev_eui", "expected a DevEUI as the serial number in the subject alternative name")
    return found[0][1]
