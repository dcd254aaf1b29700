"""Signed entries of a manifest: JWS in flattened JSON serialisation (RFC 7515 7.2.2), ES256 only (RFC 7518 3.4).

The key is looked up by its id among those believed, and the algorithm belongs to the key. What an entry says about keys
and algorithms can make it refused, never believed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from claimstack.device_files.microchip.base64_text import read_url
from claimstack.device_files.microchip.trust import LogSigner, Trust
from claimstack.device_files.mistake import Mistake
from claimstack.device_files.strict_json import parse

ES256 = ec.ECDSA(hashes.SHA256())
_R_BYTES = 32

# A key that an entry brings along, a place to fetch one from, or an extension that must be understood: all refused.
_NOT_TAKEN = frozenset({"jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc"})
_MEMBERS = frozenset({"payload", "protected", "header", "signature"})


def verified(entry: Mapping[str, Any], trust: Trust, format_id: str) -> tuple[dict[str, Any], LogSigner]:
    """The payload of an entry that a believed signer has signed, and who that is; `Mistake` for all others."""
    if not entry.keys() <= _MEMBERS:
        raise Mistake("parse_jws", "expected payload, protected, header and signature, and no more")
    header = _header(str(entry.get("protected")))
    signer = _signer(header, trust, format_id)
    _check_headers(header, entry.get("header", {}), signer)
    _check_signature(entry, signer)
    return _object(entry["payload"], "payload"), signer


def _object(text: object, member: str) -> dict[str, Any]:
    """The JSON object in base64url text."""
    try:
        value = parse(read_url(text))
    except ValueError as fault:
        raise Mistake("parse_jws", f"`{member}`: {fault}") from None
    except Mistake as mistake:
        raise Mistake("parse_jws", f"`{member}`: {mistake.reason}") from None
    if not isinstance(value, dict):
        raise Mistake("parse_jws", f"`{member}`: expected an object")
    return value


@lru_cache(64)
def _header(text: str) -> Mapping[str, Any]:
    """The protected header, read once for all entries that have the same."""
    return MappingProxyType(_object(text, "protected"))


def _signer(header: Mapping[str, Any], trust: Trust, format_id: str) -> LogSigner:
    if header.get("alg") != "ES256":
        raise Mistake("signature_algorithm", "expected a signature with ES256")
    key_id = header.get("kid")
    signer = trust.signer(key_id, format_id) if isinstance(key_id, str) else None
    if signer is None:
        raise Mistake("unknown_key_id", "its signer is not known: configure the certificate of that log signer")
    return signer


def _check_headers(protected: Mapping[str, Any], unprotected: object, signer: LogSigner) -> None:
    if not isinstance(unprotected, dict) or not unprotected.keys() <= {"uniqueId"}:
        raise Mistake("parse_jws", "`header`: expected uniqueId and no more")
    if not _NOT_TAKEN.isdisjoint(protected):
        raise Mistake("parse_jws", "`protected`: keys, places of keys, and extensions are not accepted")
    if protected.get("typ", "JWT") != "JWT":
        raise Mistake("parse_jws", "`protected`: expected JWT as its type")
    if protected.get("x5t#S256", signer.thumbprint) != signer.thumbprint:
        raise Mistake("certificate", f"names another certificate than that of {signer.name}")


def _check_signature(entry: Mapping[str, Any], signer: LogSigner) -> None:
    signed = f"{entry['protected']}.{entry.get('payload')}".encode("ascii", "replace")
    try:
        octets = read_url(entry.get("signature"), 2 * _R_BYTES)
        r, s = int.from_bytes(octets[:_R_BYTES]), int.from_bytes(octets[_R_BYTES:])
        signer.key.verify(encode_dss_signature(r, s), signed, ES256)
    except (ValueError, InvalidSignature):
        raise Mistake("signature", f"its signature is not that of {signer.name}") from None
