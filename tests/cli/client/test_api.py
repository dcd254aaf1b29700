"""Calls: idempotency, retries, lost answers, and what is said when the other side is no claimstack."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from claimstack.cli.client.api import Api
from claimstack.cli.client.failures import Failure, Refused
from tests.cli.loopback import HANG_UP, Loopback, answer, json_answer, loopback

Open = Callable[..., Api]
CREATE = ("ApplicationRegistry/Create", {"collaborator": {"user_ids": {"user_id": "maker"}}})
GET = ("ApplicationRegistry/Get", {"application_ids": {"application_id": "app1"}})
BUSY = json_answer({"code": 14, "message": "error:x:busy (busy)"}, 503)


@dataclass
class Addresses:
    """One server for every component."""

    port: int
    retries: int = 0
    retry_wait: float = 0.1
    waited: list[float] = field(default_factory=list)

    def http_address(self, component: str) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def tls(self) -> None:
        return None


@pytest.fixture
def api() -> Iterator[Callable[..., Api]]:
    """A client of a listener; `dump` shows its requests, `waited` collects how long it would sleep."""
    made: list[Api] = []

    def open_api(server: Loopback, retries: int = 0, waited: list[float] | None = None, **rest: Any) -> Api:
        naps = waited if waited is not None else []
        made.append(Api(Addresses(server.port, retries), lambda: "Bearer key", sleep=naps.append, **rest))
        return made[-1]

    yield open_api
    for one in made:
        one.close()


def test_a_request_carries_login_and_json_and_the_answer_is_a_message(api: Open) -> None:
    with loopback(json_answer({"name": "x"}, X_Total_Count="7", X_Warning="old")) as server:
        client = api(server)
        assert client.call(*CREATE) == {"name": "x"}
        assert (client.total, client.warnings) == (7, ["old"])
        line, headers, body = server.requests[0]
    assert line == "POST /api/v3/users/maker/applications"
    assert headers["authorization"] == "Bearer key"
    assert b'"maker"' in body


def test_only_what_changes_something_carries_an_idempotency_key(api: Open) -> None:
    with loopback(json_answer({})) as server:
        client = api(server)
        client.call(*CREATE)
        client.call(*CREATE)
        client.call(*GET)
        keys = [headers.get("idempotency-key") for _, headers, _ in server.requests]
    assert None not in keys[:2]
    assert keys[0] != keys[1]
    assert keys[2] is None


def test_a_lost_answer_is_asked_for_once_more_with_the_same_key(api: Open) -> None:
    with loopback(HANG_UP, json_answer({"name": "x"})) as server:
        assert api(server).call(*CREATE) == {"name": "x"}
        first, second = (headers["idempotency-key"] for _, headers, _ in server.requests)
    assert first == second


def test_an_answer_lost_half_way_counts_as_lost(api: Open) -> None:
    with loopback(b"HTTP/1.1 200 OK\r\nContent-length: 9\r\n\r\n{", json_answer({"name": "x"})) as server:
        assert api(server).call(*GET) == {"name": "x"}


def test_an_answer_lost_twice_is_an_error_that_warns(api: Open) -> None:
    with loopback(HANG_UP) as server, pytest.raises(Failure, match="closed the connection") as caught:
        api(server).call(*CREATE)
    assert caught.value.name == "lost_answer"
    assert "may or may not" in caught.value.hint


def test_busy_answers_are_repeated_as_often_as_configured(api: Open) -> None:
    waited: list[float] = []
    with loopback(BUSY, BUSY, json_answer({"name": "x"})) as server:
        assert api(server, retries=2, waited=waited).call(*GET) == {"name": "x"}
    assert waited == [0.1, 0.1]


def test_the_servers_hint_says_how_long_to_wait(api: Open) -> None:
    waited: list[float] = []
    busy = json_answer({"code": 8}, 429, Retry_After="3")
    with loopback(busy, json_answer({})) as server:
        api(server, retries=1, waited=waited).call(*GET)
    assert waited == [3.0]


def test_without_retries_a_busy_answer_is_an_error(api: Open) -> None:
    with loopback(BUSY) as server, pytest.raises(Refused, match="busy"):
        api(server).call(*GET)


def test_a_refusal_is_not_repeated(api: Open) -> None:
    with loopback(json_answer({"code": 7, "message": "no"}, 403)) as server:
        with pytest.raises(Refused, match="no") as caught:
            api(server, retries=5).call(*GET)
        assert len(server.requests) == 1
    assert caught.value.code == 7


def test_a_stream_gives_messages_until_its_error(api: Open) -> None:
    lines = b'{"result":{"name":"a"}}\n\n{"result":{"name":"b"}}\n{"error":{"code":16,"message":"over"}}\n'
    with loopback(answer(lines, kind="application/json")) as server:
        stream = api(server).stream("Events/Stream", {"identifiers": []})
        assert [next(stream)["name"], next(stream)["name"]] == ["a", "b"]
        with pytest.raises(Refused, match="over"):
            next(stream)


def test_a_stream_that_breaks_off_is_an_error(api: Open) -> None:
    broken = b'HTTP/1.1 200 OK\r\nContent-length: 99\r\n\r\n{"result":{"name":"a"}}\n'
    with loopback(broken) as server:
        stream = api(server).stream("Events/Stream", {"identifiers": []})
        assert next(stream)["name"] == "a"
        with pytest.raises(Failure, match="broke off"):
            next(stream)


@pytest.mark.parametrize(
    ("reply", "name", "hint"),
    [
        (answer(b"<html>", kind="text/html"), "not_an_api", "not a claimstack"),
        (answer(b"<html>", 404, kind="text/html"), "not_an_api", "not a claimstack"),
        (answer(b"[1]", kind="application/json"), "not_an_api", "not a claimstack"),
        (b"\x15\x03\x03\x00\x02\x02\x46", "not_http", "--insecure"),
        (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00", "not_http", "gRPC port"),
        (b"220 mail.example.com ESMTP\r\n", "not_http", "not look like"),
        (answer(b"Client sent an HTTP request to an HTTPS server.", 400), "not_http", "--insecure"),
    ],
)
def test_another_kind_of_server_is_recognized(api: Open, reply: bytes, name: str, hint: str) -> None:
    with loopback(reply) as server, pytest.raises(Failure) as caught:
        api(server).call(*GET)
    assert caught.value.name == name
    assert hint in caught.value.hint


def test_when_nobody_listens_the_hint_says_how_to_start_one(api: Open) -> None:
    with loopback(b"") as server:
        client = api(server)
    with pytest.raises(Failure, match="refused") as caught:
        client.call(*GET)
    assert "claimstack serve" in caught.value.hint


def test_a_dumped_request_shows_no_secret(api: Open) -> None:
    shown: list[object] = []
    request = {"application_ids": {"application_id": "app1"}, "api_key": "NNSXS.ID.SECRET"}
    with loopback(json_answer({})) as server:
        client = api(server, dump=lambda rpc, message: shown.append((rpc, message)))
        client.call("EndDeviceClaimingServer/AuthorizeApplication", request)
    assert "SECRET" not in str(shown)
    assert "app1" in str(shown)
