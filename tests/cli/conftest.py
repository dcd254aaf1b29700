"""People at terminals, logged in at a running server."""

from pathlib import Path

import pytest

from tests.cli.person_at_terminal import Terminal
from tests.support.house import ADMIN_KEY, House, People


def logged_in(home: Path, house: House, key: str) -> Terminal:
    home.mkdir()
    terminal = Terminal(home, house.url)
    terminal.does("login", "--api-key", key)
    return terminal


@pytest.fixture
def maker(house: House, people: People, tmp_path: Path) -> Terminal:
    """The maker at a terminal."""
    return logged_in(tmp_path / "maker", house, people.maker.key)


@pytest.fixture
def owner(house: House, people: People, tmp_path: Path) -> Terminal:
    """The owner at a terminal."""
    return logged_in(tmp_path / "owner", house, people.owner.key)


@pytest.fixture
def admin(house: House, tmp_path: Path) -> Terminal:
    """The admin at a terminal."""
    return logged_in(tmp_path / "admin", house, ADMIN_KEY)


@pytest.fixture
def nobody(house: House, tmp_path: Path) -> Terminal:
    """Somebody without a login."""
    (tmp_path / "nobody").mkdir()
    return Terminal(tmp_path / "nobody", house.url)


@pytest.fixture
def maker_app(house: House, people: People) -> str:
    """A fresh application of the maker."""
    return house.application(people.maker, "maker-app")


@pytest.fixture
def owner_app(house: House, people: People) -> str:
    """A fresh application of the owner."""
    return house.application(people.owner, "owner-app")
