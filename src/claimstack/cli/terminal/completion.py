"""Shell completion: a small script per shell asks the hidden command `__complete` for candidates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from claimstack.cli.client.failures import Failure
from claimstack.cli.terminal.group import Branch, Leaf
from claimstack.cli.terminal.verb import Verb

if TYPE_CHECKING:
    from claimstack.cli.shell import Shell

SCRIPTS = {
    "bash": """_{name}() {{
    local IFS=$'\\n'
    COMPREPLY=($({program} __complete "${{COMP_WORDS[@]:1:COMP_CWORD}}" 2>/dev/null | cut -f1))
}}
complete -o default -F _{name} {program}
""",
    "zsh": """#compdef {program}
_{name}() {{
    local -a found
    found=("${{(@f)$({program} __complete "${{(@)words[2,CURRENT]}}" 2>/dev/null | sed 's/:/\\\\:/g; s/\\t/:/')}}")
    _describe {program} found || _files
}}
compdef _{name} {program}
""",
    "fish": """complete -c {program} -a '(set -l w (commandline -opc) (commandline -ct); """
    """{program} __complete $w[2..-1] 2>/dev/null)'
""",
}


def _completion(shell: Shell, name: str | None) -> None:
    if name not in SCRIPTS:
        raise Failure("shell", f"{name or 'no shell'} is none of {', '.join(SCRIPTS)}")
    print(SCRIPTS[name].format(program=shell.program, name=shell.program.replace("-", "_")), end="")


completion = Verb(
    _completion,
    ids=["name"],
    text="Print a script that makes your shell complete commands: bash, zsh or fish.",
    example="source <($CLI completion bash)\n$CLI completion fish > ~/.config/fish/completions/$CLI.fish",
)


def candidates(root: Branch, words: list[str], shell: Shell) -> Iterator[tuple[str, str]]:
    """What may stand for the last word, which is as far as it was typed, with its help."""
    *before, begun = words or [""]
    place: Branch | Leaf = root
    for word in before:
        if isinstance(place, Branch) and not word.startswith("-"):
            place = place.member(word, shell.with_ours) or place
    rows = _flags(place, shell) if begun.startswith("-") else _members(place, shell)
    return ((name, text) for name, text in rows if name.startswith(begun))


def _members(place: Branch | Leaf, shell: Shell) -> Iterator[tuple[str, str]]:
    if isinstance(place, Branch):
        yield from ((m.name, m.text) for m in place.shown(shell.with_ours) if not m.hidden)


def _flags(place: Branch | Leaf, shell: Shell) -> Iterator[tuple[str, str]]:
    rows = list(shell.flags.rows())
    if isinstance(place, Leaf):
        command = place.load()
        if isinstance(command, Verb):
            rows = [o.row() for o in command.options] + [r for s in command.sources() for r in s.rows()]
        else:
            rows = [(name, p.help or "") for p in command.params for name in p.opts]
    for terms, text in rows:
        yield from ((term.strip(",").split(" ")[0], text) for term in terms.split(", "))
