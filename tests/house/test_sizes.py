"""Ceilings of size: what grows past them is two things."""

import ast
from collections import Counter
from statistics import median

from tests.house.sources import length, modules

MOST_LINES_OF_A_MODULE = 400
MOST_LINES_OF_A_FUNCTION = 40
MOST_MODULES_OF_A_FOLDER = 14
MEDIAN_OF_FUNCTIONS = 8


def functions() -> list[tuple[str, int]]:
    return [
        (f"{path}:{node.name}", (node.end_lineno or 0) - node.lineno + 1)
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_no_module_is_too_long() -> None:
    assert [path for path in modules() if length(path) > MOST_LINES_OF_A_MODULE] == []


def test_no_function_is_too_long() -> None:
    assert [name for name, lines in functions() if lines > MOST_LINES_OF_A_FUNCTION] == []


def test_the_median_function_is_short() -> None:
    assert median(lines for _, lines in functions()) <= MEDIAN_OF_FUNCTIONS


def test_no_folder_holds_too_many_modules() -> None:
    folders = Counter(path.rpartition("/")[0] for path in modules() if not path.endswith("__init__.py"))
    assert {folder: n for folder, n in folders.items() if n > MOST_MODULES_OF_A_FOLDER} == {}
