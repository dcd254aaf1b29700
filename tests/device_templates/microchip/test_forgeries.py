"""Forged manifests: each is a good entry with one thing changed, and none is accepted."""

import hmac
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from claimstack.device_files import MAHTN_T, TNGLORA
from claimstack.device_files.microchip.base64_text import read_url, write_url
from claimstack.device_files.microchip.trust import key_id_of
from claimstack.device_templates import LogSigner, Trust
from tests.device_templates.conversions import ids, outcomes, wrong
from tests.device_templates.microchip.maker import (
    DEV_EUI,
    OTHER_DEV_EUI,
    OTHER_SERIAL,
    SERIAL,
    Key,
    LogSignerKey,
    certificate,
    der,
    maker,
    new_key,
    point,
    raw_signature,
    standard,
    text,
)

FOREIGN = new_key()
SECOND = LogSignerKey("Second Log Signer")
EXPIRED = LogSignerKey("Expired Log Signer", years=(-3, 0))
MAHTN_T_ONLY = LogSignerKey("MAHTN-T Log Signer")
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

# A forgery is an entry, or the text of one where JSON cannot be written by ordinary means.
Forgery = Callable[[], Any]
FORGED: dict[str, tuple[str, Forgery]] = {}


def forged(expected: str, title: str) -> Callable[[Forgery], Forgery]:
    """Enter a forgery with the error that it must meet."""

    def enter(forgery: Forgery) -> Forgery:
        FORGED[title] = (expected, forgery)
        return forgery

    return enter


def header(**changed: Any) -> dict[str, Any]:
    """The good protected header with changes; `...` leaves a member out."""
    merged = {**maker().signer.header, **changed}
    return {name: value for name, value in merged.items() if value is not ...}


def signed(key: Key | None = None, /, **words: Any) -> dict[str, Any]:
    """An entry with that in its header, signed properly or by the key."""
    return maker().entry(header=header(**words), key=key)


def keyed(secret: bytes, algorithm: str = "HS256") -> dict[str, Any]:
    """An entry 'signed' by HMAC with something public."""
    entry = maker().entry(header=header(alg=algorithm))
    mac = hmac.digest(secret, f"{entry['protected']}.{entry['payload']}".encode(), "sha256")
    return {**entry, "signature": write_url(mac)}


def resigned(entry: dict[str, Any], key: Key | None = None) -> dict[str, Any]:
    signed = f"{entry['protected']}.{entry['payload']}"
    return {**entry, "signature": write_url(raw_signature(key or maker().signer.key, signed))}


def jwk_of(key: Key) -> dict[str, str]:
    octets = point(key)
    return {"kty": "EC", "crv": "P-256", "x": write_url(octets[1:33]), "y": write_url(octets[33:])}


def nested(levels: int) -> list[Any]:
    """Lists in lists."""
    return [nested(levels - 1)] if levels > 1 else []


def signature() -> bytes:
    return read_url(maker().entry()["signature"])


def plain(error: str, forgeries: dict[str, Forgery]) -> None:
    for title, forgery in forgeries.items():
        forged(error, title)(forgery)


# --- algorithms
ALGORITHMS: list[Any] = [
    "none", "None", "NONE", "", ..., None, ["ES256"], "es256", "ES256 ", "ES256K", "ES384", "EdDSA", "RS256", "PS256",
]  # fmt: skip
for chosen in ALGORITHMS:
    forged("signature_algorithm", f"algorithm {chosen!r}, properly signed")(partial(signed, alg=chosen))
plain(
    "signature_algorithm",
    {
        "algorithm none without a signature": lambda: maker().entry(header=header(alg="none"), signature=""),
        "HS256 with the certificate in PEM": lambda: keyed(maker().signer.pem),
        "HS256 with the certificate in DER": lambda: keyed(der(maker().signer.certificate)),
        "HS256 with the public point": lambda: keyed(point(maker().signer.key)),
        "HS384 with the certificate in DER": lambda: keyed(der(maker().signer.certificate), "HS384"),
    },
)

# --- keys
plain(
    "signature",
    {
        "foreign key under a believed key id": lambda: maker().entry(key=FOREIGN),
        "another believed signer's key": lambda: maker().entry(key=SECOND.key),
    },
)
plain(
    "unknown_key_id",
    {
        "foreign key under its own id": lambda: maker().entry(
            header=header(kid=key_id_of(point(FOREIGN))), key=FOREIGN
        ),
        "no key id": lambda: maker().entry(header=header(kid=...)),
        "key id null": lambda: maker().entry(header=header(kid=None)),
        "key id a list": lambda: maker().entry(header=header(kid=[maker().signer.header["kid"]])),
        "key id a number": lambda: maker().entry(header=header(kid=7)),
        "key id empty": lambda: maker().entry(header=header(kid="")),
        "signer of the other format": lambda: maker().entry(header=MAHTN_T_ONLY.header, key=MAHTN_T_ONLY.key),
    },
)
plain("certificate", {"certificate of another signer": lambda: maker().entry(
    header=header(**{"x5t#S256": SECOND.header["x5t#S256"]})
)})  # fmt: skip
for member, value in {
    "jwk": jwk_of(FOREIGN),
    "jku": "https://example.com/keys.json",
    "x5u": "https://example.com/certificate.pem",
    "x5c": ["AAAA"],
    "crit": ["exp"],
    "b64": False,
    "zip": "DEF",
}.items():
    forged("parse_jws", f"embedded {member}, signed by a foreign key")(partial(signed, FOREIGN, **{member: value}))
    forged("parse_jws", f"embedded {member}, properly signed")(partial(signed, **{member: value}))
plain(
    "parse_jws",
    {
        "type of another kind": lambda: maker().entry(header=header(typ="at+jwt")),
        "algorithm beside the protected header": lambda: {**maker().entry(), "header": {"alg": "none"}},
        "key beside the protected header": lambda: {**maker().entry(), "header": {"jwk": jwk_of(FOREIGN)}},
        "header that is no object": lambda: {**maker().entry(), "header": None},
        "general serialisation beside": lambda: {**maker().entry(), "signatures": []},
        "no protected header": lambda: {k: v for k, v in maker().entry().items() if k != "protected"},
        "protected header a list": lambda: resigned({**maker().entry(), "protected": text([1])}),
        "protected header no text": lambda: {**maker().entry(), "protected": maker().signer.header},
        "algorithm twice in the protected header": lambda: resigned(
            {**maker().entry(), "protected": text(json.dumps(header())[:-1].encode() + b',"alg":"ES256"}')}
        ),
    },
)

# --- signatures
plain(
    "signature",
    {
        "signature in DER": lambda: {
            **(entry := maker().entry()),
            "signature": write_url(
                maker().signer.key.sign(f"{entry['protected']}.{entry['payload']}".encode(), ec.ECDSA(hashes.SHA256()))
            ),
        },
        "signature of 63 bytes": lambda: maker().entry(signature=write_url(signature()[:63])),
        "signature of 65 bytes": lambda: maker().entry(signature=write_url(signature() + b"\0")),
        "signature of zeros": lambda: maker().entry(signature=write_url(bytes(64))),
        "signature of the group's order": lambda: maker().entry(signature=write_url(ORDER.to_bytes(32) * 2)),
        "signature of ones": lambda: maker().entry(signature=write_url((b"\0" * 31 + b"\1") * 2)),
        "signature with padding": lambda: {**(entry := maker().entry()), "signature": entry["signature"] + "=="},
        "signature with a line end": lambda: {**(entry := maker().entry()), "signature": entry["signature"] + "\n"},
        "signature with loose bits": lambda: {
            **(entry := maker().entry()),
            "signature": entry["signature"][:-1] + {"A": "B", "Q": "R", "g": "h", "w": "x"}[entry["signature"][-1]],
        },
        "signature in the other alphabet": lambda: maker().entry(signature=standard(b"\xfb\xff" * 32)),
        "no signature": lambda: {k: v for k, v in maker().entry().items() if k != "signature"},
        "signature null": lambda: maker().entry(signature=None),
        "signature of another entry": lambda: maker().entry(
            signature=maker().entry(maker().payload(OTHER_SERIAL, OTHER_DEV_EUI))["signature"]
        ),
        "one bit of the signature": lambda: maker().entry(
            signature=write_url(bytes([signature()[0] ^ 1]) + signature()[1:])
        ),
    },
)

# --- changed after signing
plain(
    "signature",
    {
        "payload of another chip": lambda: {
            **maker().entry(),
            "payload": text(maker().payload(OTHER_SERIAL, OTHER_DEV_EUI)),
        },
        "payload with a member more": lambda: {**maker().entry(), "payload": text({**maker().payload(), "x": 1})},
        "payload with padding": lambda: {**(entry := maker().entry()), "payload": entry["payload"] + "="},
        "payload null": lambda: {**maker().entry(), "payload": None},
        "protected header with a member more": lambda: {**maker().entry(), "protected": text(header(extra=1))},
    },
)
plain(
    "parse_json",
    {
        "payload twice in the entry": lambda: json.dumps(maker().entry())[:-1] + ',"payload":"AAAA"}',
        "entry as compact serialisation": lambda: ".".join(
            maker().entry()[part] for part in ("protected", "payload", "signature")
        ),
        "entry a list": lambda: [maker().entry()],
        "entry null": lambda: None,
    },
)
plain(
    "payload",
    {
        "header of another chip": lambda: {**maker().entry(), "header": {"uniqueId": OTHER_SERIAL}},
        "version 2": lambda: maker().entry(maker().payload(version=2)),
        "version true": lambda: maker().entry(maker().payload(version=True)),
        "another model": lambda: maker().entry(maker().payload(model="ATECC508A")),
        "serial in upper case": lambda: maker().entry({**maker().payload(), "uniqueId": SERIAL.upper()}),
        "serial of another chip, properly signed": lambda: maker().entry(
            maker().payload(OTHER_SERIAL, leaf=maker().leaf())
        ),
        "provisioned at no moment": lambda: maker().entry(maker().payload(provisioningTimestamp="yesterday")),
        "provisioned without an offset": lambda: maker().entry(
            maker().payload(provisioningTimestamp="2026-05-01T08:00:00")
        ),
        "public key of another chip": lambda: maker().entry(maker().payload(jwk={"x": jwk_of(FOREIGN)["x"]})),
        "public key too short": lambda: maker().entry(maker().payload(jwk={"x": write_url(bytes(31))})),
        "payload 17 deep, properly signed": lambda: maker().entry(maker().payload(deep=nested(16))),
        "payload with a number of 400 digits, properly signed": lambda: maker().entry(maker().payload(big=10**400)),
        "JoinEUI of seven bytes": lambda: maker().entry(
            maker().payload(modelInfo={"publicData": [{"slot": 9, "offset": 0, "data": "AAAAAAAAAA"}]})
        ),
    },
)
plain(
    "parse_jws",
    {
        "payload a list, properly signed": lambda: maker().entry([maker().payload()]),
        "payload with a serial twice, properly signed": lambda: maker().entry(
            json.dumps(maker().payload())[:-1].encode() + f',"uniqueId":"{OTHER_SERIAL}"}}'.encode()
        ),
        "payload with text behind it, properly signed": lambda: maker().entry(
            json.dumps(maker().payload()).encode() + b"{}"
        ),
        "payload 10,000 deep, properly signed": lambda: maker().entry(b'{"a":' + b"[" * 10_000),
    },
)

# --- certificates, properly signed by the log signer
plain(
    "no_certificate",
    {
        "no certificates": lambda: maker().entry(maker().payload(x5c=[])),
        "one certificate": lambda: maker().entry(maker().payload(x5c=[standard(der(maker().leaf()))])),
        "three certificates": lambda: maker().entry(maker().payload(x5c=[standard(der(maker().leaf()))] * 3)),
        "certificates in one text": lambda: maker().entry(maker().payload(x5c=standard(der(maker().leaf())))),
        "no public key": lambda: maker().entry(maker().payload(publicKeySet={"keys": []})),
        "public key on another curve": lambda: maker().entry(maker().payload(jwk={"crv": "P-384"})),
    },
)


def chain(leaf: x509.Certificate, issuer: x509.Certificate | None = None) -> dict[str, Any]:
    """An entry with these certificates."""
    return maker().entry(maker().payload(x5c=[standard(der(leaf)), standard(der(issuer or maker().issuer))]))


def foreign_issuer(**more: Any) -> dict[str, Any]:
    """A chain whose issuer has a foreign key and the right name."""
    issuer = certificate("Test Issuer", FOREIGN, "Test Root", more.pop("signed_by", FOREIGN), **{"ca": True, **more})
    return chain(maker().leaf(issuer_key=FOREIGN), issuer)


plain(
    "certificate",
    {
        "issuer below no configured root": foreign_issuer,
        "issuer that is no authority": lambda: foreign_issuer(signed_by=maker().root_key, ca=False),
        "element signed by a foreign key": lambda: chain(maker().leaf(issuer_key=FOREIGN)),
        "element that names another issuer": lambda: chain(maker().leaf(issuer="Other Issuer")),
        "element signed by itself": lambda: chain(maker().leaf(issuer_key=maker().chip_key)),
        "certificates in the wrong order": lambda: maker().entry(
            maker().payload(x5c=[standard(der(maker().issuer)), standard(der(maker().leaf()))])
        ),
        "certificate that is none": lambda: maker().entry(maker().payload(x5c=["AAAA", "AAAA"])),
        "certificate in base64url": lambda: maker().entry(maker().payload(x5c=["-_-_", "AAAA"])),
        "certificates no texts": lambda: maker().entry(maker().payload(x5c=[1, 2])),
        "common name with a word more": lambda: chain(maker().leaf(subject=f"{SERIAL.upper()} {DEV_EUI} ATECC X")),
        "common name of something else": lambda: chain(maker().leaf(subject="gateway-1")),
        "element with a P-384 key": lambda: chain(maker().leaf(key=ec.generate_private_key(ec.SECP384R1()))),
        "C without an alternative name": lambda: chain(maker().leaf(subject=f"sn{SERIAL.upper()}")),
    },
)
plain(
    "dev_eui",
    {
        "DevEUI of zeros": lambda: chain(maker().leaf(dev_eui="0" * 16)),
        "element without a DevEUI": lambda: chain(maker().leaf(form="MAHTN-T")),
        "alternative name without eui64_": lambda: chain(maker().leaf(form="C", alternative=DEV_EUI)),
        "alternative name with more behind it": lambda: chain(maker().leaf(form="C", alternative=f"eui64_{DEV_EUI}0")),
    },
)
plain(
    "expired",
    {
        "expired signer": lambda: maker().entry(header=EXPIRED.header, key=EXPIRED.key),
        "provisioned after the signer's time": lambda: maker().entry(
            maker().payload(provisioningTimestamp="2026-05-02T08:00:00Z"), EXPIRED.header, EXPIRED.key
        ),
        "provisioned before the signer's time": lambda: maker().entry(
            maker().payload(provisioningTimestamp="2024-05-01T08:00:00Z")
        ),
        "provisioned in the future": lambda: maker().entry(
            maker().payload(provisioningTimestamp="2027-05-01T08:00:00Z")
        ),
    },
)


def trust() -> Trust:
    """The maker, a second signer, an expired one, and one that is believed for MAHTN-T only."""
    believed = maker().trust.with_signers(SECOND.pem + EXPIRED.pem + MAHTN_T_ONLY.pem)
    *others, last = believed.signers
    bound = LogSigner(
        last.name, last.key_id, last.thumbprint, last.point, last.not_before, last.not_after, frozenset({MAHTN_T})
    )
    return Trust((*others, bound), believed.roots)


def test_there_are_more_than_sixty() -> None:
    assert len(FORGED) >= 60


@pytest.mark.parametrize("title", FORGED)
def test_a_forged_entry_is_refused_for_its_reason_and_its_neighbours_are_read(title: str) -> None:
    expected, forgery = FORGED[title]
    made = forgery()
    written = made if isinstance(made, str) and made.startswith("{") else json.dumps(made)
    first = json.dumps(maker().entry(maker().payload("0123aaaaaaaaaaaa27", "0004A31000000001")))
    last = json.dumps(maker().entry(maker().payload("0123bbbbbbbbbbbb27", "0004A31000000002")))
    found = outcomes(TNGLORA, f"[{first},{written},{last}]".encode(), trust=trust(), strict=True)
    assert [name for _, name, _ in wrong(found)] == [expected]
    assert ids(found) == ["eui-0004a31000000001", "eui-0004a31000000002"]


def test_a_chip_may_stand_in_a_manifest_only_once() -> None:
    found = outcomes(TNGLORA, json.dumps([maker().entry()] * 2).encode(), trust=maker().trust)
    assert [name for _, name, _ in wrong(found)] == ["duplicate"]
    assert len(ids(found)) == 1


@pytest.mark.parametrize("part", ["payload", "protected"])
def test_not_one_letter_of_what_is_signed_can_be_changed(part: str) -> None:
    entry = maker().entry()
    letters = entry[part]
    for position in range(0, len(letters), 7):
        other = "A" if letters[position] != "A" else "B"
        changed = {**entry, part: letters[:position] + other + letters[position + 1 :]}
        found = outcomes(TNGLORA, json.dumps([changed]).encode(), trust=maker().trust)
        assert ids(found) == [], position


def test_refusals_say_nothing_of_what_stood_there() -> None:
    secret = "5ec7e75ec7e75ec7"
    found = outcomes(TNGLORA, json.dumps([{secret: secret, **maker().entry()}]).encode(), trust=maker().trust)
    assert len(wrong(found)) == 1
    assert secret not in str(wrong(found))
