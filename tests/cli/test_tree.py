"""The tree holds every command of the original that we serve, and each one can be loaded."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from claimstack.cli.commands.unserved import Unserved
from claimstack.cli.terminal.group import Branch, Leaf
from claimstack.cli.terminal.verb import Verb
from claimstack.cli.tree import MEMBERS

ROOT = Branch("", "", MEMBERS)
# Names and aliases that ttn-lw-cli 3.25.0 lists: `end-devices create | add register`.
ORIGINAL = (Path(__file__).parent / "original_commands.txt").read_text().splitlines()


def leaves(branch: Branch, path: str = "") -> Iterator[tuple[str, Leaf]]:
    for member in branch.members:
        name = f"{path} {member.name}".strip()
        if isinstance(member, Leaf):
            yield name, member
            continue
        if member.own is not None:
            yield name, member.own
        yield from leaves(member, name)


def found(path: list[str], with_ours: bool) -> Leaf | Branch | None:
    place: Leaf | Branch | None = ROOT
    for word in path:
        place = place.member(word, with_ours) if isinstance(place, Branch) else None
    return place


@pytest.mark.parametrize("line", ORIGINAL)
def test_a_command_of_the_original_is_here_under_all_its_names(line: str) -> None:
    path, _, aliases = line.partition(" | ")
    *group, name = path.split()
    for word in (name, *aliases.split()):
        assert found([*group, word], with_ours=False) is found([*group, name], with_ours=False) is not None


@pytest.mark.parametrize(("path", "leaf"), list(leaves(ROOT)))
def test_a_command_loads_and_says_what_it_does(path: str, leaf: Leaf) -> None:
    command = leaf.load()
    assert leaf.text
    if isinstance(command, Verb):
        assert command.text
        assert isinstance(command, Unserved) is leaf.text.startswith("Not served")
    else:
        assert callable(command.main)


def test_no_name_leads_to_two_members() -> None:
    branches = [ROOT]
    while branches:
        branch = branches.pop()
        names = [name for m in branch.members for name in (m.name, *m.aliases)]
        assert len(names) == len(set(names)) or branch.name == "organizations"
        branches += [m for m in branch.members if isinstance(m, Branch)]


@pytest.mark.parametrize("path", [["serve"], ["fsck"], ["applications", "audit"], ["end-devices", "ledger"]])
def test_what_is_ours_is_not_shown_under_the_originals_name(path: list[str]) -> None:
    assert found(path, with_ours=True)
    assert found(path, with_ours=False) is None
