"""TLS without anybody's help: a small CA and a server certificate in the data directory (RFC 5280).

Cameras, service workers and `__Host-` cookies need HTTPS except on localhost. The CA has the CA bit, so that
`ttn-lw-cli use --fetch-ca` keeps it; the chain that the server sends ends with it.
"""

import ipaddress
import os
import socket
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from claimstack.edge.server import Certificate
from claimstack.settings import Settings

CA_LIFE = timedelta(days=3650)
# Phones refuse server certificates that last longer than 398 days.
LIFE = timedelta(days=397)
RENEW_BEFORE = timedelta(days=30)
CLOCK_SLACK = timedelta(hours=1)


class Pair(NamedTuple):
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def server_certificate(settings: Settings) -> Certificate:
    """The certificate of this node: the one made before, while it is good for these names; else a new one."""
    return certificate_in(settings.data_dir, hosts_of(settings), datetime.now(UTC))


def ca_file(data_dir: Path) -> Path:
    """The CA's certificate: what phones and other machines have to trust."""
    return data_dir / "tls-ca.pem"


def hosts_of(settings: Settings) -> list[str]:
    """Names and addresses by which this node is reached."""
    named = [urlsplit(settings.url).hostname or ""]
    named += [listen.rpartition(":")[0].strip("[]") for listen in (settings.grpc_listen, settings.http_listen)]
    everywhere = ("0.0.0.0", "::", "")  # noqa: S104 - no name of a certificate
    own = [own_address()] if any(name in everywhere for name in named[1:]) else []
    hosts = ["localhost", "127.0.0.1", "::1", socket.gethostname(), *named, *own]
    return list(dict.fromkeys(host for host in hosts if host not in everywhere))


def own_address() -> str:
    """The address under which this machine speaks to its network; empty without one. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: an address that is nobody's; only the route is asked for
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def certificate_in(folder: Path, hosts: list[str], now: datetime) -> Certificate:
    """The chain and key of a node with these hosts, kept in the folder; made or renewed when need be."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    files = Certificate(chain=folder / "tls-cert.pem", key=folder / "tls-key.pem")
    ca = _loaded(ca_file(folder), folder / "tls-ca-key.pem")
    if ca is None or _ends_soon(ca, now):
        ca = _new_ca(now)
        _keep(ca_file(folder), _pem(ca.certificate))
        _keep(folder / "tls-ca-key.pem", _key_pem(ca))
    leaf = _loaded(files.chain, files.key)
    if leaf is None or _ends_soon(leaf, now) or not _fits(leaf, ca, hosts):
        leaf = _new_leaf(ca, hosts, now)
        _keep(files.chain, _pem(leaf.certificate) + _pem(ca.certificate))
        _keep(files.key, _key_pem(leaf))
    return files


def how_to_trust(settings: Settings) -> str:
    """What to do once on each phone and machine that is to trust this node."""
    ca = ca_file(settings.data_dir).absolute()
    return (
        f"TLS with a CA of this node's own: {ca}\n"
        f"    this machine, our CLI:  claimstack use HOST --fetch-ca\n"
        f"    Android:  send the file to the phone; Settings > Security > Install a certificate > CA certificate\n"
        f"    iPhone:   send the file to the phone, install the profile, then Settings > General > About >\n"
        f"              Certificate Trust Settings, and switch it on\n"
        f"    Anybody with tls-ca-key.pem can pretend to be any site to those who trust the CA: keep it here.\n"
    )


# ------------------------------------------------------------------ what is there


def _loaded(certificate: Path, key: Path) -> Pair | None:
    """What was made before; None when there is nothing, or nothing whole."""
    try:
        loaded = serialization.load_pem_private_key(key.read_bytes(), None)
        pair = Pair(x509.load_pem_x509_certificate(certificate.read_bytes()), loaded)  # type: ignore[arg-type]
    except (FileNotFoundError, ValueError):
        return None
    return pair if pair.certificate.public_key() == pair.key.public_key() else None


def _ends_soon(pair: Pair, now: datetime) -> bool:
    return pair.certificate.not_valid_after_utc - now < RENEW_BEFORE


def _fits(leaf: Pair, ca: Pair, hosts: Iterable[str]) -> bool:
    names = leaf.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    own = {str(name.value) for name in names}
    try:
        leaf.certificate.verify_directly_issued_by(ca.certificate)
    except Exception:  # of whatever kind: it is not of this CA
        return False
    return set(hosts) <= own


# ------------------------------------------------------------------ making


def _begun(subject: str, issuer: x509.Name | None, key: ec.EllipticCurvePrivateKey, now: datetime, life: timedelta) -> (
    x509.CertificateBuilder
):  # fmt: skip
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer or name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SLACK)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _new_ca(now: datetime) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _begun(f"claimstack CA of {socket.gethostname()[:40]}", None, key, now, CA_LIFE)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    return Pair(builder.sign(key, hashes.SHA256()), key)


def _new_leaf(ca: Pair, hosts: list[str], now: datetime) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.key.public_key())
    builder = _begun(hosts[0][:64], ca.certificate.subject, key, now, LIFE)
    builder = builder.add_extension(x509.SubjectAlternativeName([_name(host) for host in hosts]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    builder = builder.add_extension(issuer_key, critical=False)
    return Pair(builder.sign(ca.key, hashes.SHA256()), key)


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(pair: Pair) -> bytes:
    return pair.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _keep(path: Path, content: bytes) -> None:
    """Written aside and renamed, readable by its owner alone."""
    aside = path.with_name(path.name + ".new")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    aside.replace(path)
