"""As much of DER (ITU-T X.690) as it takes to find a field of a certificate that stricter readers will not touch.

Microchip's TNGLORA-C certificates put an underscore into an ASN.1 PrintableString, which may not have one; general
readers refuse all extensions for it.
"""

from __future__ import annotations

from typing import NamedTuple

INTEGER, OCTET_STRING, OBJECT_ID, SEQUENCE, VERSION = 0x02, 0x04, 0x06, 0x30, 0xA0
UTF8_STRING, PRINTABLE_STRING = 0x0C, 0x13
EXTENSIONS = 0xA3  # [3] of TBSCertificate
DIRECTORY_NAME = 0xA4  # [4] of GeneralName
_TBS_TAGS = [VERSION, INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE]


Field = tuple[int, bytes]
"""A tag of one byte and what stands in it. (A plain tuple: some forty are read for each certificate.)"""


def fields(octets: bytes) -> list[Field]:
    """The fields that stand one after the other; ValueError where they are not DER."""
    found: list[Field] = []
    at, end = 0, len(octets)
    while at < end:
        start, length = at + 2, octets[at + 1] if at + 1 < end else 0x80
        if length >= 0x80:
            start, length = _long_length(octets, at + 1)
        if start + length > end:
            raise ValueError("DER: a field is longer than what it stands in")
        found.append((octets[at], octets[start : start + length]))
        at = start + length
    return found


def _long_length(octets: bytes, at: int) -> tuple[int, int]:
    """Where a content begins, and its length, which takes more than the one byte `at` which it is written."""
    size = octets[at] & 0x7F if at < len(octets) else 0
    written = octets[at + 1 : at + 1 + size]
    length = int.from_bytes(written, "big")
    if not 1 <= size <= 3 or len(written) < size or length < 0x80 or not written[0]:
        raise ValueError("DER: a length is not written in the shortest way")
    return at + 1 + size, length


def only(octets: bytes, tag: int) -> bytes:
    """The content of the one field, of that tag, that stands here."""
    found = fields(octets)
    if len(found) != 1 or found[0][0] != tag:
        raise ValueError(f"DER: expected one field of tag {tag:#04x}")
    return found[0][1]


class CertificateParts(NamedTuple):
    """Contents of parts of a TBSCertificate of version 3 (RFC 5280 4.1); `extensions` is empty where there are none."""

    issuer: bytes
    subject: bytes
    public_key: bytes
    extensions: bytes


def certificate_parts(tbs_certificate: bytes) -> CertificateParts:
    """The parts of a certificate; ValueError unless it is one of version 3."""
    found = fields(only(tbs_certificate, SEQUENCE))
    if [tag for tag, _ in found[:7]] != _TBS_TAGS:
        raise ValueError("DER: expected a certificate of version 3")
    extensions = [content for tag, content in found[7:] if tag == EXTENSIONS]
    return CertificateParts(found[3][1], found[5][1], found[6][1], extensions[0] if extensions else b"")


def extension(extensions: bytes, object_id: bytes) -> bytes:
    """The content of an X.509 extension, by its encoded object id; ValueError unless it is there once."""
    name = bytes([OBJECT_ID, len(object_id)]) + object_id
    found = [content for _, content in fields(only(extensions, SEQUENCE)) if content.startswith(name)]
    if len(found) != 1:
        raise ValueError("DER: expected the extension once")
    tag, value = fields(found[0])[-1]
    if tag != OCTET_STRING:
        raise ValueError("DER: expected the extension in an octet string")
    return value


def directory_texts(general_names: bytes, object_id: bytes) -> list[str]:
    """Attribute values of the directory names in a GeneralNames (RFC 5280 4.2.1.6), as text."""
    found: list[str] = []
    for tag, general in fields(only(general_names, SEQUENCE)):
        if tag == DIRECTORY_NAME:
            found += texts(only(general, SEQUENCE), object_id)
    return found


def texts(name: bytes, object_id: bytes) -> list[str]:
    """Attribute values of the content of a Name, as text."""
    found: list[str] = []
    for _, relative in fields(name):
        for _, attribute in fields(relative):
            kind, (tag, value) = fields(attribute)
            if kind == (OBJECT_ID, object_id) and tag in (UTF8_STRING, PRINTABLE_STRING):
                found.append(value.decode("ascii"))
    return found
