"""A CA and a certificate of the node's own: made once, trusted by who trusts the CA, renewed in time."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from claimstack.edge.self_signed import LIFE, ca_file, certificate_in, hosts_of, how_to_trust
from claimstack.edge.server import Certificate
from claimstack.settings import Settings

NOW = datetime.now(UTC)
HOSTS = ["localhost", "127.0.0.1", "::1"]


def leaf(files: Certificate) -> x509.Certificate:
    return x509.load_pem_x509_certificates(files.chain.read_bytes())[0]


async def shaken(files: Certificate, trusted: Path, name: str) -> bool:
    """Whether a client that trusts that CA file accepts the server under that name."""
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(files.chain, files.key)
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0, ssl=serving)
    port = server.sockets[0].getsockname()[1]
    asking = ssl.create_default_context(cafile=str(trusted))
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=asking, server_hostname=name)
    except ssl.SSLCertVerificationError:
        return False
    finally:
        server.close()
    writer.close()
    return True


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1"])
async def test_who_trusts_the_ca_trusts_the_server_under_each_of_its_names(tmp_path: Path, name: str) -> None:
    assert await shaken(certificate_in(tmp_path, HOSTS, NOW), ca_file(tmp_path), name)


async def test_other_names_and_other_cas_are_not_trusted(tmp_path: Path) -> None:
    files = certificate_in(tmp_path, HOSTS, NOW)
    certificate_in(tmp_path / "other", HOSTS, NOW)
    assert not await shaken(files, ca_file(tmp_path), "example.com")
    assert not await shaken(files, ca_file(tmp_path / "other"), "localhost")


def test_the_chain_ends_with_the_ca_and_the_ca_has_the_ca_bit(tmp_path: Path) -> None:
    files = certificate_in(tmp_path, HOSTS, NOW)
    chain = x509.load_pem_x509_certificates(files.chain.read_bytes())
    assert len(chain) == 2
    assert chain[1] == x509.load_pem_x509_certificate(ca_file(tmp_path).read_bytes())
    bits = [one.extensions.get_extension_for_class(x509.BasicConstraints).value.ca for one in chain]
    assert bits == [False, True]


def test_every_file_is_its_owners_alone(tmp_path: Path) -> None:
    certificate_in(tmp_path, HOSTS, NOW)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_the_next_start_uses_the_same_files(tmp_path: Path) -> None:
    first = leaf(certificate_in(tmp_path, HOSTS, NOW))
    assert leaf(certificate_in(tmp_path, HOSTS[:1], NOW + timedelta(days=300))) == first


def test_a_certificate_that_ends_soon_is_renewed_under_the_same_ca(tmp_path: Path) -> None:
    first = leaf(certificate_in(tmp_path, HOSTS, NOW))
    ca = ca_file(tmp_path).read_bytes()
    second = leaf(certificate_in(tmp_path, HOSTS, NOW + LIFE - timedelta(days=29)))
    assert second != first
    assert ca_file(tmp_path).read_bytes() == ca


def test_a_new_name_needs_a_new_certificate(tmp_path: Path) -> None:
    certificate_in(tmp_path, HOSTS, NOW)
    names = leaf(certificate_in(tmp_path, [*HOSTS, "claim.example"], NOW)).extensions
    san = names.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "claim.example" in san.get_values_for_type(x509.DNSName)


def test_a_lost_key_is_made_anew(tmp_path: Path) -> None:
    files = certificate_in(tmp_path, HOSTS, NOW)
    first = leaf(files)
    files.key.write_text("")
    assert leaf(certificate_in(tmp_path, HOSTS, NOW)) != first


def test_the_certificate_names_where_the_node_is_reached(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, public_url="https://claim.example:8885", http_listen="0.0.0.0:8885")
    hosts = hosts_of(settings)
    assert {"localhost", "127.0.0.1", "::1", "claim.example"} <= set(hosts)
    assert "0.0.0.0" not in hosts
    assert str(ca_file(tmp_path)) in how_to_trust(settings)
