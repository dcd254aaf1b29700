"""A maker of secure elements for tests: keys, certificates and signed manifests in the form of the real ones."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from claimstack.device_files.microchip.base64_text import write_url
from claimstack.device_templates import Trust

MADE = datetime(2026, 5, 1, 8, 0, 0, tzinfo=UTC)
Key = ec.EllipticCurvePrivateKey
SERIAL, OTHER_SERIAL = "0123a0b1c2d3e4f527", "0123ffeeddccbbaa27"
DEV_EUI, OTHER_DEV_EUI = "0004A31000AABB01", "0004A31000AABB02"


def new_key() -> Key:
    return ec.generate_private_key(ec.SECP256R1())


def point(key: Key) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Maker of Tests"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def certificate(
    subject: str,
    key: Key,
    issuer: str,
    issuer_key: Key,
    *,
    ca: bool = False,
    alternative: str | None = None,
    years: tuple[int, int] = (-1, 20),
) -> x509.Certificate:
    """A certificate valid from some years before the moment of making to some years after."""
    start, end = (MADE + timedelta(days=365 * year) for year in years)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca, 0 if ca else None), critical=True)
        .add_extension(x509.KeyUsage(not ca, False, False, False, False, ca, ca, False, False), critical=True)
    )
    if alternative is not None:
        inner = x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, alternative)])
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DirectoryName(inner)]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


@dataclass
class LogSignerKey:
    """A log signer with its certificate; `header` is what it writes into protected headers."""

    name: str
    years: tuple[int, int] = (-1, 3)
    key: Key = field(default_factory=new_key)

    def __post_init__(self) -> None:
        self.certificate = certificate(self.name, self.key, self.name, self.key, years=self.years)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def header(self) -> dict[str, Any]:
        return {
            "typ": "JWT",
            "alg": "ES256",
            "kid": write_url(hashlib.sha1(point(self.key)).digest()),
            "x5t#S256": write_url(hashlib.sha256(der(self.certificate)).digest()),
        }


def text(value: Any) -> str:
    """A value as base64url of compact JSON; bytes as they are."""
    return write_url(value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode())


def raw_signature(key: Key, signed: str) -> bytes:
    """An ES256 signature as JWS has it: r and s, 32 bytes each."""
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


class Maker:
    """Root, issuer of elements' certificates, and log signer of one manufacturer."""

    def __init__(self) -> None:
        self.root_key, self.issuer_key = new_key(), new_key()
        self.root = certificate("Test Root", self.root_key, "Test Root", self.root_key, ca=True)
        self.issuer = certificate("Test Issuer", self.issuer_key, "Test Root", self.root_key, ca=True)
        self.signer = LogSignerKey("Test Log Signer")
        self.chip_key = new_key()

    @property
    def trust(self) -> Trust:
        """Trust in this maker and nobody else, root included."""
        return Trust(()).with_roots(self.root.public_bytes(Encoding.PEM)).with_signers(self.signer.pem)

    def leaf(self, serial: str = SERIAL, dev_eui: str = DEV_EUI, form: str = "B", **more: Any) -> x509.Certificate:
        """The certificate of a chip, in the form of generation B, C or that of MAHTN-T."""
        subject = {
            "B": f"{serial.upper()} {dev_eui} ATECC",
            "C": f"sn{serial.upper()}",
            "MAHTN-T": f"{serial.upper()} ATECC",
        }[form]
        if form == "C":
            more.setdefault("alternative", f"eui64_{dev_eui}")
        given = {"issuer": "Test Issuer", "issuer_key": self.issuer_key, **more}
        return certificate(given.pop("subject", subject), given.pop("key", self.chip_key), **given)

    def payload(self, serial: str = SERIAL, dev_eui: str = DEV_EUI, form: str = "B", **more: Any) -> dict[str, Any]:
        """What is said of a chip; `leaf` stands in for its certificate, `x5c` for the chain, `jwk` adds to its key."""
        leaf = more.pop("leaf", None) or self.leaf(serial, dev_eui, form)
        chain = more.pop("x5c", [standard(der(leaf)), standard(der(self.issuer))])
        x, y = point(self.chip_key)[1:33], point(self.chip_key)[33:]
        key = {"kid": "1", "kty": "EC", "crv": "P-256", "x": write_url(x), "y": write_url(y), "x5c": chain}
        return {
            "version": 1,
            "model": "ATECC608A",
            "partNumber": "ATECC608A-MAHT3",
            "groupId": "Unknown",
            "provisioningTimestamp": "2026-05-01T08:00:00.000Z",
            "uniqueId": serial,
            "publicKeySet": {"keys": [{**key, **more.pop("jwk", {})}]},
            **more,
        }

    def entry(self, payload: Any = None, header: Any = None, key: Key | None = None, **more: Any) -> dict[str, Any]:
        """A signed entry; what is given replaces a part before signing, `more` a member after it."""
        said = self.payload() if payload is None else payload
        protected = text(self.signer.header if header is None else header)
        body = text(said)
        signature = raw_signature(key or self.signer.key, f"{protected}.{body}")
        unprotected = {"uniqueId": said["uniqueId"]} if isinstance(said, dict) else {}
        return {
            "payload": body,
            "protected": protected,
            "header": unprotected,
            "signature": write_url(signature),
            **more,
        }


def standard(octets: bytes) -> str:
    """Base64 with padding."""
    return base64.b64encode(octets).decode()


@cache
def maker() -> Maker:
    """One maker for all tests: keys and certificates take time."""
    return Maker()
