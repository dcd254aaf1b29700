"""The client's configuration: files, environment and flags, in that order of growing weight.

Keys and files are those of ttn-lw-cli, which knows gRPC addresses only. HTTP stands one port above
gRPC (1884 and 1885, 8884 and 8885); the key `http-address` names it where that does not hold.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claimstack.cli.client.failures import Failure
from claimstack.cli.settings import yaml_file

FILE_NAME = ".ttn-lw-cli.yml"
ENV_PREFIX = "TTN_LW_"
TLS_PORT, PLAIN_PORT = 8884, 1884
SAME_PORT = (80, 443)  # a proxy in front serves gRPC and HTTP on one port
COMPONENTS = (
    "identity-server", "network-server", "application-server", "join-server",
    "gateway-server", "device-claiming-server", "qr-code-generator",
    "device-template-converter", "packet-broker-agent",
)  # fmt: skip
SWITCHABLE = ("network-server", "application-server", "join-server", "gateway-server")


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: its default, which also tells its type, and what it means."""

    default: Any
    text: str


def keys() -> dict[str, Key]:
    """Every setting by name, in the order of the help."""
    return _KEYS


def _all_keys() -> dict[str, Key]:
    table = {
        "http-address": Key("", "HOST:PORT of the HTTP API, where it is not the gRPC port plus 1"),
        "insecure": Key(False, "connect without TLS"),
        "ca": Key("", "PEM file with certificates to trust besides the system's"),
        "output-format": Key("json", "json, table, or a template such as '{{.ids.device_id}}'"),
        "input-format": Key("json", "form of what is read from standard input: json"),
        "credentials-id": Key("", "which stored login to use, if there are several"),
        "allow-unknown-hosts": Key(False, "send the login to hosts unknown when it was made"),
        "oauth-server-address": Key("https://localhost/oauth", "URL of the login pages"),
    }
    for name in COMPONENTS:
        table[f"{name}-grpc-address"] = Key(f"localhost:{TLS_PORT}", f"address of the {name}")
        if name in SWITCHABLE:
            table[f"{name}-enabled"] = Key(True, f"whether there is a {name}")
    return table | {
        "dump-requests": Key(False, "with --log.level debug: show each request, secrets masked"),
        "skip-version-check": Key(False, "accepted and without effect: no version is ever checked"),
        "retry.max": Key(0, "how often a busy answer is tried again"),
        "retry.default-timeout": Key("100ms", "wait before trying again"),
        "retry.enable-metadata": Key(True, "let the server's hint decide how long to wait"),
        "retry.jitter": Key(0.0, "accepted for compatibility"),
        "log.format": Key("console", "console or json"),
        "log.level": Key("info", "debug, info, warn or error"),
        "experimental.features": Key("", "accepted for compatibility"),
    }


_KEYS = _all_keys()


def user_config_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Where programs keep their configuration on this system."""
    if sys.platform == "darwin":
        return Path(environ.get("HOME", "~")).expanduser() / "Library" / "Application Support"
    if sys.platform == "win32":
        return Path(environ.get("APPDATA", "~")).expanduser()
    return Path(environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME", "/")) / ".config")


def default_files(environ: Mapping[str, str] = os.environ) -> list[Path]:
    """The files that are read, the weightiest first."""
    home = Path(environ.get("HOME", "/"))
    return [Path(FILE_NAME), home / FILE_NAME, user_config_dir(environ) / FILE_NAME]


class Configuration:
    """The settings in force. `overrides` come from flags, `files` replaces the default files."""

    def __init__(
        self,
        overrides: Mapping[str, str] | None = None,
        files: list[Path] | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.files = files or default_files(environ)
        self._tls: Any = None
        self._values: dict[str, Any] = {}
        self._sources: dict[str, str] = {}
        for path in reversed(self.files):
            self._take(yaml_file.read(path), str(path))
        variables = {key: ENV_PREFIX + key.upper().replace(".", "_").replace("-", "_") for key in _KEYS}
        self._take({k: environ[v] for k, v in variables.items() if v in environ}, "environment")
        self._take(overrides or {}, "flag")

    def _take(self, values: Mapping[str, Any], source: str) -> None:
        for key, value in values.items():
            if key in _KEYS and value is not None:
                self._values[key] = typed(key, value)
                self._sources[key] = source

    def __getitem__(self, key: str) -> Any:
        return self._values.get(key, _KEYS[key].default)

    def source(self, key: str) -> str:
        """Where a value comes from: a file, `environment`, `flag` or `default`."""
        return self._sources.get(key, "default")

    def is_enabled(self, component: str) -> bool:
        """Whether the configuration counts with that component."""
        return bool(self[f"{component}-enabled"]) if component in SWITCHABLE else True

    def grpc_address(self, component: str) -> str:
        """HOST:PORT as configured; the original sends this form in claims."""
        address = str(self[f"{component}-grpc-address"])
        if self["insecure"] and self.source(f"{component}-grpc-address") == "default":
            return address.replace(str(TLS_PORT), str(PLAIN_PORT))
        return address

    def host(self, component: str) -> str:
        """The host name alone, as it is stored on applications and end devices."""
        return split_address(self.grpc_address(component), 0)[0]

    def hosts(self) -> list[str]:
        """Every configured host, for the list of hosts that a login is good for."""
        return sorted({self.http_address(name)[0] for name in COMPONENTS})

    def http_address(self, component: str) -> tuple[str, int]:
        """Host and port of the HTTP API of a component."""
        default = PLAIN_PORT if self["insecure"] else TLS_PORT
        if own := str(self["http-address"]):
            return split_address(own.split("://")[-1].rstrip("/"), default + 1)
        host, port = split_address(self.grpc_address(component), default)
        return host, port if port in SAME_PORT else port + 1

    def tls(self) -> Any:
        """The TLS settings, None for plain connections."""
        if self._tls is None and not self["insecure"]:
            self._tls = tls_context(str(self["ca"]))
        return self._tls

    @property
    def retries(self) -> int:
        """How often a busy answer is tried again."""
        return int(self["retry.max"])

    @property
    def retry_wait(self) -> float:
        """Seconds to wait before that."""
        return seconds(str(self["retry.default-timeout"]))


def typed(key: str, value: Any) -> Any:
    """A value in the type of its key; Failure names the key when it does not fit."""
    default = _KEYS[key].default
    try:
        if isinstance(default, bool):
            return value if isinstance(value, bool) else boolean(str(value))
        if isinstance(default, (int, float)):
            return type(default)(value)
    except ValueError as wrong:
        kind = type(default).__name__
        raise Failure("config_value", f"{key} must be {kind}, not {value!r}") from wrong
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def boolean(text: str) -> bool:
    """A switch as Go programs read it: true, false, 1, 0, t, f in any case."""
    if text.lower() in ("true", "t", "1"):
        return True
    if text.lower() in ("false", "f", "0"):
        return False
    raise ValueError(text)


def seconds(text: str) -> float:
    """A duration such as `1m30s` or `100ms` in seconds."""
    units = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
    total, rest = 0.0, text.strip()
    while rest:
        digits = len(rest) - len(rest.lstrip("0123456789."))
        letters = len(rest[digits:]) - len(rest[digits:].lstrip("nuµmsh"))
        unit = rest[digits : digits + letters]
        if not digits or (unit or "s") not in units:
            raise Failure("config_value", f"{text!r} is not a duration such as 1m30s or 100ms")
        total += float(rest[:digits]) * units[unit or "s"]
        rest = rest[digits + letters :]
    return total


def split_address(address: str, default_port: int) -> tuple[str, int]:
    """Host and port of `host`, `host:port`, `[::1]:port`."""
    host, colon, port = address.rpartition(":")
    if not colon or (":" in host and not host.startswith("[")):
        return address.strip("[]"), default_port
    if not port.isdigit():
        raise Failure("address", f"{address!r} is not HOST:PORT")
    return host.strip("[]"), int(port)


def tls_context(ca: str) -> Any:
    """The system's trusted certificates plus those in the file `ca`."""
    import ssl

    context = ssl.create_default_context()
    if ca:
        try:
            context.load_verify_locations(ca)
        except (OSError, ssl.SSLError) as broken:
            raise Failure("ca_file", f"{ca} holds no usable certificate: {broken}") from broken
    return context
