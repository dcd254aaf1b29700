"""HTTP/1.1 as the client speaks it, over real sockets."""

import pytest

from claimstack.cli.client.connection import Connection, LostAnswer, NotHTTP, Unreachable
from tests.cli.loopback import HANG_UP, answer, loopback

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def get(connection: Connection) -> bytes:
    return connection.request("GET", "/", {}, b"").read()


def get_from(port: int) -> bytes:
    with Connection("127.0.0.1", port) as connection:
        return get(connection)


def test_a_body_with_a_length_is_read_whole() -> None:
    with loopback(answer(b"hello")) as server, Connection("127.0.0.1", server.port) as connection:
        found = connection.request("GET", "/a", {"X": "y"}, b"")
        assert (found.status, found.read(), found.headers["content-type"]) == (200, b"hello", "text/plain")
        assert server.requests[0][0] == "GET /a"
        assert server.requests[0][1]["x"] == "y"


def test_chunks_are_put_together() -> None:
    with loopback(CHUNKED + b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n") as server:
        assert get_from(server.port) == b"abcde"


def test_without_length_the_body_ends_with_the_connection() -> None:
    with loopback(b"HTTP/1.1 200 OK\r\n\r\nall of it") as server:
        assert get_from(server.port) == b"all of it"


def test_an_answer_without_a_body_is_empty() -> None:
    with loopback(b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n") as server:
        assert get_from(server.port) == b""


def test_the_connection_is_kept_for_the_next_request() -> None:
    with loopback(answer(b"1"), answer(b"2")) as server, Connection("127.0.0.1", server.port) as connection:
        assert [get(connection), get(connection), server.connections] == [b"1", b"2", 1]


def test_the_connection_is_opened_anew_when_the_server_closes_it() -> None:
    closing = answer(b"1", Connection="close")
    with loopback(closing, answer(b"2")) as server, Connection("127.0.0.1", server.port) as connection:
        assert [get(connection), get(connection)] == [b"1", b"2"]
        assert server.connections == 2


def test_announcements_before_the_answer_are_passed_over() -> None:
    with loopback(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + answer(b"late")) as server:
        assert get_from(server.port) == b"late"


@pytest.mark.parametrize(
    "broken",
    [
        HANG_UP,
        b"HTTP/1.1 200 OK\r\nContent-",
        CHUNKED + b"5\r\nab",
        answer(b"whole")[:-2].replace(b"Length", b"length"),
    ],
)
def test_an_answer_that_breaks_off_is_lost(broken: bytes) -> None:
    with loopback(broken) as server, pytest.raises(LostAnswer):
        get_from(server.port)


def test_something_else_than_http_is_told_apart() -> None:
    with loopback(b"\x15\x03\x01\x00\x02\x02\x46 bye") as server, pytest.raises(NotHTTP) as caught:
        get_from(server.port)
    assert caught.value.start.startswith(b"\x15\x03")


def test_a_port_where_nobody_listens_refuses() -> None:
    with loopback(b"") as server:
        port = server.port
    with pytest.raises(Unreachable) as caught:
        get_from(port)
    assert caught.value.kind == "refused"


def test_a_line_break_cannot_smuggle_a_header() -> None:
    with (
        loopback(answer(b"")) as server,
        Connection("127.0.0.1", server.port) as connection,
        pytest.raises(ValueError, match="line break"),
    ):
        connection.request("GET", "/", {"X": "a\r\nY: b"}, b"")
