"""Every page on SQLite and on PostgreSQL."""

import pytest

from tests.console.conftest import Visitor
from tests.console.world import ADMIN_PATHS, a_world
from tests.support.house import ADMIN_PASSWORD, House


def test_every_page_is_there(house: House) -> None:
    world = a_world(house)
    for session, paths in (
        (world.maker.session, world.paths()),
        (house.session("admin", ADMIN_PASSWORD), ADMIN_PATHS),
    ):
        visitor = Visitor(house, session, "de")
        with visitor.http:
            for path in paths:
                answer = visitor.get(path)
                assert answer.status_code == (404 if path.endswith("/nowhere") else 200), path
                assert answer.headers["content-language"] == "de"
                assert '<html lang="de"' in answer.text, path


@pytest.mark.parametrize(
    "query", ["", "application=", "application=No!", "device=x", "device=a/b/c", "nothing=1", "application=a&" * 50]
)
def test_a_stream_of_nothing_is_not_come_back_to(house: House, query: str) -> None:
    visitor = Visitor(house, house.session("admin", ADMIN_PASSWORD))
    with visitor.http:
        assert visitor.get(f"/console/events?{query}").status_code == 204
