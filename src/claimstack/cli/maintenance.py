"""What an operator does with the database as a whole: migrate, back up, restore, check; and `doctor`."""

import sys
from pathlib import Path
from typing import Any

import click

from claimstack.cli.server_options import FAILED, server_options
from claimstack.settings import Settings
from claimstack.storage import migrate as run_migrations
from claimstack.storage import open_database, pending
from claimstack.upkeep.backup import BackupError, back_up, verify
from claimstack.upkeep.backup import restore as fill
from claimstack.upkeep.opening import database, vault
from claimstack.upkeep.tables import TABLES
from claimstack.vault import KekError

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@server_options()
async def migrate(settings: Settings) -> None:
    """Bring the database up to this version; a server does so by itself when it starts."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    db = await open_database(settings.database)
    try:
        await pending(db)
        done = await run_migrations(db, await db.now_micros())
    finally:
        await db.close()
    click.echo("\n".join(f"ran {name}" for name in done) or "nothing to do: the database is up to date")


@click.command()
@click.argument("file", type=FILE)
@server_options(BackupError)
async def backup(settings: Settings, file: Path) -> None:
    """Write everything to FILE (gzip), also while servers run; nothing secret is readable in it without the KEK."""
    async with database(settings) as db:
        with _table_bar("Writing") as bar:
            rows = await back_up(db, file, bar.reached)
    click.echo(f"{rows} rows are in {file}. The KEK is not: keep {settings.kek} elsewhere, without it no key opens.")


@click.command()
@click.argument("file", type=FILE)
@server_options(BackupError)
async def restore(settings: Settings, file: Path) -> None:
    """Fill an empty database, of either engine, from FILE; everything or nothing."""
    _ensure_fits(file)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    db = await open_database(settings.database)
    try:
        await pending(db)
        await run_migrations(db, await db.now_micros())
        with _table_bar("Reading") as bar:
            rows = await fill(db, file, bar.reached)
    finally:
        await db.close()
    click.echo(f"{rows} rows are in {settings.database_url or settings.database}.")
    await _tell_about_kek(settings)


def _ensure_fits(file: Path) -> None:
    """Look at the whole file before anything is made."""
    from claimstack.storage.migrate import migrations

    made_with, here = verify(file)["schema"], migrations()[-1].version
    if made_with != here:
        raise BackupError(f"{file}: made with schema {made_with}, this program has {here}; restore with that version")


async def _tell_about_kek(settings: Settings) -> None:
    try:
        async with vault(settings):
            click.echo(f"The KEK {settings.kek} is the right one.")
    except KekError as error:
        click.echo(f"warning: {error}. Put the KEK of this backup there before you start the server.", err=True)


@click.command()
@click.option("--recount", is_flag=True, help="count the devices of every application anew")
@server_options()
async def fsck(settings: Settings, recount: bool) -> None:
    """Check that the database is whole, also while servers run; exit status 1 when something is wrong."""
    from claimstack.upkeep import fsck as checks

    found = 0
    async with vault(settings) as (db, its_vault):
        if recount:
            await db.transaction(checks.recount)
        with click.progressbar(length=await checks.size(db), label="Checking", file=sys.stderr) as bar:
            async for finding in checks.fsck(db, its_vault, bar.update):
                found += 1
                click.echo(str(finding))
    click.echo(f"{found} findings" if found else "no findings: everything is whole, every key opens")
    if found:
        raise click.exceptions.Exit(FAILED)


@click.command()
@server_options()
async def doctor(settings: Settings) -> None:
    """Look at versions, data directory, database, KEK, clock and ports; changes nothing, exit status 1 on FAIL."""
    from claimstack.upkeep.doctor import examine

    failed = False
    async for line in examine(settings):
        click.echo(f"{line.state:<4}  {line.subject}: {line.text}")
        failed = failed or line.state == "FAIL"
    if failed:
        raise click.exceptions.Exit(FAILED)


class _table_bar:  # noqa: N801 - used like a function
    """A bar that moves from table to table, for people who watch."""

    def __init__(self, label: str) -> None:
        self._bar: Any = click.progressbar(length=len(TABLES), label=label, file=sys.stderr)
        self._order = {table.name: at for at, table in enumerate(TABLES, 1)}

    def reached(self, table: str, rows: int) -> None:
        """That table is under way."""
        self._bar.update(self._order.get(table, 0) - self._bar.pos)

    def __enter__(self) -> "_table_bar":
        self._bar.__enter__()
        return self

    def __exit__(self, *failure: object) -> None:
        self._bar.__exit__(*failure)
