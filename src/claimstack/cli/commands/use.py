"""Write the configuration for a server, and show the one in force."""

from __future__ import annotations

import os
from hashlib import md5
from pathlib import Path
from typing import Any

from claimstack.cli.client.failures import Failure
from claimstack.cli.settings import configuration
from claimstack.cli.settings.configuration import COMPONENTS, FILE_NAME, PLAIN_PORT, TLS_PORT
from claimstack.cli.settings.values import boolean
from claimstack.cli.shell import Shell
from claimstack.cli.terminal.option import Option, switch
from claimstack.cli.terminal.verb import Verb


def _use(shell: Shell, host: str | None, fetch_ca: bool, overwrite: bool, user: bool, **given: Any) -> None:
    flags = shell.flags.values
    host = host or "localhost"
    is_plain = boolean(flags.get("insecure", "false"))
    folder = Path(configuration.user_config_dir()) if user else Path()
    table = settings(host, is_plain, given["grpc_port"], flags)
    ca = None
    if fetch_ca and not is_plain:
        ca = folder / f"ca.{md5(host.encode(), usedforsecurity=False).hexdigest()[:6]}.pem"
        table["ca"] = str(ca.absolute() if user else ca)
    path = folder / FILE_NAME
    if path.exists() and not overwrite:
        raise Failure("file_exists", f"{path} is already there", "replace it with --overwrite")
    folder.mkdir(parents=True, exist_ok=True)
    if ca is not None:
        _fetch_ca(shell, ca, *shell_address(table))
    path.write_text("".join(f"{key}: {_yaml(value)}\n" for key, value in table.items()))
    shell.log.info("wrote the configuration", file=path.absolute())


def settings(host: str, is_plain: bool, port: int | None, flags: dict[str, str]) -> dict[str, Any]:
    """Every key that belongs to a server."""
    name, own_port = configuration.split_address(host, port or (PLAIN_PORT if is_plain else TLS_PORT))
    grpc = f"{name}:{own_port}"
    scheme = "http" if is_plain else "https"
    table: dict[str, Any] = {"credentials-id": flags.get("credentials-id", name)}
    table["insecure"] = is_plain
    table["oauth-server-address"] = flags.get("oauth-server-address", f"{scheme}://{name}/oauth")
    for component in COMPONENTS:
        if f"{component}-enabled" in configuration.KEYS:
            table[f"{component}-enabled"] = flags.get(f"{component}-enabled", "true") == "true"
        table[f"{component}-grpc-address"] = grpc
    if "http-address" in flags:
        table["http-address"] = flags["http-address"]
    if "ca" in flags:
        table["ca"] = str(Path(flags["ca"]).absolute())
    return table


def shell_address(table: dict[str, Any]) -> tuple[str, int]:
    """Where to fetch the certificates: the gRPC address, as the original does."""
    return configuration.split_address(table["network-server-grpc-address"], TLS_PORT)


def _yaml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return f'"{text}"' if not text or ": " in text or text[0] in "[{\"'@`" else text


def _fetch_ca(shell: Shell, path: Path, host: str, port: int) -> None:
    from claimstack.cli.settings.certificates import presented_cas

    found = presented_cas(host, port)
    path.write_text("".join(found))
    if not found:
        shell.log.warn("the server presented no CA certificate", file=path)
    else:
        shell.log.info("kept the CA certificate; compare its fingerprint before you trust it", file=path)


use = Verb(
    _use,
    ids=["host"],
    options=[
        Option("grpc_port", kind=int, metavar="PORT", text="8884, or 1884 with --insecure"),
        switch("fetch_ca", default=False, text="keep the CA certificate that the server presents"),
        switch("overwrite", default=False, text="replace the file if there is one"),
        switch("user", default=False, text="write to your configuration folder, not here"),
    ],
    text=f"Write {FILE_NAME} for a server. Global flags such as --insecure, --ca and --http-address are kept in it.",
    example="$CLI use localhost --insecure\n$CLI use claim.example.com --fetch-ca",
)


def _config(shell: Shell, env: bool, yml: bool) -> None:
    found = shell.configuration
    for key in configuration.KEYS:
        value = found[key]
        if yml:
            print(f"{key}: {_yaml(value)}")
        elif env:
            name = configuration.ENV_PREFIX + key.upper().replace(".", "_").replace("-", "_")
            print(f'{name}="{_yaml(value).strip(chr(34))}"')
        else:
            print(f"{'--' + key:<44} {_yaml(value):<28} {found.source(key)}")
    if not env and not yml:
        places = [found.http_address(name) for name in COMPONENTS]
        scheme = "http" if found["insecure"] else "https"
        for host, port in dict.fromkeys(places):
            print(f"speaks to {scheme}://{host}:{port}")
        print("files: " + os.pathsep.join(found.files))


config = Verb(
    _config,
    options=[
        switch("env", default=False, text="as environment variables"),
        switch("yml", default=False, text="as a configuration file"),
    ],
    text="Show the configuration in force, and where each value comes from.",
)


def _version(shell: Shell) -> None:
    from claimstack import __version__

    print(f"claimstack {__version__}")


version = Verb(_version, text="Show the version.")
