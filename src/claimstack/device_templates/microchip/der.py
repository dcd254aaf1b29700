"""As much of DER (ITU-T X.690) as it takes to find a field of a certificate that stricter readers will not touch.

Microchip's TNGLORA-C certificates put an underscore into an ASN.1 PrintableString, which may not have one; general
readers refuse all extensions for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

INTEGER, OCTET_STRING, OBJECT_ID, SEQUENCE, VERSION = 0x02, 0x04, 0x06, 0x30, 0xA0
UTF8_STRING, PRINTABLE_STRING = 0x0C, 0x13
EXTENSIONS = 0xA3  # [3] of TBSCertificate
DIRECTORY_NAME = 0xA4  # [4] of GeneralName
_TBS_TAGS = [VERSION, INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE]


class Field(NamedTuple):
    """A tag of one byte and what stands in it."""

    tag: int
    content: bytes


def fields(octets: bytes) -> Iterator[Field]:
    """The fields that stand one after the other; ValueError where they are not DER."""
    at = 0
    while at < len(octets):
        start, length = _length(octets, at + 1)
        if start + length > len(octets):
            raise ValueError("DER: a field is longer than what it stands in")
        yield Field(octets[at], octets[start : start + length])
        at = start + length


def _length(octets: bytes, at: int) -> tuple[int, int]:
    """Where a content begins, and its length; `at` is where the length is written."""
    first = octets[at] if at < len(octets) else 0x80
    if first < 0x80:
        return at + 1, first
    size = first & 0x7F
    written = octets[at + 1 : at + 1 + size]
    length = int.from_bytes(written, "big")
    if not 1 <= size <= 3 or len(written) < size or length < 0x80 or not written[0]:
        raise ValueError("DER: a length is not written in the shortest way")
    return at + 1 + size, length


def only(octets: bytes, tag: int) -> bytes:
    """The content of the one field, of that tag, that stands here."""
    found = list(fields(octets))
    if len(found) != 1 or found[0].tag != tag:
        raise ValueError(f"DER: expected one field of tag {tag:#04x}")
    return found[0].content


class CertificateParts(NamedTuple):
    """Contents of parts of a TBSCertificate of version 3 (RFC 5280 4.1); `extensions` is empty where there are none."""

    issuer: bytes
    subject: bytes
    public_key: bytes
    extensions: bytes


def certificate_parts(tbs_certificate: bytes) -> CertificateParts:
    """The parts of a certificate; ValueError unless it is one of version 3."""
    found = list(fields(only(tbs_certificate, SEQUENCE)))
    if [field.tag for field in found[:7]] != _TBS_TAGS:
        raise ValueError("DER: expected a certificate of version 3")
    extensions = [field.content for field in found[7:] if field.tag == EXTENSIONS]
    return CertificateParts(found[3].content, found[5].content, found[6].content, extensions[0] if extensions else b"")


def extension(extensions: bytes, object_id: bytes) -> bytes:
    """The content of an X.509 extension, by its encoded object id; ValueError unless it is there once."""
    found: list[bytes] = []
    for one in fields(only(extensions, SEQUENCE)):
        name, *_, value = fields(one.content)
        if name == (OBJECT_ID, object_id) and value.tag == OCTET_STRING:
            found.append(value.content)
    if len(found) != 1:
        raise ValueError("DER: expected the extension once")
    return found[0]


def directory_texts(general_names: bytes, object_id: bytes) -> list[str]:
    """Attribute values of the directory names in a GeneralNames (RFC 5280 4.2.1.6), as text."""
    found: list[str] = []
    for general in fields(only(general_names, SEQUENCE)):
        if general.tag == DIRECTORY_NAME:
            found += texts(only(general.content, SEQUENCE), object_id)
    return found


def texts(name: bytes, object_id: bytes) -> list[str]:
    """Attribute values of the content of a Name, as text."""
    found: list[str] = []
    for relative in fields(name):
        for attribute in fields(relative.content):
            kind, value = fields(attribute.content)
            if kind == (OBJECT_ID, object_id) and value.tag in (UTF8_STRING, PRINTABLE_STRING):
                found.append(value.content.decode("ascii"))
    return found
