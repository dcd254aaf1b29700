"""The doc comments of the contract by full name, as they stand in the proto files."""

import json
from functools import cache
from importlib import resources


@cache
def _all() -> dict[str, str]:
    text = resources.files("claimstack.wire").joinpath("comments.json").read_text("utf-8")
    return dict(json.loads(text))


def comment(full_name: str) -> str:
    """What the contract says of a service, method, message, field, enum or value; "" if nothing."""
    return _all().get(full_name, "")


def first_sentence(text: str) -> str:
    """The part that fits a heading."""
    head, stop, _ = text.partition(". ")
    return head + "." if stop else text
