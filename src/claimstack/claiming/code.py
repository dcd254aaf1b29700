"""The claim authentication code (OwnerToken of TR005 §4.2.5.2): making one, and how hard it is to guess.

How codes are hashed and sealed stands with the end device that carries one; a claim compares only keyed hashes.
"""

import itertools
import math
import re

# 32 upper-case letters and digits less those that people mix up (0 and O, 1 and I): TR005 and the contract admit all.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 16
RANDOM_BYTES = 10
"""5 bits a character: 80 bits."""

_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
_PAIR_BITS = 10

WEAK_BELOW_BITS = 40
_SETS = ((re.compile(r"\d*"), 10), (re.compile(r"[0-9A-F]*|[0-9a-f]*"), 16), (re.compile(r"[0-9A-Z]*|[0-9a-z]*"), 36))


def make_code(random: bytes) -> str:
    """A code of 16 characters from 10 random bytes; every character carries 5 of their bits."""
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"expected {RANDOM_BYTES} random bytes")
    number = int.from_bytes(random, "big")
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(5 * LENGTH - _PAIR_BITS, -1, -_PAIR_BITS)])


def bits(code: str) -> int:
    """How many bits a guesser has to get right at most: by the smallest usual set that the code could be drawn from.

    A code that repeats itself or counts up is easier than that; only the distinct steps between characters count.
    """
    size = next((size for form, size in _SETS if form.fullmatch(code)), 62)
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(code)}
    characters = min(len(code), len(steps) + 1)
    return math.floor(characters * math.log2(size))


def is_weak(code: str) -> bool:
    """Whether people should be told that this code is easy to guess (fewer than 40 bits). It works all the same."""
    return bits(code) < WEAK_BELOW_BITS
