"""Habits that we would otherwise have to say twice in review."""

import ast
import re
from dataclasses import fields

from claimstack.settings import Settings, flag_name
from tests.house.sources import PACKAGE, ROOT, modules

CLOCKS = {"datetime.now", "datetime.utcnow", "time.time", "time.time_ns", "date.today"}
CHANCE = ("random.", "secrets.", "os.urandom", "uuid.uuid4")
# The edge: here the clock and chance are read and handed on as arguments.
EDGE = ("edge/", "cli/", "upkeep/", "oauth/pages", "clock.py", "node.py", "wiring.py", "storage/sqlite.py")
# Doors where chance is read, too, and handed to the verbs: services, pages, foreign dialects.
DOORS = ("console/", "dialects/", "identity/access.py", "accounts/bootstrap.py", "accounts/passwords.py")
# Chance that is part of the deed itself, not of a rule: nonces, the pepper, names of files that are not finished.
OF_THE_DEED = ("vault/vault.py", "imports/spool.py")


def calls(tree: ast.Module) -> list[str]:
    return [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def test_only_the_edge_reads_the_clock() -> None:
    wrong = [
        f"{path}: {name}"
        for path, tree in modules().items()
        if not path.startswith(EDGE)
        for name in calls(tree)
        if name in CLOCKS
    ]
    assert wrong == []


def test_only_doors_read_chance() -> None:
    wrong = [
        f"{path}: {name}"
        for path, tree in modules().items()
        if not path.startswith((*EDGE, *DOORS, *OF_THE_DEED)) and not path.endswith("/service.py")
        for name in calls(tree)
        if name.startswith(CHANCE)
    ]
    assert wrong == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [path for path, tree in modules().items() if not ast.get_docstring(tree)]
    assert silent == []


def test_nobody_leaves_a_note_to_himself() -> None:
    pattern = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    assert [path for path in modules() if pattern.search((PACKAGE / path).read_text("utf-8"))] == []


def test_secrets_are_not_compared_with_equals() -> None:
    pattern = re.compile(r"\.reveal\(\)\s*(==|!=)|(==|!=)\s*\S+\.reveal\(\)")
    assert [path for path in modules() if pattern.search((PACKAGE / path).read_text("utf-8"))] == []


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "settings.md").read_text("utf-8")
    assert [one.name for one in fields(Settings) if f"`--{flag_name(one.name)}`" not in text] == []
