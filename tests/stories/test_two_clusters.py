"""Two clusters: the owner on one claims a device whose JoinEUI points to the other, and gives it back.

Real processes, TLS, client certificates on the interop listener. `tests/prove/test_two_clusters.py` kills them
meanwhile.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.two_clusters import Story, the_device_is_claimed_once_and_goes_home


@pytest.fixture
def story(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    """Both clusters up, the device at its maker."""
    told = Story(tmp_path, request.param)
    yield told
    told.close()


@pytest.mark.parametrize("story", ["ttjsv2", "claimstack"], indirect=True)
def test_a_device_changes_clusters_and_comes_back(story: Story) -> None:
    answer = story.claim()
    assert answer.status_code == 200, answer.text
    assert story.state == "claimed"
    the_device_is_claimed_once_and_goes_home(story)
