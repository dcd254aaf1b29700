"""The same chip is taken once, however many there are, and they take little room."""

import random
import tracemalloc

from claimstack.device_files import Chips


def serial(number: int) -> str:
    return f"0123{number:012x}27"


def test_it_knows_what_it_has_seen_and_nothing_else() -> None:
    chance, chips, seen = random.Random(3), Chips(), set[int]()
    for _ in range(30_000):
        number = chance.choice((chance.getrandbits(15), chance.getrandbits(48), (1 << 48) - 1 - chance.getrandbits(12)))
        assert chips.new(serial(number)) is (number not in seen)
        seen.add(number)


def test_the_first_and_the_last_of_all_serials_are_chips_like_others() -> None:
    chips = Chips()
    assert [chips.new(serial(number)) for number in (0, (1 << 48) - 1, 0, (1 << 48) - 1)] == [True, True, False, False]


def test_forty_thousand_take_a_mebibyte() -> None:
    chips = Chips()
    tracemalloc.start()
    for number in range(40_000):
        chips.new(serial(number))
    size, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 1.1 * (1 << 20)
    assert peak < 2.1 * (1 << 20)  # while it grows, both stand side by side
