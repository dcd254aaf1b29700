"""Whether a claim authentication code is weak, as `claiming/code.py` says.

The rule stands here once more because importing that room would double the time of a request; a
test holds both equal.
"""

from __future__ import annotations

import re
from itertools import pairwise
from math import floor, log2

WEAK_BELOW_BITS = 40
SETS = ((re.compile(r"\d*"), 10), (re.compile(r"[0-9A-F]*|[0-9a-f]*"), 16), (re.compile(r"[0-9A-Z]*|[0-9a-z]*"), 36))


def is_weak(code: str) -> bool:
    """Whether a guesser has to get fewer than 40 bits right."""
    size = next((size for form, size in SETS if form.fullmatch(code)), 62)
    steps = {ord(after) - ord(before) for before, after in pairwise(code)}
    return floor(min(len(code), len(steps) + 1) * log2(size)) < WEAK_BELOW_BITS
