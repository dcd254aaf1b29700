"""One request for a page: who is looking, in which language, and the way to ask the house on their behalf."""

import secrets
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message
from starlette.datastructures import QueryParams
from starlette.requests import Request

from claimstack.console.ground.door import Door, full_name
from claimstack.console.ground.form import ONCE, Form, form_of
from claimstack.identity import EntityKind, Right, Rights
from claimstack.settings import Settings
from claimstack.texts import Texts
from claimstack.wire import v3


@dataclass
class Visit:
    """A request of somebody who is logged in. `uid` and `admin` are theirs; `t` speaks their language."""

    request: Request
    door: Door
    settings: Settings
    session: str
    remote: str
    t: Texts
    theme: str = ""
    uid: str = ""
    admin: bool = False
    form: Form = field(default_factory=Form)

    # ------------------------------------------------------------------ what was asked

    @property
    def query(self) -> QueryParams:
        """The query of the address."""
        return self.request.query_params

    @property
    def here(self) -> str:
        """Path and query of this page."""
        url = self.request.url
        return url.path + (f"?{url.query}" if url.query else "")

    def part(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    async def read_form(self) -> Form:
        """The posted form, also as `form` from now on."""
        self.form = await form_of(self.request)
        return self.form

    # ------------------------------------------------------------------ asking the house

    async def ask(self, method: str, request: Message | None = None) -> Any:
        """The answer of one method (`ApplicationRegistry/Get`); errors of the family are raised.

        A change that came by a form is made once, however often the form is sent (Idempotency-Key).
        """
        return (await self._asked(method, request))[0]

    async def ask_list(self, method: str, request: Message) -> tuple[Any, int]:
        """A page of a list, and how many there are in all."""
        answer, headers = await self._asked(method, request)
        return answer, int(headers.get("x-total-count", 0))

    async def stream(self, method: str, request: Message) -> AsyncGenerator[Any, None]:
        """The messages of a stream."""
        found = self.door.methods[full_name(method)]
        async for message in self.door.stream(found, request, self._call(full_name(method))):
            yield message

    async def rights_on(self, kind: EntityKind, uid: str) -> Rights:
        """What the visitor may do on an application, organization or user; raises when there is nothing."""
        if kind == "application":
            answer = await self.ask("ApplicationAccess/ListRights", v3.ApplicationIdentifiers(application_id=uid))
        elif kind == "organization":
            answer = await self.ask("OrganizationAccess/ListRights", v3.OrganizationIdentifiers(organization_id=uid))
        else:
            answer = await self.ask("UserAccess/ListRights", v3.UserIdentifiers(user_id=uid))
        return Rights.of(*(Right(number) for number in answer.rights))

    @property
    def now(self) -> datetime:
        """The server's clock."""
        return self.door.call_for("", {}, "").now

    async def _asked(self, method: str, request: Message | None) -> tuple[Any, Mapping[str, str]]:
        name = full_name(method)
        found, call = self.door.methods[name], self._call(name)
        answer = await self.door.unary(found, request if request is not None else Empty(), call)
        return answer, call.headers

    def _call(self, method: str) -> Any:
        metadata = {"authorization": f"Bearer {self.session}"}
        if once := self.form.text(ONCE):
            # One form may ask for several methods, each once.
            metadata["idempotency-key"] = f"{once[:64]}:{method}"
        return self.door.call_for(method, metadata, self.remote)


class Instead(Exception):
    """Ends a request with another page than the one that was asked for: its template, status and words."""

    def __init__(self, template: str, status: int, **words: Any) -> None:
        super().__init__(template)
        self.template, self.status, self.words = template, status, words


def new_once() -> str:
    """A mark for a fresh form."""
    return secrets.token_urlsafe(18)
