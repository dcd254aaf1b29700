"""`claimstack kek`: is every secret readable, and a new key encryption key for all of them, while servers run."""

import os
import sys

import click

from claimstack.cli.server_options import FAILED, server_options
from claimstack.settings import Settings
from claimstack.upkeep import rotation
from claimstack.upkeep.opening import vault
from claimstack.vault.kek import KEK_BYTES
from claimstack.vault.rewrap import count_by_version, unopenable


@click.group()
def kek() -> None:
    """The key encryption key (KEK): it seals root keys, codes and peppers in the database."""


@kek.command()
@server_options()
async def verify(settings: Settings) -> None:
    """Open every sealed value; exit status 1 when one does not open."""
    wrong = 0
    async with vault(settings) as (db, its_vault):
        counts = await count_by_version(db)
        with click.progressbar(length=sum(counts.values()), label="Opening", file=sys.stderr) as bar:
            async for value in unopenable(db, its_vault, bar.update):
                wrong += 1
                click.echo(f"{value.column.table} {value.key}: {value.why}")
    for version, count in sorted(counts.items()):
        click.echo(f"version {version}: {count} values")
    if wrong:
        click.echo(f"{wrong} values do not open: restore the KEK file they were sealed under")
        raise click.exceptions.Exit(FAILED)
    click.echo("every value opens")


@kek.command()
@server_options()
async def rotate(settings: Settings) -> None:
    """Seal everything again under a new version. Servers may run; started again after a stop, it goes on."""
    async with vault(settings) as (db, its_vault):
        added = await rotation.begin(db, its_vault, os.urandom(KEK_BYTES))
        newest = its_vault.keks.newest
        click.echo(f"version {newest} is in {settings.kek}" if added else f"finishing the rotation to version {newest}")
        old = await rotation.sealed_before(db, newest)
        with click.progressbar(length=old, label="Sealing", file=sys.stderr) as bar:
            done = await rotation.finish(db, its_vault, bar.update)
    click.echo(f"{done} values are sealed under version {newest}. Back up {settings.kek} now, apart from the database.")
    click.echo("After a minute, `claimstack kek retire` takes the older versions out of the file.")


@kek.command()
@server_options()
async def retire(settings: Settings) -> None:
    """Take older versions out of the file, once nothing stands under them. Old backups then need the old file."""
    async with vault(settings) as (db, its_vault):
        gone = await rotation.retire(db, its_vault)
    text = ", ".join(str(version) for version in gone)
    click.echo(
        f"version {text} is retired; keep the old file as long as the backups made under it"
        if gone
        else "nothing to do"
    )
