"""The client's configuration: files, environment and flags, in that order of growing weight.

Keys and files are those of ttn-lw-cli, which knows gRPC addresses only. HTTP stands one port above
gRPC (1884 and 1885, 8884 and 8885); the key `http-address` names it where that does not hold.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

from claimstack.cli.client.failures import Failure
from claimstack.cli.settings import yaml_file
from claimstack.cli.settings.values import boolean, seconds

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


class Key(NamedTuple):
    """One setting: its default, which also tells its type, and what it means."""

    default: Any
    text: str


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


KEYS = _all_keys()  # every setting by name, in the order of the help


def user_config_dir(environ: Mapping[str, str] = os.environ) -> str:
    """Where programs keep their configuration on this system."""
    home = environ.get("HOME", os.sep)
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Application Support")
    if sys.platform == "win32":
        return environ.get("APPDATA", home)
    return environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")


def default_files(environ: Mapping[str, str] = os.environ) -> list[str]:
    """The files that are read, the weightiest first."""
    folders = [".", environ.get("HOME", os.sep), user_config_dir(environ)]
    return [os.path.normpath(os.path.join(folder, FILE_NAME)) for folder in folders]


class Configuration:
    """The settings in force. `overrides` come from flags, `files` replaces the default files."""

    def __init__(
        self,
        overrides: Mapping[str, str] | None = None,
        files: list[str] | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.files = files or default_files(environ)
        self._tls: Any = None
        self._values: dict[str, Any] = {}
        self._sources: dict[str, str] = {}
        for path in reversed(self.files):
            self._take(yaml_file.read(path), path)
        variables = {key: ENV_PREFIX + key.upper().replace(".", "_").replace("-", "_") for key in KEYS}
        self._take({k: environ[v] for k, v in variables.items() if v in environ}, "environment")
        self._take(overrides or {}, "flag")

    def _take(self, values: Mapping[str, Any], source: str) -> None:
        for key, value in values.items():
            if key in KEYS and value is not None:
                self._values[key] = typed(key, value)
                self._sources[key] = source

    def __getitem__(self, key: str) -> Any:
        return self._values.get(key, KEYS[key].default)

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
        text = str(self["retry.default-timeout"])
        try:
            return seconds(text)
        except ValueError as wrong:
            text = f"retry.default-timeout: {text!r} is not a duration such as 100ms"
            raise Failure("config_value", text) from wrong


def typed(key: str, value: Any) -> Any:
    """A value in the type of its key; Failure names the key when it does not fit."""
    default = KEYS[key].default
    try:
        if isinstance(default, bool):
            return value if isinstance(value, bool) else boolean(str(value))
        if isinstance(default, (int, float)):
            return type(default)(value)
    except ValueError as wrong:
        kind = type(default).__name__
        raise Failure("config_value", f"{key} must be {kind}, not {value!r}") from wrong
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


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
