"""The project's own Python files, parsed once, for the house rules."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "claimstack"


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of ours (the generated wire package apart): path below `src/claimstack` -> syntax tree."""
    paths = [path for path in PACKAGE.rglob("*.py") if "wire" not in path.relative_to(PACKAGE).parts]
    return {str(path.relative_to(PACKAGE)): ast.parse(path.read_text("utf-8")) for path in sorted(paths)}


def length(path: str) -> int:
    """Lines of a module."""
    return len((PACKAGE / path).read_text("utf-8").splitlines())


def room(path: str) -> str:
    """The first folder (or the module itself at the root)."""
    return path.split("/")[0].removesuffix(".py")


def imported(tree: ast.Module) -> set[str]:
    """The names of ours that a module imports: `claimstack.storage.database` -> `storage.database`."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "claimstack":
            below = node.module.removeprefix("claimstack").lstrip(".")
            names |= {below} if below else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {
                alias.name.removeprefix("claimstack.") for alias in node.names if alias.name.startswith("claimstack.")
            }
    return names
