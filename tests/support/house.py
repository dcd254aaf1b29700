"""A whole server for tests: both ports open on loopback, an admin with an API key, and people made over the API."""

import asyncio
import itertools
import threading
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode

import grpc
import httpx
import uvloop
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status

from claimstack.accounts import make_first_admin
from claimstack.clock import to_micros
from claimstack.edge.contract import Method
from claimstack.edge.server import Server
from claimstack.node import Node, open_node
from claimstack.settings import Settings
from claimstack.wire import v3
from claimstack.wiring import build

T = TypeVar("T")
ADMIN_PASSWORD = "a password of the first admin"
ADMIN_KEY = f"NNSXS.{'ADMIN' * 7}.{'SECRET23' * 6}"
_numbers = itertools.count(1)


class Person(NamedTuple):
    """A user and the ways in: an API key with all rights, the password, a session token."""

    uid: str
    key: str
    password: str
    session: str


class Refusal(Exception):
    """What a gRPC call was refused with, decoded."""

    def __init__(self, error: grpc.aio.AioRpcError) -> None:
        self.code: grpc.StatusCode = error.code()
        self.text: str = error.details() or ""
        self.trailers = dict(error.trailing_metadata() or ())
        self.initial = dict(error.initial_metadata() or ())
        super().__init__(f"{self.code.name}: {self.text}")

    @property
    def details(self) -> v3.ErrorDetails:
        """The contract's error details out of the trailer `grpc-status-details-bin`."""
        status, details = Status.FromString(self.trailers["grpc-status-details-bin"]), v3.ErrorDetails()
        assert status.details[0].Unpack(details)
        return details


class House:
    """A running server. HTTP by `api`, gRPC by `call`; the server's own loop runs in a thread of its own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="house", daemon=True)
        self._thread.start()
        self.node, self.server, self.channel = self.run(self._start())
        self.url = f"http://127.0.0.1:{self.server.http_port}"
        self.http = httpx.Client(base_url=self.url, timeout=20)

    async def _start(self) -> tuple[Node, Server, grpc.aio.Channel]:
        node = await open_node(self.settings)
        await make_first_admin(node.db, node.vault, to_micros(node.clock.now()), ADMIN_PASSWORD, ADMIN_KEY)
        server = build(node)
        await server.start(self.settings.grpc_listen, self.settings.http_listen)
        return node, server, grpc.aio.insecure_channel(f"127.0.0.1:{server.grpc_port}")

    def run(self, work: Coroutine[Any, Any, T], seconds: float = 30) -> T:
        """Run a coroutine on the server's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    def close(self) -> None:
        """Drain and stop."""
        self.http.close()
        self.run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _stop(self) -> None:
        await self.channel.close()
        await self.server.drain()
        await self.node.db.close()

    @property
    def methods(self) -> Mapping[str, Method]:
        """Every method that this server serves, by `package.Service/Rpc`."""
        return {name: method for name, method in self.server.application._dispatcher.methods.items() if method.run}

    # -------------------------------------------------------------- HTTP

    def api(
        self, verb: str, path: str, json: Any = None, token: str = ADMIN_KEY, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """One request below `/api/v3`; as the admin unless told otherwise, anonymously with an empty token."""
        sent = {"authorization": f"Bearer {token}"} if token else {}
        return self.http.request(verb, f"/api/v3{path}", json=json, headers={**sent, **(headers or {})})

    def ok(self, verb: str, path: str, json: Any = None, token: str = ADMIN_KEY) -> Any:
        """As `api`, and the answer's JSON; anything but success is an error with the body."""
        response = self.api(verb, path, json, token)
        assert response.status_code == 200, f"{verb} {path}: {response.status_code} {response.text}"
        return response.json()

    # -------------------------------------------------------------- gRPC

    def call(
        self, method: str, request: Message | bytes, token: str = ADMIN_KEY, seconds: float = 20, **metadata: str
    ) -> tuple[Any, dict[str, str]]:
        """One unary call of `ApplicationRegistry/Get` or the like; answer and header metadata, or `Refusal`."""
        return self.run(self._call(method, request, token, seconds, metadata))

    async def _call(
        self, name: str, request: Message | bytes, token: str, seconds: float, metadata: Mapping[str, str]
    ) -> tuple[Any, dict[str, str]]:
        full = name if name.count(".") else f"ttn.lorawan.v3.{name}"
        known = self.server.application._dispatcher.methods.get(full)
        rpc = self.channel.unary_unary(
            f"/{full}",
            request_serializer=lambda one: one if isinstance(one, bytes) else one.SerializeToString(),
            response_deserializer=known.response.FromString if known else bytes,
        )
        sent = [(key.replace("_", "-"), value) for key, value in metadata.items()]
        if token:
            sent.append(("authorization", f"Bearer {token}"))
        call = rpc(request, metadata=tuple(sent), timeout=seconds)
        try:
            answer = await call
        except grpc.aio.AioRpcError as error:
            raise Refusal(error) from None
        return answer, dict(await call.initial_metadata())

    # -------------------------------------------------------------- people and things

    def session(self, uid: str, password: str) -> str:
        """Log in on the page, as a browser does; the token of the session's cookie."""
        form = urlencode({"user_id": uid, "password": password})
        headers = {"content-type": "application/x-www-form-urlencoded", "origin": self.url}
        with httpx.Client(base_url=self.url) as browser:
            answer = browser.post("/oauth/login", content=form, headers=headers)
            assert answer.status_code == 303, answer.text
            return str(answer.cookies["claimstack_session"])

    def person(self, name: str) -> Person:
        """A new user with a session and an API key of all rights; the id begins with the name."""
        uid, password = fresh(name), f"the password of {name} {next(_numbers)}"
        user = {"ids": {"user_id": uid}, "password": password, "primary_email_address": f"{uid}@example.com"}
        self.ok("POST", "/users", {"user": user})
        session = self.session(uid, password)
        return Person(uid, self.user_key(uid, session, "RIGHT_ALL"), password, session)

    def user_key(self, uid: str, token: str, *rights: str) -> str:
        """A new API key of that user."""
        return str(self.ok("POST", f"/users/{uid}/api-keys", {"name": "t", "rights": rights}, token)["key"])

    def application(self, person: Person, name: str = "app") -> str:
        """A new application of that person; its id."""
        uid = fresh(name)
        self.ok(
            "POST", f"/users/{person.uid}/applications", {"application": {"ids": {"application_id": uid}}}, person.key
        )
        return uid

    def application_key(self, application: str, token: str, *rights: str) -> str:
        """A new API key of that application."""
        path = f"/applications/{application}/api-keys"
        return str(self.ok("POST", path, {"name": "t", "rights": rights}, token)["key"])


class People(NamedTuple):
    """The parts in every story."""

    maker: Person
    owner: Person
    stranger: Person


def people_of(house: House) -> People:
    """A maker, an owner and a stranger, made over the API."""
    return People(*(house.person(name) for name in People._fields))


def fresh(name: str) -> str:
    """An id that nothing has yet."""
    return f"{name}-{next(_numbers)}"


def house_settings(folder: Path, database_url: str, **more: Any) -> Settings:
    """Settings of a trial on random loopback ports."""
    words = {
        "data_dir": folder,
        "database_url": database_url,
        "grpc_listen": "127.0.0.1:0",
        "http_listen": "127.0.0.1:0",
        "dev_eui_block": "0004A31000000000/40",
    }
    return Settings(**{**words, **more})
