"""Every setting in one frozen class. A flag wins over its `CLAIMSTACK_…` variable, which wins over the TOML file.

The names are the same everywhere: `--data-dir`, `CLAIMSTACK_DATA_DIR`, `data-dir = "…"`.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints

PREFIX = "CLAIMSTACK_"
_NS_ID = re.compile(r"[0-9A-Fa-f]{16}")


class SettingsError(Exception):
    """A setting is wrong; one line that names it, what was expected and where it came from."""


def _setting(default: Any, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True, slots=True)
class Settings:
    """What a node needs to know. Defaults suit a trial on one machine."""

    data_dir: Path = _setting(Path("data"), "directory of the embedded database, the KEK and first secrets")
    database_url: str = _setting("", "sqlite:///FILE or postgresql://…; empty: claimstack.db in the data directory")
    grpc_listen: str = _setting("127.0.0.1:1884", "host:port of gRPC (8884 is usual with TLS)")
    http_listen: str = _setting("127.0.0.1:1885", "host:port of HTTP/JSON and pages (8885 is usual with TLS)")
    interop_listen: str = _setting("", "host:port for networks and clusters with client certificates; empty: closed")
    interop_client_ca: Path | None = _setting(None, "PEM file of authorities of client certificates beside the peers'")
    public_url: str = _setting("", "URL under which people reach the HTTP port; empty: derived from --http-listen")
    trusted_proxies: tuple[str, ...] = _setting((), "addresses of proxies whose X-Forwarded-For is believed")
    tls_cert: Path | None = _setting(None, "PEM file with the certificate chain; both ports then speak TLS")
    tls_key: Path | None = _setting(None, "PEM file with the private key of --tls-cert")
    tls_self_signed: bool = _setting(False, "make a small CA and a certificate in the data directory and use them")
    kek_file: Path | None = _setting(None, "file of the key encryption keys; empty: kek in the data directory")
    registration: str = _setting("invitation", "who may sign up: open, invitation, approval (by an admin) or closed")
    net_id: str = _setting("000000", "NetID of this network, 6 hexadecimal digits")
    ns_id: str = _setting("", "NSID of this network, 16 hexadecimal digits; told to Join Servers that are claimed on")
    as_id: str = _setting("", "AS-ID of this network, as Join Servers that are claimed on know it")
    claiming_repository: Path | None = _setting(None, "directory with config.yml: Join Servers to claim on")
    dev_addr_prefix: str = _setting("00000000/7", "block that device addresses are taken from")
    join_eui_prefixes: tuple[str, ...] = _setting(("0000000000000000/0",), "JoinEUIs served here, EUI/bits")
    default_join_eui: str = _setting("0000000000000000", "JoinEUI offered to makers who have none")
    dev_eui_block: str = _setting("", "block that DevEUIs are issued from, EUI/bits; empty: none are issued")
    log_signer_certificates: tuple[str, ...] = _setting((), "PEM files or folders: log signers of manifests to believe")
    secure_element_roots: tuple[str, ...] = _setting((), "PEM files or folders: roots that chips' certificates end in")
    import_limit: int = _setting(20, "imports of one application that may wait for their file or run at once")
    import_megabytes: int = _setting(4096, "MiB that files of one application's imports may take until they are over")
    dev_eui_limit: int = _setting(100, "DevEUIs that one application may be issued")
    claim_cap_device: int = _setting(10, "claim attempts per end device and day")
    claim_cap_claimer: int = _setting(30, "failed claim attempts per claimer and hour")
    claim_cap_overall: int = _setting(1000, "failed claim attempts per hour over all, before claimers are slowed")
    retain_audit_days: int = _setting(400, "days that audit rows are kept; the ledger is kept for good")
    retain_event_days: int = _setting(7, "days that events are kept")
    retain_idempotency_hours: int = _setting(24, "hours that answers are kept for idempotency keys")
    restore_hours: int = _setting(24, "hours in which a deleted application, user or organization can be restored")
    smtp_url: str = _setting("", "smtp://user:password@host:port for mail; empty: one-time links are shown instead")
    log_level: str = _setting("info", "debug, info, warning or error")
    log_format: str = _setting("console", "console or json")
    components: tuple[str, ...] = _setting(("is", "ns", "as", "js", "dcs", "qrg"), "components that are served")

    @property
    def database(self) -> str:
        """The database URL with its default filled in."""
        return self.database_url or f"sqlite://{(self.data_dir / 'claimstack.db').absolute()}"

    @property
    def kek(self) -> Path:
        """The KEK file with its default filled in."""
        return self.kek_file or self.data_dir / "kek"

    @property
    def tls(self) -> bool:
        """Whether the ports speak TLS."""
        return self.tls_self_signed or self.tls_cert is not None

    @property
    def url(self) -> str:
        """The public URL, without a slash at the end."""
        host, _, port = self.http_listen.rpartition(":")
        shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::1", "[::1]", "[::]", "") else host  # noqa: S104
        return (self.public_url or f"{'https' if self.tls else 'http'}://{shown}:{port}").rstrip("/")


NAMES = tuple(one.name for one in fields(Settings))
_TYPES = get_type_hints(Settings)


def load(flags: Mapping[str, Any], environ: Mapping[str, str] = os.environ, config: Path | None = None) -> Settings:
    """Put the settings together; `SettingsError` names the first that is wrong."""
    values = {**_from_file(config), **_from_environment(environ)}
    values.update({name: (value, f"--{flag_name(name)}") for name, value in flags.items() if value not in (None, ())})
    settings = Settings(**{name: _parsed(name, value, origin) for name, (value, origin) in values.items()})
    _check(settings)
    return settings


def flag_name(name: str) -> str:
    """`data_dir` as it stands in a flag and in the TOML file: `data-dir`."""
    return name.replace("_", "-")


def _from_environment(environ: Mapping[str, str]) -> dict[str, tuple[Any, str]]:
    found = {name: f"{PREFIX}{name.upper()}" for name in NAMES}
    return {name: (environ[variable], variable) for name, variable in found.items() if environ.get(variable)}


def _from_file(path: Path | None) -> dict[str, tuple[Any, str]]:
    if path is None:
        return {}
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"settings file {path}: {error}") from error
    known = {flag_name(name): name for name in NAMES}
    for key in table:
        if key not in known:
            raise SettingsError(f"settings file {path}: unknown setting {key!r}; known: {', '.join(known)}")
    return {known[key]: (value, f"{path}: {key}") for key, value in table.items()}


def _parsed(name: str, value: Any, origin: str) -> Any:
    kind = _TYPES[name]
    try:
        if kind is bool:
            return _boolean(value)
        if kind == tuple[str, ...]:
            parts = value.split(",") if isinstance(value, str) else value
            return tuple(str(part).strip() for part in parts if str(part).strip())
        if kind in (Path, Path | None):
            return Path(value)
        return kind(value)
    except (ValueError, TypeError):
        raise SettingsError(f"{origin}: expected {getattr(kind, '__name__', kind)}, got {value!r}") from None


def _boolean(value: Any) -> bool:
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if isinstance(value, bool):
        return value
    return words[str(value).lower()] if str(value).lower() in words else bool(int(value))


_COMPONENTS = ("is", "ns", "as", "js", "dcs", "qrg")
_CHOICES = {
    "registration": ("open", "invitation", "approval", "closed"),
    "log_level": ("debug", "info", "warning", "error"),
    "log_format": ("console", "json"),
}


def _check(settings: Settings) -> None:
    for name, choices in _CHOICES.items():
        if getattr(settings, name) not in choices:
            raise SettingsError(f"--{flag_name(name)}: expected one of {', '.join(choices)}")
    if unknown := set(settings.components) - set(_COMPONENTS):
        raise SettingsError(f"--components: no component {min(unknown)!r}; known: {', '.join(_COMPONENTS)}")
    for name in ("grpc_listen", "http_listen", *(["interop_listen"] if settings.interop_listen else [])):
        if not getattr(settings, name).rpartition(":")[2].isdecimal():
            raise SettingsError(f"--{flag_name(name)}: expected host:port, got {getattr(settings, name)!r}")
    if settings.ns_id and not _NS_ID.fullmatch(settings.ns_id):
        raise SettingsError(f"--ns-id: expected 16 hexadecimal digits, got {settings.ns_id!r}")
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise SettingsError("--tls-cert and --tls-key go together")
    if settings.interop_listen and not settings.tls:
        raise SettingsError("--interop-listen needs --tls-cert and --tls-key, or --tls-self-signed")
    low = [name for name in NAMES if _TYPES[name] is int and getattr(settings, name) < 1]
    if low:
        raise SettingsError(f"--{flag_name(low[0])}: expected a number of 1 or more")
