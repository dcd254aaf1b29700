"""Commands that do something: identifiers, options, field flags, help with an example.

An identifier may be given by position or by flag (`app1`, or `--application-id app1`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from claimstack.cli.client.failures import Failure
from claimstack.cli.terminal.flags import FlagSource, RightFlags, Selection, Settings, Update

Act = Callable[..., None]
ALIASES = {"join_eui": ["--app-eui"]}


class Verb(click.Command):
    """One command. `ids` are its positional identifiers, `flag_ids` those by flag only."""

    def __init__(
        self,
        act: Act,
        *,
        ids: Sequence[str] = (),
        flag_ids: Sequence[str] = (),
        options: Sequence[click.Parameter] = (),
        select: Sequence[str] = (),
        update: tuple[str, Sequence[str]] | None = None,
        with_unset: bool = False,
        rights: Sequence[str] = (),
        example: str = "",
        text: str = "",
    ) -> None:
        super().__init__(name=None, callback=act, params=_parameters(ids, flag_ids, options))
        self.ids, self.example, self.text = ids, example, text
        self.select, self.update, self.rights = tuple(select), update, tuple(rights)
        self.with_unset = with_unset
        self.aliases: tuple[str, ...] = ()

    def sources(self) -> list[FlagSource]:
        """Fresh places to keep what field and right flags say."""
        found: list[FlagSource] = []
        if self.select:
            found.append(Selection(self.select))
        if self.update:
            message, rpcs = self.update
            found.append(Update(message, tuple(rpcs), self.with_unset))
        if self.rights:
            found.append(RightFlags(self.rights))
        return found

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        from claimstack.cli.terminal.flags import sift

        sources = self.sources()
        ctx.obj.sources = sources
        return super().parse_args(ctx, sift(args, declared(self, ctx), [*sources, ctx.obj.flags]))

    def invoke(self, ctx: click.Context) -> Any:
        self._merge_ids(ctx.params)
        assert self.callback is not None
        return self.callback(ctx.obj, **ctx.params)

    def _merge_ids(self, params: dict[str, Any]) -> None:
        """Take each identifier from its flag, the others in order from the positions."""
        given = [params.pop(f"{name}_at") for name in self.ids]
        words = [word for word in given if word]
        missing = [name for name in self.ids if not params[name]]
        if len(words) > len(missing):
            word = words[-1]
            raise Failure("arguments", f"{word!r} is one argument too many, or also given by flag")
        for name, word in zip(missing, words, strict=False):
            params[name] = word

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self.text or self.short_help or "")
        if self.aliases:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text("Also called: " + ", ".join(self.aliases))
        if self.example:
            with formatter.section("Example"):
                formatter.write(_example(self.example, ctx))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        shown = [p.get_help_record(ctx) for p in self.get_params(ctx)]
        rows = [row for row in shown if row is not None]
        if rows:
            with formatter.section("Options"):
                formatter.write_dl(rows)
        titles = {Selection: "Fields to read", Update: "Fields to set", RightFlags: "Rights"}
        for source in self.sources():
            with formatter.section(titles[type(source)]):  # type: ignore[index]
                formatter.write_dl([(flag, text) for flag, text in source.rows()])
        root = ctx.find_root().info_name
        formatter.write_paragraph()
        formatter.write_text(f"Global options: {root} --help")


def declared(command: click.Command, ctx: click.Context) -> dict[str, click.Option]:
    """The command's own options by flag name."""
    found = {}
    for option in command.get_params(ctx):
        if isinstance(option, click.Option):
            for name in option.opts:
                found[name.lstrip("-")] = option
    return found


def _parameters(
    ids: Sequence[str], flag_ids: Sequence[str], options: Sequence[click.Parameter]
) -> list[click.Parameter]:
    positions: list[click.Parameter] = [
        click.Argument([f"{name}_at"], required=False, metavar=f"[{name.replace('_', '-')}]")
        for name in ids
    ]
    flags = [
        click.Option([f"--{name.replace('_', '-')}", *ALIASES.get(name, []), name], metavar=_meta(name))
        for name in [*ids, *flag_ids]
    ]
    return [*positions, *flags, *options]


def _meta(name: str) -> str:
    return "EUI" if name.endswith("_eui") else "ID"


def _example(text: str, ctx: click.Context) -> str:
    root = ctx.find_root().info_name or "claimstack"
    return "".join(f"  {line.replace('$CLI', root)}\n" for line in text.strip().splitlines())


def global_flags(ctx: click.Context) -> Settings:
    """The global flags seen so far."""
    flags: Settings = ctx.obj.flags
    return flags
