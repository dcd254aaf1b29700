"""SQL stands in the store of its room; where it stands otherwise is said here, with the reason."""

import ast
import re
from collections.abc import Iterator

from tests.house.sources import modules

STATEMENT = re.compile(
    r"\bSELECT\b.+\bFROM\b|\bINSERT INTO\b|\bUPDATE \w+ SET\b|\bDELETE FROM\b|\bPRAGMA\b|^\s*SELECT [\w$(]", re.DOTALL
)
ELSEWHERE = (
    "storage/",  # the engines themselves, and migrations
    "upkeep/",  # goes through all tables of all rooms: backup, restore, fsck, retention
    "vault/",  # its one table of peppers, and sealing every sealed column of every room again
    "edge/once.py",  # takes an idempotency key along in that of others
)


def texts(tree: ast.Module) -> Iterator[str]:
    """Every string of a module but its docstrings; of an f-string its fixed parts together."""
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.value


def speaks_sql(tree: ast.Module) -> bool:
    return any(STATEMENT.search(text) for text in texts(tree))


def test_sql_stands_in_stores_only() -> None:
    wrong = [
        path
        for path, tree in modules().items()
        if speaks_sql(tree) and not path.endswith("store.py") and not path.startswith(ELSEWHERE)
    ]
    assert wrong == []


def test_no_exception_outlives_its_reason() -> None:
    speaking = [path for path, tree in modules().items() if speaks_sql(tree)]
    assert [place for place in ELSEWHERE if not any(path.startswith(place) for path in speaking)] == []


def test_the_rule_knows_sql_when_it_sees_it() -> None:
    for text in ('"SELECT a FROM b"', 'f"DELETE FROM {x}"', '"INSERT INTO a VALUES (1)"', '"UPDATE a SET b = 1"'):
        assert speaks_sql(ast.parse(f"x = {text}"))
    assert not speaks_sql(ast.parse('"""We SELECT things FROM places."""\nx = "Select a file"'))
