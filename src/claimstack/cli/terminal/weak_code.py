"""Whether a claim authentication code is weak: shorter than what guessing at the cap allows.

80 bits is what new codes are made with; below 40 bits a code is called weak. The estimate counts
the alphabet that the code uses, so it is an upper bound of its strength.
"""

from __future__ import annotations

from math import log2

WEAK_BELOW_BITS = 40


def bits(code: str) -> float:
    """At most so many bits: length times log2 of the alphabet in use; repeats count once more."""
    if not code:
        return 0.0
    alphabet = 10 if code.isdigit() else 16 if set(code) <= set("0123456789ABCDEF") else 36
    distinct = max(len(set(code)), 1)
    return min(len(code), 2 * distinct) * log2(alphabet)


def is_weak(code: str) -> bool:
    """Whether a person should be told that the code is weak."""
    return bits(code) < WEAK_BELOW_BITS
