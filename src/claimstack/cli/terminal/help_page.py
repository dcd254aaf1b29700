"""Help for people: what a command does, an example, its flags with what they mean."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from claimstack.cli.terminal.flags import RightFlags, Selection, Update

if TYPE_CHECKING:
    from claimstack.cli.shell import Shell
    from claimstack.cli.terminal.group import Branch, Leaf
    from claimstack.cli.terminal.verb import Verb

WIDEST, LEFT_COLUMN = 100, 34
TITLES = {Selection: "Fields to read", Update: "Fields to set", RightFlags: "Rights"}
Row = tuple[str, str]


def of_branch(branch: Branch, path: list[str], shell: Shell) -> str:
    """Help of a group."""
    parts = [f"Usage: {' '.join(path)} COMMAND …", paragraph(branch.text), also(branch.aliases)]
    members = [(m.name, m.text) for m in branch.shown(shell.with_ours) if not m.hidden]
    parts.append(section("Commands", members))
    if branch.own is not None:
        parts.append(section("Without a command", own_rows(branch.own)))
    if len(path) == 1:
        parts.append(section("Global flags, before or after the command", shell.flags.rows()))
    parts.append(f"More about a command: {' '.join(path)} COMMAND --help")
    return joined(parts)


def own_rows(leaf: Leaf) -> Iterator[Row]:
    """The flags of a group that is a command, too."""
    verb: Verb = leaf.load()
    return (option.row() for option in verb.options)


def of_verb(verb: Verb, leaf: Leaf, path: list[str]) -> str:
    """Help of a command."""
    words = [*(f"[{name.replace('_', '-')}]" for name in verb.ids)]
    if verb.rest:
        words.append(f"[{verb.rest.rstrip('s').replace('_', '-')}]…")
    parts = [
        f"Usage: {' '.join([*path, *words, '[flags]'])}",
        paragraph(verb.text or leaf.text),
        also(leaf.aliases),
    ]
    if verb.example:
        lines = verb.example.replace("$CLI", path[0]).splitlines()
        parts.append("Example:\n" + "\n".join(f"  {line}" for line in lines))
    parts.append(section("Flags", [option.row() for option in verb.options]))
    parts += [section(TITLES[type(s)], s.rows()) for s in verb.sources()]
    parts.append(f"Global flags: {path[0]} --help")
    return joined(parts)


def joined(parts: Iterable[str]) -> str:
    """Parts with an empty line between them; empty parts are left out."""
    return "\n\n".join(part for part in parts if part) + "\n"


def also(aliases: tuple[str, ...]) -> str:
    """Other names."""
    return "  Also called: " + ", ".join(aliases) if aliases else ""


def width() -> int:
    """Columns of the terminal, within reason."""
    return max(60, min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST))


def paragraph(text: str) -> str:
    """Indented text, broken into lines."""
    return textwrap.fill(text, width(), initial_indent="  ", subsequent_indent="  ")


def section(title: str, rows: Iterable[Row]) -> str:
    """A title with a list of terms and their meanings."""
    found = list(rows)
    if not found:
        return ""
    left = min(max(len(term) for term, _ in found) + 2, LEFT_COLUMN)
    return "\n".join([f"{title}:", *(line for row in found for line in lines(row, left))])


def lines(row: Row, left: int) -> Iterator[str]:
    """One term and its meaning; a long term has a line of its own."""
    term, text = row
    wrapped = textwrap.wrap(text, width() - left - 2) or [""]
    if len(term) + 2 > left and text:
        yield f"  {term}"
    else:
        yield f"  {term:<{left}}{wrapped.pop(0)}".rstrip()
    yield from (f"  {'':<{left}}{line}" for line in wrapped)
