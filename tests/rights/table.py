"""The table of `docs/rights.md`, read into rules that can be asked: would these rights do?"""

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from claimstack.identity import (
    ALL_RIGHTS,
    APPLICATION_RIGHTS,
    ORGANIZATION_RIGHTS,
    USER_RIGHTS,
    EntityKind,
    Right,
    Rights,
)

PAGE = Path(__file__).parents[2] / "docs" / "rights.md"
OF_KIND: dict[EntityKind, Rights] = {
    "application": APPLICATION_RIGHTS,
    "organization": ORGANIZATION_RIGHTS,
    "user": USER_RIGHTS,
}
OURS = {
    name
    for file in FileDescriptorSet.FromString((files("claimstack.wire") / "contract.binpb").read_bytes()).file
    if file.package == "claimstack.v1"
    for name in (service.name for service in file.service)
}
_ROW = re.compile(r"\| `([\w.]+/\w+)` \|( [\w ]+)? \| (.+?) \|.*")


class Row(NamedTuple):
    """One RPC on one kind of entity. `needed` is in the words of the page: `` `A` + `B` ``, `` `A` or `B` ``, …"""

    rpc: str
    on: str
    needed: str

    @property
    def kind(self) -> EntityKind:
        """Of the entity; an RPC that is about none is asked by a user."""
        kind = self.on.partition(" ")[0] or "user"
        assert kind in OF_KIND, self.on
        return kind

    @property
    def with_keys(self) -> bool:
        """Whether the request names a root or session key."""
        return self.on.endswith("with keys")

    @property
    def public(self) -> bool:
        """Whether nobody is asked who they are."""
        return self.needed == "nothing"

    @property
    def for_admins(self) -> bool:
        """Whether being an admin is enough, whatever the entity."""
        return "admin" in self.needed.split(" or ")

    @property
    def for_everybody_known(self) -> bool:
        """Whether any credential will do."""
        return self.needed == "any credential"

    def suffices(self, held: int) -> bool:
        """Whether a key with exactly these rights on the entity may."""
        if self.public or self.for_everybody_known:
            return True
        if self.needed == "any right":
            return held != 0
        return any(_covers(held, way) for way in self.needed.split(" or "))

    def combinations(self) -> Iterator[Rights]:
        """The sets of several rights that are needed together."""
        for way in self.needed.split(" or "):
            if " + " in way:
                yield Rights.of(*_rights(way))


def _covers(held: int, way: str) -> bool:
    if way == "admin":
        return False
    if way == "`ALL`":
        return held == ALL_RIGHTS
    return Rights(held).has(*_rights(way))


def _rights(way: str) -> list[Right]:
    return [Right[name.strip().strip("`")] for name in way.split("+")]


def rows() -> list[Row]:
    """The rows of the page, from top to bottom."""
    found = [_ROW.fullmatch(line) for line in PAGE.read_text("utf-8").splitlines()]
    return [Row(_full(match[1]), (match[2] or "").strip(), match[3]) for match in found if match]


def _full(name: str) -> str:
    package = "claimstack.v1" if name.split("/")[0] in OURS else "ttn.lorawan.v3"
    return f"{package}.{name}"
