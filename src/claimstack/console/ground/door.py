"""The one door between pages and the house: the methods of the contract, with the visitor's own session.

A page can do exactly what the same person can do over the API: the dispatcher checks rules, mask, rights and repeats.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol

from google.protobuf.message import Message

from claimstack.calls import Call


class Door(Protocol):
    """The dispatcher, as far as pages know it."""

    @property
    def methods(self) -> Mapping[str, Any]: ...

    def call_for(self, method: str, metadata: Mapping[str, str], remote: str) -> Call: ...

    async def unary(self, method: Any, request: Message, call: Call) -> Message: ...

    def stream(self, method: Any, request: Message, call: Call) -> AsyncIterator[Message]: ...


def full_name(method: str) -> str:
    """`ApplicationRegistry/Get` is of the contract; a name with its package is taken as it is."""
    return method if "." in method else f"ttn.lorawan.v3.{method}"
