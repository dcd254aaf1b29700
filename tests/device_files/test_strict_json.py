"""JSON that could mean two things, or nothing, is refused with its place."""

import pytest

from claimstack.device_files.mistake import Mistake
from claimstack.device_files.strict_json import Position, parse


def test_plain_json_is_read() -> None:
    assert parse('{"a": [1, 2.5, "ä😀", "\\ud83d\\ude00", null, true]}'.encode()) == {
        "a": [1, 2.5, "ä😀", "😀", None, True]
    }


AMBIGUOUS = [
    (b'{"a":1,"a":2}', "an object has the same member twice"),
    (b'{"x":{"a":1,"\\u0061":2}}', "an object has the same member twice"),
    (b'{"a":NaN}', "NaN and Infinity are not numbers of JSON"),
    (b'{"a":-Infinity}', "NaN and Infinity are not numbers of JSON"),
    (b'{"a":"\\ud800"}', "half of a surrogate pair is no character"),
    (b'{"a":"\xff"}', "expected UTF-8 text"),
    (b'{"a":"\x01"}', "Invalid control character"),
    (b"1" * 5000, "a number is too long"),
    (b"[" * 100_000, "nested too deep"),
    (b"", "Expecting value"),
]


@pytest.mark.parametrize(("text", "reason"), AMBIGUOUS)
def test_what_could_be_read_in_two_ways_or_none_is_refused(text: bytes, reason: str) -> None:
    with pytest.raises(Mistake) as refused:
        parse(text)
    assert refused.value.reason == reason


def test_a_mistake_is_placed_in_the_file_in_bytes() -> None:
    with pytest.raises(Mistake) as refused:
        parse('{"ä": 1,\n "b" 2}'.encode(), Position(10, 5))
    assert (refused.value.line, refused.value.column) == (11, 6)
    with pytest.raises(Mistake) as refused:
        parse('{"ä" 1}'.encode(), Position(10, 5))
    assert (refused.value.line, refused.value.column) == (10, 11)
