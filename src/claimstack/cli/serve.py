"""`claimstack serve`: bring up a node, say what to do next, serve until told to stop."""

import asyncio
import contextlib
import gc
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import click
import structlog
import uvloop

from claimstack.accounts import AdminSecrets, check_given, make_first_admin
from claimstack.cli.server_options import server_options
from claimstack.clock import to_micros
from claimstack.edge.logs import configure
from claimstack.edge.metrics import CLOCK_OFFSET
from claimstack.edge.server import Certificate, PortError, Server
from claimstack.errors import ClaimstackError
from claimstack.node import MOST_SKEW_SECONDS, Node, measure, open_node
from claimstack.settings import Settings
from claimstack.upkeep.retention import tidy
from claimstack.wiring import build

MEASURE_SECONDS = 1.0
TIDY_SECONDS = 60.0
log = structlog.get_logger("claimstack.serve")


@click.command()
@server_options(PortError, ClaimstackError)
def serve(settings: Settings) -> None:
    """Serve gRPC and HTTP until SIGTERM; the first time, make database, KEK and the user admin."""
    configure(settings.log_level, settings.log_format)
    uvloop.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    given = _given_secrets()
    check_given(*given)
    node = await open_node(settings)
    try:
        secrets = await make_first_admin(node.db, node.vault, to_micros(node.clock.now()), *given)
        server = build(node, _certificate(settings))
        await server.start(settings.grpc_listen, settings.http_listen)
        _settle()
        _welcome(node, server, secrets)
        async with _background(node, server):
            await server.run()
    finally:
        await node.db.close()


def _settle() -> None:
    """What is there by now stays: the garbage collector need not look at modules and descriptors again and again.

    A thread that computes (of an import) lets the event loop go on after a millisecond, not five: measured, the longest
    waits of a request are a third shorter, and the database idles less.
    """
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(0.001)


def _given_secrets() -> tuple[str, str]:
    return os.environ.get("CLAIMSTACK_ADMIN_PASSWORD", ""), os.environ.get("CLAIMSTACK_ADMIN_API_KEY", "")


def _certificate(settings: Settings) -> Certificate | None:
    if settings.tls_self_signed:
        from claimstack.edge.self_signed import server_certificate

        return server_certificate(settings)
    if settings.tls_cert and settings.tls_key:
        return Certificate(settings.tls_cert, settings.tls_key)
    return None


@contextlib.asynccontextmanager
async def _background(node: Node, server: Server) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(work) for work in (_keep_time(node, server), _keep_tidy(node))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _keep_time(node: Node, server: Server) -> None:
    """Follow the database's clock and the KEK file; a node that is off, or cannot ask, is not ready."""
    while True:
        await asyncio.sleep(MEASURE_SECONDS)
        try:
            offset = await measure(node.db, node.clock)
            node.vault.refresh_if_changed()
        except Exception as error:
            log.warning("not ready", reason=type(error).__name__)
            server.fit = False
            continue
        CLOCK_OFFSET.set(offset)
        server.fit = abs(offset) <= MOST_SKEW_SECONDS


async def _keep_tidy(node: Node) -> None:
    while True:
        await asyncio.sleep(TIDY_SECONDS)
        try:
            await tidy(node.db, node.settings, to_micros(node.clock.now()))
        except Exception as error:
            log.warning("tidying failed", reason=type(error).__name__)


def _welcome(node: Node, server: Server, secrets: AdminSecrets | None) -> None:
    settings = replace(node.settings, http_listen=_with_port(node.settings.http_listen, server.http_port))
    if secrets is not None:
        _show_secrets(settings, secrets)
    log.info("ready", grpc=server.grpc_port, http=server.http_port, interop=_interop_port(server), database=node.db.url)
    if sys.stdout.isatty() or secrets is not None:
        click.echo(what_now(settings, server, new_kek=node.new_kek))


def _interop_port(server: Server) -> int | None:
    return server.listeners[0].port if server.listeners else None


def what_now(settings: Settings, server: Server, *, new_kek: bool) -> str:
    """The addresses, the exact lines to begin with, and what to back up."""
    host = settings.url.partition("://")[2].partition("/")[0].partition(":")[0]
    plain = "" if settings.tls else " --insecure"
    port = "" if server.grpc_port in (1884, 8884) else f" --grpc-port {server.grpc_port}"
    port += "" if server.http_port == server.grpc_port + 1 else f" --http-address {host}:{server.http_port}"
    program = sys.argv[0] if "/" in sys.argv[0] else "claimstack"
    ca = " --fetch-ca" if settings.tls_self_signed else ""
    kek = f"{settings.kek.absolute()} (the KEK: elsewhere, apart from the database; without it no key opens)"
    lines = [
        "",
        f"claimstack is ready: {settings.url} (pages, HTTP/JSON below /api/v3, its description at /api)",
        f"                     gRPC on port {server.grpc_port}",
        "",
        "What now, in another terminal:",
        f"    {program} use {host}{plain}{port}{ca} --oauth-server-address {settings.url}/oauth",
        f"    {program} login                     # in the browser, as admin; or: login --api-key KEY",
        f"    {program} users create maker        # then follow docs/guide.md",
        "",
        f"Back up: {kek}",
        "         the database, by `claimstack backup FILE`" + (" - do both today" if new_kek else ""),
        "",
    ]
    from claimstack.cli.phone import on_a_phone

    lines.append(on_a_phone(settings, coloured=sys.stdout.isatty()))
    if settings.tls_self_signed:
        from claimstack.edge.self_signed import how_to_trust

        lines.append(how_to_trust(settings))
    return "\n".join(lines)


def _with_port(listen: str, port: int) -> str:
    """The address with the port that was opened: port 0 asks the system for one."""
    return f"{listen.rpartition(':')[0]}:{port}"


def _show_secrets(settings: Settings, secrets: AdminSecrets) -> None:
    """Show the first secrets once: on a terminal, or else in a file that only its owner reads. Never in a log."""
    made_up = [
        f"{name} {secret.reveal().decode()}\n"
        for name, secret, given in zip(
            ("Password:", "API key: "), (secrets.password, secrets.api_key), _given_secrets(), strict=True
        )
        if not given  # whoever gave it has it
    ]
    if not made_up:
        return
    text = f"User:     {secrets.uid}\n{''.join(made_up)}"
    if sys.stdout.isatty():
        click.echo(f"\nThe first admin. This is shown once: keep it in a safe place.\n\n{text}")
        return
    path: Path = settings.data_dir / "first-secrets"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    click.echo(
        f"The first admin's password and API key are in {path.absolute()}: keep them elsewhere, delete the file."
    )
