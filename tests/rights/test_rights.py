"""Every RPC, asked with every right alone, with what it needs together, with everything, as an admin and as nobody."""

import re
from collections.abc import Callable

import pytest

from claimstack.identity import EntityKind, Right, Rights
from claimstack.identity.authorize import ADMIN_RIGHTS
from tests.rights.caller import allowed, outcome
from tests.rights.requests import Place, request_for
from tests.rights.table import OF_KIND, Row, rows
from tests.support.house import ADMIN_KEY, House, fresh

ROWS = rows()
_ENDS = re.compile(r"(Application|Organization|User)Registry/(Delete|Purge)")


class World:
    """An entity, and API keys of it by what they may."""

    def __init__(self, place: Place, new_key: Callable[..., str]) -> None:
        self.place, self._new_key = place, new_key
        self._keys: dict[int, str] = {}

    def key(self, held: Rights) -> str:
        """The key with exactly these rights."""
        if held not in self._keys:
            self._keys[held] = self._new_key(*held.names())
        return self._keys[held]

    @property
    def whole(self) -> str:
        """The key with every right that the entity's keys can have."""
        if 0 not in self._keys:
            self._keys[0] = self._new_key("RIGHT_ALL")
        return self._keys[0]


class Worlds:
    """One entity of each kind for all rows; a fresh one for those that end it."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._somebody = house.person("somebody").uid
        self._kept: dict[EntityKind, World] = {}

    def of(self, row: Row) -> World:
        if _ENDS.search(row.rpc):
            return self._made(row.kind)
        if row.kind not in self._kept:
            self._kept[row.kind] = self._made(row.kind)
        return self._kept[row.kind]

    def _made(self, kind: EntityKind) -> World:
        house, person = self._house, self._house.person("holder")
        if kind == "user":
            return World(self._place(kind, person.uid), lambda *r: house.user_key(person.uid, person.key, *r))
        if kind == "application":
            uid = house.application(person)
            return World(self._place(kind, uid), lambda *r: house.application_key(uid, person.key, *r))
        uid = fresh("org")
        words = {"organization": {"ids": {"organization_id": uid}}}
        house.ok("POST", f"/users/{person.uid}/organizations", words, person.key)
        path = f"/organizations/{uid}/api-keys"
        return World(
            self._place(kind, uid),
            lambda *r: str(house.ok("POST", path, {"name": "t", "rights": r}, person.key)["key"]),
        )

    def _place(self, kind: EntityKind, uid: str) -> Place:
        return Place(kind, uid, self._somebody)


@pytest.fixture(scope="module")
def worlds(house: House) -> Worlds:
    return Worlds(house)


def test_every_rpc_that_is_served_has_a_row_and_no_other_has(house: House) -> None:
    assert {row.rpc for row in ROWS} == set(house.methods)


def test_no_row_is_there_twice() -> None:
    named = [(row.rpc, row.on) for row in ROWS]
    assert len(named) == len(set(named))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.rpc.rpartition('.')[2]} {row.on}".strip())
def test_the_rights_that_suffice_are_those_of_the_page(house: House, worlds: Worlds, row: Row) -> None:
    world = worlds.of(row)
    asked = [*((held, world.key(held)) for held in _sets(row)), (None, world.whole), (None, ADMIN_KEY), (None, "")]
    whole = OF_KIND[row.kind]
    expected = [row.suffices(held) for held in _sets(row)]
    expected += [_whole_suffices(row, whole), row.for_admins or row.suffices(ADMIN_RIGHTS[row.kind]), row.public]
    method, words = house.methods[row.rpc], {"with_keys": row.with_keys}
    found = [outcome(house, method, request_for(method, world.place, **words), key) for _, key in asked]
    assert "validation" not in found
    assert [allowed(result) for result in found] == expected, list(zip(_sets(row), found, strict=False))


def _sets(row: Row) -> list[Rights]:
    alone = [Rights.of(right) for right in Right if OF_KIND[row.kind].has(right) and not right.name.endswith("_ALL")]
    return [*_last(row, alone), *row.combinations()]


def _last(row: Row, alone: list[Rights]) -> list[Rights]:
    """What ends the entity comes after everything that is refused."""
    return sorted(alone, key=row.suffices)


def _whole_suffices(row: Row, whole: Rights) -> bool:
    return row.suffices(whole) or "`ALL`" in row.needed
