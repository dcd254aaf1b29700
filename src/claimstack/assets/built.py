"""What the build left in `built/`: files whose names hold their content's hash, and the manifest that knows them."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import orjson

BELOW = "/assets/"


class NotBuilt(Exception):
    """There are no built assets: `make web` makes them."""


@cache
def folder() -> Path:
    """Where the built files lie."""
    return Path(str(files("claimstack.assets") / "built"))


@cache
def manifest() -> Mapping[str, str]:
    """Name in the source -> name with hash."""
    try:
        found: Mapping[str, str] = orjson.loads((folder() / "manifest.json").read_bytes())
    except FileNotFoundError:
        raise NotBuilt("the pages' assets are not built: run `make web`") from None
    return found


def asset(name: str) -> str:
    """The path of a file for browsers, such as `asset("claim.js")`; `KeyError` when there is none of that name."""
    return BELOW + manifest()[name]


def below(name: str) -> list[str]:
    """The paths of what an entry loads beside itself: shared chunks, files that it names."""
    found: Mapping[str, list[str]] = orjson.loads((folder() / "below.json").read_bytes())
    return [BELOW + one for one in found.get(name, [])]


def asset_text(name: str) -> str:
    """The content of a built text file."""
    return (folder() / manifest()[name]).read_text("utf-8")
