"""A few made-up requests to every operation of the description: nothing breaks, every error has the form."""

from tests.support.described import hold, operations
from tests.support.house import House, People

EXAMPLES = 2


def test_made_up_requests_are_answered_or_refused_in_form(house: House, people: People) -> None:
    asked = operations(house)
    assert len(asked) > 100
    sent = [hold(house, operation, people.maker.key, EXAMPLES, again=True) for operation in asked]
    assert sum(sent) >= len(asked)
