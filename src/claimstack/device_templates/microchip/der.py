"""As much of DER (ITU-T X.690) as it takes to find a field of a certificate that stricter readers will not touch.

Microchip's TNGLORA-C certificates put an underscore into an ASN.1 PrintableString, which may not have one; general
readers refuse all extensions for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

SEQUENCE, SET, OBJECT_ID, OCTET_STRING = 0x30, 0x31, 0x06, 0x04
UTF8_STRING, PRINTABLE_STRING = 0x0C, 0x13
EXTENSIONS = 0xA3  # [3] of TBSCertificate
DIRECTORY_NAME = 0xA4  # [4] of GeneralName


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


def extension(tbs_certificate: bytes, object_id: bytes) -> bytes | None:
    """The content of an X.509 extension, by the encoded content of its object id; None where there is none."""
    parts = [field.content for field in fields(only(tbs_certificate, SEQUENCE)) if field.tag == EXTENSIONS]
    found: list[bytes] = []
    for part in parts:
        for one in fields(only(part, SEQUENCE)):
            name, *_, value = fields(one.content)
            if name == (OBJECT_ID, object_id) and value.tag == OCTET_STRING:
                found.append(value.content)
    if len(found) > 1:
        raise ValueError("DER: the same extension stands there twice")
    return found[0] if found else None


def directory_texts(general_names: bytes, object_id: bytes) -> list[str]:
    """Attribute values of the directory names in a GeneralNames (RFC 5280 4.2.1.6), as text."""
    texts: list[str] = []
    for general in fields(only(general_names, SEQUENCE)):
        if general.tag != DIRECTORY_NAME:
            continue
        for relative in fields(only(general.content, SEQUENCE)):
            for attribute in fields(relative.content):
                name, value = fields(attribute.content)
                if name == (OBJECT_ID, object_id) and value.tag in (UTF8_STRING, PRINTABLE_STRING):
                    texts.append(value.content.decode("ascii"))
    return texts
