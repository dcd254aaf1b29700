"""Certificates named in the settings: files and folders, each with a clear refusal."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from claimstack.device_files import Certificates, read_certificates
from claimstack.edge.imports.assembly import certificates_of
from claimstack.settings import Settings, SettingsError
from tests.device_templates.microchip.maker import LogSignerKey, maker

FIRST, SECOND = LogSignerKey("First"), LogSignerKey("Second")


def names(pem: bytes) -> set[str]:
    return {signer.name for signer in Certificates(signers=pem).trust().signers}


def test_files_and_folders_are_read(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "first.pem").write_bytes(FIRST.pem.rstrip())
    (tmp_path / "folder" / "second.crt").write_bytes(SECOND.pem)
    (tmp_path / "folder" / "notes.txt").write_text("not a certificate")
    pem = read_certificates([str(tmp_path / "first.pem"), str(tmp_path / "folder")])
    assert {"First", "Second"} <= names(pem)


def test_nothing_configured_leaves_the_carried_signers() -> None:
    assert len(Certificates().trust().signers) == 4
    assert Certificates().trust().roots == ()


def test_configured_roots_are_followed() -> None:
    assert Certificates(roots=maker().root.public_bytes(Encoding.PEM)).trust().roots == (maker().root,)


@pytest.mark.parametrize("what", ["missing", "text", "empty folder"])
def test_what_holds_no_certificate_is_refused_by_its_name(tmp_path: Path, what: str) -> None:
    path = tmp_path / "here"
    if what == "text":
        path.write_text("hello")
    elif what == "empty folder":
        path.mkdir()
    with pytest.raises(ValueError, match=str(path)):
        read_certificates([str(path)])


def test_the_setting_is_named_when_it_is_wrong(tmp_path: Path) -> None:
    settings = Settings(secure_element_roots=(str(tmp_path / "missing.pem"),))
    with pytest.raises(SettingsError, match=r"--secure-element-roots: .*missing\.pem"):
        certificates_of(settings)
