"""Whose API keys or collaborators a page is about: a user, an organization or an application, by the same pages."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from claimstack.console.ground import Visit
from claimstack.identity import EntityKind, Right, Rights
from claimstack.wire import v3

_NOUNS = {"application": "Application", "organization": "Organization", "user": "User"}


class Holder(NamedTuple):
    """An entity with keys or members: `base` is its address, `frame` the template of its pages with its `words`."""

    kind: EntityKind
    uid: str
    base: str
    frame: str
    rights: Rights
    words: dict[str, Any]

    def ids(self) -> Any:
        """The entity's identifiers."""
        return getattr(v3, f"{_NOUNS[self.kind]}Identifiers")(**{f"{self.kind}_id": self.uid})

    def request(self, name: str, /, **fields: Any) -> Any:
        """A request of this kind's Access service: `request("List APIKeys", limit=25)`."""
        noun = _NOUNS[self.kind]
        verb, _, rest = name.partition(" ")
        return getattr(v3, f"{verb}{noun}{rest}Request")(**{f"{self.kind}_ids": self.ids()}, **fields)

    @property
    def access(self) -> str:
        """The name of this kind's Access service."""
        return f"{_NOUNS[self.kind]}Access"

    def grantable(self) -> list[Right]:
        """The rights that the visitor can give to others here."""
        kinds: dict[str, tuple[str, ...]] = {
            "user": ("USER", "APPLICATION", "ORGANIZATION"),
            "organization": ("ORGANIZATION", "APPLICATION"),
            "application": ("APPLICATION",),
        }
        found = [
            right for right in Right if right.name.startswith(kinds[self.kind]) and not right.name.endswith("_ALL")
        ]
        return [right for right in found if self.rights.has(right) and not _elsewhere(right)]


def _elsewhere(right: Right) -> bool:
    """Rights on what is not served here."""
    return any(
        word in right.name for word in ("GATEWAY", "CLIENTS_LIST", "CLIENTS_CREATE", "NOTIFICATIONS", "PACKAGES")
    )


Open = Callable[[Visit], Awaitable[Holder]]
