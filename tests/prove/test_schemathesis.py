"""Many made-up requests to every operation of the description, as a user, as an admin and as nobody."""

import pytest

from tests.support.described import hold, operations
from tests.support.house import ADMIN_KEY, House, People

pytestmark = pytest.mark.prove
EXAMPLES = 40


@pytest.mark.parametrize("who", ["user", "admin", "nobody"])
def test_made_up_requests_are_answered_or_refused_in_form(house: House, people: People, who: str) -> None:
    token = {"user": people.maker.key, "admin": ADMIN_KEY, "nobody": ""}[who]
    for operation in operations(house):
        hold(house, operation, token, EXAMPLES, again=False)
