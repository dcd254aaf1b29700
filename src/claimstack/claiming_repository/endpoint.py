"""Where a Join Server is and how we show who we are: the file that `config.yml` names. Strict YAML, one-line errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from claimstack.vault import Secret

_HTTPS, _HTTP = "https://", "http://"


class RepositoryError(Exception):
    """The claiming repository cannot be used; one clear line for an operator."""


@dataclass(frozen=True, slots=True)
class Tls:
    """PEM files: whom we trust (absent: what the system trusts), and our client certificate (absent: none is shown)."""

    root_ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A Join Server's address without a slash at its end, and our credentials.

    `basic` is for type `ttjsv2` of TTS before 3.24.1; `application_id` and `api_key` for type `claimstack`.
    """

    url: str
    tls: Tls
    basic: tuple[str, Secret] | None = None
    application_id: str = ""
    api_key: Secret = field(default_factory=lambda: Secret(b""))


def read_endpoint(path: Path, kind: str) -> Endpoint:
    """Read one Join Server's file."""
    if kind == "claimstack":
        return _claimstack(path)
    table = table_of(path, ["url", "tls", "basic-auth"], ["url"])
    return Endpoint(_url(path, table["url"]), _tls(path, table.get("tls")), _basic(path, table.get("basic-auth")))


def _claimstack(path: Path) -> Endpoint:
    names = ["url", "tls", "application-id", "api-key", "api-key-file"]
    table = table_of(path, names, ["url", "application-id"])
    if ("api-key" in table) == ("api-key-file" in table):
        raise RepositoryError(f"{path}: expected either api-key or api-key-file")
    key = str(table["api-key"]) if "api-key" in table else _text(_beside(path, table["api-key-file"])).strip()
    if not key:
        raise RepositoryError(f"{path}: the API key is empty")
    url, tls = _url(path, table["url"]), _tls(path, table.get("tls"))
    return Endpoint(url, tls, application_id=str(table["application-id"]), api_key=Secret(key.encode()))


def _url(path: Path, value: Any) -> str:
    url = str(value or "")
    host = url.removeprefix(_HTTPS).removeprefix(_HTTP)
    if host == url or not host or "?" in host or "#" in host:
        raise RepositoryError(f"{path}: url: expected https://host[:port][/path], got {url!r}")
    return url.rstrip("/")


def _tls(path: Path, value: Any) -> Tls:
    if value is None:
        return Tls()
    table = _checked(path, "tls", value, ["source", "root-ca", "certificate", "key"], ["source"])
    if table["source"] != "file":
        raise RepositoryError(f"{path}: tls: source: expected file, got {table['source']!r}")
    files = {name: _beside(path, table[name]) for name in ("root-ca", "certificate", "key") if table.get(name)}
    if ("certificate" in files) != ("key" in files):
        raise RepositoryError(f"{path}: tls: certificate and key go together")
    for name, file in files.items():
        if not file.is_file():
            raise RepositoryError(f"{path}: tls: {name}: {file} is not a file")
    return Tls(files.get("root-ca"), files.get("certificate"), files.get("key"))


def _basic(path: Path, value: Any) -> tuple[str, Secret] | None:
    if value is None:
        return None
    table = _checked(path, "basic-auth", value, ["username", "password"], ["username", "password"])
    return str(table["username"]), Secret(str(table["password"]).encode())


def _beside(path: Path, name: Any) -> Path:
    return path.parent / str(name)


# ------------------------------------------------------------------ strict YAML


class _Strict(yaml.SafeLoader):
    """Refuses a key that stands twice: YAML would take the last one without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def table_of(path: Path, known: Sequence[str], needed: Sequence[str]) -> Mapping[str, Any]:
    """The mapping that a YAML file holds, with these keys alone."""
    try:
        value = yaml.load(_text(path), Loader=_Strict)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise RepositoryError(f"{path}: {' '.join(str(error).split())}") from None
    return _checked(path, "", value, known, needed)


def _checked(path: Path, where: str, value: Any, known: Sequence[str], needed: Sequence[str]) -> Mapping[str, Any]:
    place = f"{path}: {where}: " if where else f"{path}: "
    if not isinstance(value, dict):
        raise RepositoryError(f"{place}expected {', '.join(known)}")
    for key in value:
        if key not in known:
            raise RepositoryError(f"{place}unknown key {key!r}; known: {', '.join(known)}")
    for key in needed:
        if value.get(key) is None:
            raise RepositoryError(f"{place}{key} is missing")
    return value


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RepositoryError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
