"""Standard input through real pipes: objects in any dressing, and who waits for what."""

import os
import socket
from collections.abc import Iterator

import pytest

from claimstack.cli.client.failures import Failure
from claimstack.cli.terminal import stdin


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    yield reading, writing
    for end in (reading, writing):
        try:
            os.close(end)
        except OSError:
            continue


def sent(pipe: tuple[int, int], text: bytes) -> int:
    reading, writing = pipe
    os.write(writing, text)
    os.close(writing)
    return reading


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1}{"a":2}',
        b'{"a":1}\n{"a":2}\n',
        b'[{"a":1}, {"a":2}]',
        b'[{"a":1}]\n[{"a":2}]',
        b'{\n  "a": 1\n}\n\n  {"a": 2}',
    ],
)
def test_a_sequence_or_an_array_gives_its_objects(pipe: tuple[int, int], text: bytes) -> None:
    assert list(stdin.objects(sent(pipe, text))) == [{"a": 1}, {"a": 2}]


def test_an_object_is_given_as_soon_as_it_is_whole(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    found = stdin.objects(reading)
    os.write(writing, b'[{"a":1},')
    assert next(found) == {"a": 1}
    os.write(writing, b'{"a":')
    os.write(writing, b"2}]")
    assert next(found) == {"a": 2}


def test_a_character_may_be_cut_between_two_reads() -> None:
    reader, writer = socket.socketpair()
    with reader, writer:
        whole = '{"name":"Füße €"}'.encode()
        found = stdin.objects(reader.fileno())
        for byte in whole:
            writer.send(bytes([byte]))
        assert next(found) == {"name": "Füße €"}


def test_nothing_at_all_is_no_object(pipe: tuple[int, int]) -> None:
    assert list(stdin.objects(sent(pipe, b" \n"))) == []


@pytest.mark.parametrize("text", [b'{"a":', b"LW:D0:", b"[1]", b'"text"', b"\xff"])
def test_something_else_is_an_error(pipe: tuple[int, int], text: bytes) -> None:
    with pytest.raises(Failure, match="standard input"):
        list(stdin.objects(sent(pipe, text)))


def test_a_silent_pipe_is_told_from_one_that_speaks_or_has_ended(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    assert not stdin.has_begun(reading, 0)
    os.write(writing, b"{")
    assert stdin.has_begun(reading, 0)


def test_a_device_such_as_the_null_device_is_not_input(pipe: tuple[int, int]) -> None:
    with open(os.devnull) as nothing:
        assert not stdin.is_piped(nothing.fileno())
    assert stdin.is_piped(pipe[0])
