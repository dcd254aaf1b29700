"""The end of a login in the browser: one request to this machine that brings the code."""

from __future__ import annotations

import socket
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

from claimstack.cli.client.failures import Failure

PORT = 11885
PATH = "/oauth/callback"
WAIT_SECONDS = 300.0
MAX_HEAD = 16 * 1024
DONE = "You are logged in. You can close this page and go back to the terminal."
FAILED = "The login did not work. Go back to the terminal."


def listen(port: int = PORT) -> socket.socket:
    """A socket on the loopback address where the browser will come."""
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as taken:
        raise Failure(
            "callback_port",
            f"port {port} on this machine is taken: {taken.strerror}",
            "log in with `login --callback=false` and paste the code",
        ) from taken


def wait_for_code(listener: socket.socket, state: str, seconds: float = WAIT_SECONDS) -> str:
    """The authorization code that the browser brings; other requests are answered 404."""
    listener.settimeout(seconds)
    while True:
        try:
            visitor, _ = listener.accept()
        except TimeoutError as late:
            raise Failure("callback_timeout", f"nobody came back within {seconds:.0f} s") from late
        with closing(visitor):
            visitor.settimeout(5)
            target = _target(visitor)
            if urlsplit(target).path != PATH:
                _answer(visitor, "404 Not Found", "Not here.")
                continue
            return _code(visitor, target, state)


def _code(visitor: socket.socket, target: str, state: str) -> str:
    query = {key: values[0] for key, values in parse_qs(urlsplit(target).query).items()}
    if query.get("state", "") != state or "code" not in query:
        _answer(visitor, "400 Bad Request", FAILED)
        text = query.get("error_description") or query.get("error") or "the answer is not for this login"
        raise Failure("oauth_callback", text, "log in again")
    _answer(visitor, "200 OK", DONE)
    return query["code"]


def _target(visitor: socket.socket) -> str:
    """The address in the request line; "" if there is none."""
    head = b""
    try:
        while b"\r\n\r\n" not in head and len(head) < MAX_HEAD:
            piece = visitor.recv(4096)
            if not piece:
                break
            head += piece
    except OSError:
        return ""
    words = head.split(b"\r\n")[0].decode("latin-1").split(" ")
    return words[1] if len(words) == 3 and words[0] == "GET" else ""


def _answer(visitor: socket.socket, status: str, text: str) -> None:
    page = f"<!doctype html><meta charset=utf-8><title>claimstack</title><p>{text}</p>".encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
    head += f"Content-Length: {len(page)}\r\nConnection: close\r\nCache-Control: no-store\r\n\r\n"
    visitor.sendall(head.encode() + page)
