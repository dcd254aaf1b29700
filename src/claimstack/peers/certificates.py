"""Client certificates as peers are known by them: PEM in, SHA-256 fingerprints, and whom one is made out to."""

import hashlib

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from claimstack.errors import invalid_field


def fingerprint(der: bytes) -> bytes:
    """SHA-256 of a certificate in DER: 32 bytes."""
    return hashlib.sha256(der).digest()


def certificates_in(pem: str) -> list[bytes]:
    """The certificates of a PEM text, in DER; `Invalid` if there is one that cannot be read."""
    if not pem.strip():
        return []
    try:
        return [one.public_bytes(Encoding.DER) for one in x509.load_pem_x509_certificates(pem.encode())]
    except ValueError:
        raise invalid_field("peer.trusted_certificates", "expected certificates in PEM") from None


def is_made_out_to(der: bytes, subject: str) -> bool:
    """Whether the certificate's DNS names, common name or whole subject (RFC 4514) say so."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        names = {str(one.value) for one in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)}
        return subject in {*names, certificate.subject.rfc4514_string(), *_dns_names(certificate)}
    except ValueError:  # what OpenSSL takes and this reader does not
        return False


def _dns_names(certificate: x509.Certificate) -> list[str]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    return extension.value.get_values_for_type(x509.DNSName)
