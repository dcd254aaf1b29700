"""JSON files are cut into elements whatever the pieces, and what cannot be read is told with its place."""

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstack.device_files import Wrong
from claimstack.device_files.json_elements import Element, JSONElements
from tests.device_templates.conversions import pieces


def cut(file: bytes, size: int = 1 << 16, *, only_list: bool = False, most_bytes: int = 1 << 20) -> list[Any]:
    """Texts of elements; place, reason and whether it is the last, of what is wrong."""
    reader = JSONElements(only_list=only_list, most_bytes=most_bytes)
    found: list[Element | Wrong] = []
    for piece in pieces(file, size):
        found += reader.feed(piece)
        if reader.over:
            break
    found += reader.close()
    return [one.text.decode() if isinstance(one, Element) else (str(one.place), one.reason, one.last) for one in found]


def test_a_list_is_cut_at_its_commas() -> None:
    assert cut(b' [ {"a": 1} ,\n{"b": [2, {}]}]\n') == ['{"a": 1}', '{"b": [2, {}]}']


def test_objects_may_stand_one_after_the_other() -> None:
    assert cut(b'{"a": 1}\n{"b": 2}{}') == ['{"a": 1}', '{"b": 2}', "{}"]


def test_brackets_commas_and_escaped_quotes_in_strings_cut_nothing() -> None:
    assert cut(rb'[{"a": "x,]}\"\\"}, {}]') == [r'{"a": "x,]}\"\\"}', "{}"]


def test_a_byte_order_mark_is_passed_over() -> None:
    assert cut(b"\xef\xbb\xbf[{}]") == ["{}"]


def test_an_empty_list_has_no_elements() -> None:
    assert cut(b"[ ]") == []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@given(st.lists(VALUES, max_size=5), st.integers(1, 40), st.sampled_from([None, 1]), st.booleans())
def test_any_list_comes_back_whatever_the_size_of_the_pieces(
    values: list[object], size: int, indent: int | None, escaped: bool
) -> None:
    file = json.dumps(values, indent=indent, ensure_ascii=escaped).encode()
    assert [json.loads(str(text)) for text in cut(file, size)] == values


NOT_READ = [
    (b"", [("entry 0, line 1, column 1", "expected objects, or a list of them", True)]),
    (b"null", [("entry 0, line 1, column 1", "expected objects, or a list of them", True)]),
    (b"[{},]", ["{}", ("entry 1, line 1, column 5", "expected an object before this comma or bracket", False)]),
    (b"[{}] {}", ["{}", ("entry 1, line 1, column 5", "expected nothing more behind the last entry", True)]),
    (b"[{}] x", ["{}", ("entry 1, line 1, column 5", "expected nothing more behind the last entry", True)]),
    (
        b"[{}}",
        [("entry 0, line 1, column 2", "expected a comma or the end of the list behind this entry", True)],
    ),
    (b"{},{}", ["{}", ("entry 1, line 1, column 3", "expected nothing more behind the last entry", True)]),
    (
        b'[{"a":1},\n {"b":',
        ['{"a":1}', ("entry 1, line 1, column 10", "the file ends in the middle of this entry, or of the list", True)],
    ),
]


@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize(("file", "expected"), NOT_READ)
def test_what_is_no_list_is_told_with_its_place(file: bytes, expected: list[object], size: int) -> None:
    assert cut(file, size) == expected


def test_where_only_a_list_will_do_an_object_is_refused() -> None:
    assert cut(b"{}", only_list=True) == [("entry 0, line 1, column 1", "expected a list of objects", True)]


def test_a_lost_quote_is_placed_where_the_text_stops_making_sense() -> None:
    found = cut(b'[{"name": "first"},\n{"name": "second},\n{"name": "third"}]')
    assert found[0] == '{"name": "first"}'
    place, _, last = found[-1]
    assert (place, last) == ("entry 1, line 2, column 19", True)


def test_an_element_that_is_too_deep_is_passed_over_and_the_next_one_read() -> None:
    deep = b"[" * 10_000 + b"]" * 10_000
    assert cut(b'[{},\n {"a":' + deep + b'}, {"b":1}]', 999) == [
        "{}",
        ("entry 1, line 2, column 70", "expected at most 64 levels of nesting", False),
        '{"b":1}',
    ]


@pytest.mark.parametrize("filling", [b"[" * (1 << 16), b'"' + b"x" * ((1 << 16) - 2) + b'"'])
def test_an_element_without_an_end_is_not_looked_for_for_ever(filling: bytes) -> None:
    reader = JSONElements(only_list=True)
    found = list(reader.feed(b"[{},"))
    for _ in range(2000):
        found += reader.feed(filling)
    assert [type(one) for one in found] == [Element, Wrong]
    assert reader.over


def test_an_element_that_is_too_long_is_passed_over_in_flat_memory() -> None:
    def file() -> bytes:
        return b'[{"a":"' + b"x" * (10 << 20) + b'"}, {}]'

    reader, text = JSONElements(only_list=True), file()
    tracemalloc.start()
    found = [one for piece in pieces(text, 1 << 14) for one in reader.feed(piece)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [type(one) for one in found] == [Wrong, Element]
    assert isinstance(found[0], Wrong)
    assert (str(found[0].place), found[0].reason) == ("entry 0, line 1, column 2", "expected at most 1048576 bytes")
    assert peak < 3 << 20


def test_a_million_escaped_quotes_take_no_quadratic_time() -> None:
    text = b'[{"a":"' + b'\\"' * 400_000 + b'"}]'
    assert len(cut(text, len(text))) == 1
