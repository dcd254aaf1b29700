"""The settings as flags of the commands that touch the machine: serve, migrate, backup, fsck, kek, …

Each such command is a function (plain or `async`) that gets the settings first. What an operator can put right is one
clear line on the error output and exit status 1.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

import click

from claimstack.settings import NAMES, Settings, SettingsError, flag_name, load

FAILED = 1
Function = TypeVar("Function", bound=Callable[..., Any])
_METAVARS = {int: "NUMBER", Path: "PATH", str: "TEXT", tuple[str, ...]: "TEXT,…"}


def server_options(*refusals: type[Exception]) -> Callable[[Function], Function]:
    """Give a command every setting as a flag, and `--config`; it is called as `function(settings, **its_own)`.

    `refusals`: errors beside those of settings, database and KEK that are one clear line for an operator.
    """

    def decorate(function: Function) -> Function:
        @functools.wraps(function)
        def command(config: Path | None, **given: Any) -> Any:
            flags = {name: _flat(given.pop(name)) for name in NAMES}
            return told(refusals, lambda: _run(function, load(flags, config=config), given))

        for option in reversed([_config(), *map(_option, fields(Settings))]):
            command = option(command)
        return command  # type: ignore[return-value]

    return decorate


def _run(function: Callable[..., Any], settings: Settings, given: dict[str, Any]) -> Any:
    outcome = function(settings, **given)
    return asyncio.run(outcome) if inspect.iscoroutine(outcome) else outcome


def told(refusals: tuple[type[Exception], ...], work: Callable[[], Any]) -> Any:
    """Do the work; what an operator can put right becomes one line and exit status 1."""
    from claimstack.storage.errors import Busy, StorageError
    from claimstack.vault.kek import KekError

    clear: tuple[type[Exception], ...] = (SettingsError, StorageError, KekError, Busy, OSError, *refusals)
    try:
        return work()
    except clear as error:
        click.echo(f"error: {' '.join(str(error).split()) or type(error).__name__}", err=True)
        raise click.exceptions.Exit(FAILED) from None


def _flat(value: Any) -> Any:
    """A flag that may be repeated, as the comma list that the settings read; None when it was not given."""
    if isinstance(value, tuple):
        return ",".join(value) if value else None
    return value


def _config() -> Callable[[Function], Function]:
    text = "TOML file of settings, named like the flags without the dashes in front"
    return click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help=text)


def _option(field: Any) -> Callable[[Function], Function]:
    kind = get_type_hints(Settings)[field.name]
    flag, text = f"--{flag_name(field.name)}", f"{field.metadata['help']}{_default(field.default)}"
    if kind is bool:
        return click.option(f"{flag}/--no-{flag_name(field.name)}", default=None, help=text)
    plain = next((one for one in get_args(kind) if one is Path), kind)
    metavar = _METAVARS[plain]
    return click.option(flag, metavar=metavar, multiple=plain == tuple[str, ...], default=None, help=text)


def _default(value: Any) -> str:
    shown = ",".join(value) if isinstance(value, tuple) else str(value)
    return "" if value in (None, False, "", ()) else f" [{shown}]"
