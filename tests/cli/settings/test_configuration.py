"""Which value wins, where HTTP is, and what is wrong with a wrong value."""

from pathlib import Path

import pytest

from claimstack.cli.client.failures import Failure
from claimstack.cli.settings.configuration import Configuration, default_files, split_address


def made(tmp_path: Path, text: str = "", environ: dict[str, str] | None = None, **flags: str) -> Configuration:
    path = tmp_path / "config.yml"
    path.write_text(text)
    named = {key.replace("_", "-"): value for key, value in flags.items()}
    return Configuration(named, [str(path)], environ or {})


def test_a_flag_beats_the_environment_and_that_beats_the_file(tmp_path: Path) -> None:
    file = "log:\n  level: debug\nca: file.pem\noutput-format: table\n"
    environ = {"TTN_LW_LOG_LEVEL": "warn", "TTN_LW_CA": "env.pem"}
    found = made(tmp_path, file, environ, ca="flag.pem")
    assert [found["ca"], found["log.level"], found["output-format"]] == ["flag.pem", "warn", "table"]
    assert [found.source(key) for key in ("ca", "log.level", "insecure")] == ["flag", "environment", "default"]


def test_of_several_files_the_first_that_has_a_key_wins(tmp_path: Path) -> None:
    (tmp_path / "near.yml").write_text("ca: near.pem\n")
    (tmp_path / "far.yml").write_text("ca: far.pem\ninsecure: true\n")
    found = Configuration({}, [str(tmp_path / "near.yml"), str(tmp_path / "far.yml")], {})
    assert (found["ca"], found["insecure"]) == ("near.pem", True)


def test_the_usual_files_are_those_of_the_original() -> None:
    environ = {"HOME": "/home/ann", "XDG_CONFIG_HOME": "/etc/ann"}
    assert default_files(environ) == [
        ".ttn-lw-cli.yml",
        "/home/ann/.ttn-lw-cli.yml",
        "/etc/ann/.ttn-lw-cli.yml",
    ]


@pytest.mark.parametrize(
    ("file", "address"),
    [
        ("", ("localhost", 8885)),
        ("insecure: true\n", ("localhost", 1885)),
        ("identity-server-grpc-address: claim.example.com\n", ("claim.example.com", 8885)),
        ("identity-server-grpc-address: claim.example.com:443\n", ("claim.example.com", 443)),
        ("identity-server-grpc-address: h:9000\n", ("h", 9001)),
        ("http-address: http://h:8080/\n", ("h", 8080)),
        ('identity-server-grpc-address: "[::1]:1884"\n', ("::1", 1885)),
    ],
)
def test_http_stands_one_port_above_grpc_unless_named(tmp_path: Path, file: str, address: tuple[str, int]) -> None:
    assert made(tmp_path, file).http_address("identity-server") == address


def test_a_component_may_be_elsewhere_or_switched_off(tmp_path: Path) -> None:
    found = made(tmp_path, "join-server-grpc-address: js:1884\nnetwork-server-enabled: false\n")
    assert found.http_address("join-server") == ("js", 1885)
    assert [found.is_enabled(c) for c in ("network-server", "join-server", "identity-server")] == [False, True, True]
    assert found.hosts() == ["js", "localhost"]


def test_a_claim_is_told_the_address_with_its_port(tmp_path: Path) -> None:
    assert made(tmp_path, "insecure: true\n").grpc_address("network-server") == "localhost:1884"
    assert made(tmp_path, "network-server-grpc-address: h:7\n").grpc_address("network-server") == "h:7"


@pytest.mark.parametrize(("key", "value"), [("insecure", "perhaps"), ("retry.max", "many")])
def test_a_wrong_value_is_an_error_that_names_its_key(tmp_path: Path, key: str, value: str) -> None:
    with pytest.raises(Failure, match=key):
        Configuration({key: value}, [str(tmp_path / "none")], {})


def test_an_address_has_a_host_and_perhaps_a_port() -> None:
    assert [split_address(a, 1) for a in ("h", "h:2", "[::1]:2", "::1")] == [("h", 1), ("h", 2), ("::1", 2), ("::1", 1)]
    with pytest.raises(Failure, match="HOST:PORT"):
        split_address("h:x", 1)


def test_a_ca_file_without_a_certificate_is_named(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("")
    with pytest.raises(Failure, match=r"ca\.pem"):
        made(tmp_path, ca=str(tmp_path / "ca.pem")).tls()
