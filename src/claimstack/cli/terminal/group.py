"""Groups of commands, loaded one command at a time.

A group knows its members from the tree (`cli/tree.py`): name, aliases, one line of help and the
module that holds the command. Only the chosen command's module is imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import click

from claimstack.cli.terminal.flags import sift
from claimstack.cli.terminal.verb import Verb

HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A command: where its `Verb` is, or a function that makes it from `args`."""

    name: str
    text: str
    where: str
    args: tuple[Any, ...] = ()
    aliases: tuple[str, ...] = ()
    hidden: bool = False
    only_ours: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """A group; `where` is set if the group is a command itself, too."""

    name: str
    text: str
    members: Sequence[Leaf | Branch] = ()
    aliases: tuple[str, ...] = ()
    hidden: bool = False
    only_ours: bool = False
    where: str = ""
    args: tuple[Any, ...] = field(default=())


def load(where: str, args: tuple[Any, ...]) -> click.Command:
    """The command at `module:name`, made by calling it if there are arguments."""
    module, _, name = where.partition(":")
    found = getattr(import_module(module), name)
    command: click.Command = found(*args) if args else found
    return command


def made(member: Leaf | Branch, with_ours: bool) -> click.Command:
    """The click command for a member of the tree."""
    command = (
        load(member.where, member.args) if isinstance(member, Leaf) else Group(member, with_ours)
    )
    command.name = member.name
    command.short_help = member.text
    command.hidden = member.hidden
    command.context_settings = {**HELP, **command.context_settings}
    if isinstance(command, Verb):
        command.aliases = member.aliases
    return command


class Group(click.Group):
    """A group made from a branch of the tree."""

    def __init__(self, branch: Branch, with_ours: bool) -> None:
        super().__init__(
            name=branch.name,
            help=branch.text,
            invoke_without_command=bool(branch.where),
            no_args_is_help=False,
            context_settings=dict(HELP),
        )
        self.branch, self.with_ours = branch, with_ours
        shown = [m for m in branch.members if with_ours or not m.only_ours]
        self.members = {m.name: m for m in shown}
        self.by_alias = {alias: m for m in shown for alias in m.aliases}
        self.own = load(branch.where, branch.args) if branch.where else None

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, member in self.members.items() if not member.hidden]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        member = self.members.get(cmd_name) or self.by_alias.get(cmd_name)
        return made(member, self.with_ours) if member else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if self.get_command(ctx, name) is None:
            from difflib import get_close_matches

            close = get_close_matches(name, [*self.members, *self.by_alias], 3)
            more = f" Did you mean {' or '.join(close)}?" if close else ""
            path = ctx.command_path
            raise click.UsageError(f"{path} has no command {name!r}.{more}", ctx)
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if self.own is not None and (not args or args[0].startswith("-")):
            return self._parse_own(ctx, args)
        return super().parse_args(ctx, self._sifted(ctx, args))

    def _parse_own(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The group is used as a command: no member is named."""
        assert self.own is not None
        if "-h" not in args and "--help" not in args:
            self.own.name = self.name
            own = self.own.make_context(ctx.info_name, args, parent=ctx.parent, obj=ctx.obj)
            ctx.meta["claimstack.own"] = own
            return super().parse_args(ctx, [])
        return super().parse_args(ctx, args)

    def _sifted(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the global flags that stand before the command's name."""
        ahead: list[str] = []
        rest = list(args)
        while rest and rest[0].startswith("-") and rest[0] != "--":
            known = ctx.obj.flags.takes_value(rest[0].lstrip("-").partition("=")[0].replace("_", "-"))
            takes_next = (known or rest[0] == "-c") and "=" not in rest[0] and len(rest) > 1
            ahead += [rest.pop(0)] + ([rest.pop(0)] if takes_next else [])
        return [*sift(ahead, {}, [ctx.obj.flags]), *rest]

    def invoke(self, ctx: click.Context) -> Any:
        own = ctx.meta.get("claimstack.own")
        if own is not None:
            return own.command.invoke(own)
        if not ctx._protected_args and not ctx.args:
            click.echo(ctx.get_help())
            ctx.exit(2)
        return super().invoke(ctx)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self.help or "")
            if self.branch.aliases:
                formatter.write_paragraph()
                formatter.write_text("Also called: " + ", ".join(self.branch.aliases))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        if ctx.parent is None:
            with formatter.section("Global options"):
                formatter.write_dl(list(ctx.obj.flags.rows()))
        elif self.own is not None:
            rows = [p.get_help_record(ctx) for p in self.own.params]
            with formatter.section("Options"):
                formatter.write_dl([row for row in rows if row])

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(m.name, m.text) for m in self.members.values() if not m.hidden]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)
