"""How long a pending claim waits."""

import pytest

from claimstack.claiming_repository.begin import SECOND
from claimstack.claiming_repository.settle import wait


@pytest.mark.parametrize(
    ("so_far", "seconds"), [(-5, 1), (0, 1), (1, 1), (3, 3), (100, 100), (599, 599), (10_000, 600), (10**9, 600)]
)
def test_it_waits_as_long_again_as_it_has_between_a_second_and_ten_minutes(so_far: int, seconds: int) -> None:
    assert wait(so_far * SECOND) == seconds * SECOND
