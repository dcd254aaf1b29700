"""Two clusters, one of them killed (`kill -9`) between the claim there and the registering here, and brought back.

No orphan: meanwhile the claim is seen as pending; then it is settled, once; an unclaim brings the device home.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.two_clusters import Story, the_device_is_claimed_once_and_goes_home

pytestmark = [pytest.mark.prove, pytest.mark.parametrize("story", ["ttjsv2", "claimstack"], indirect=True)]


@pytest.fixture
def story(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    """Both clusters up, the device at its maker."""
    told = Story(tmp_path, request.param)
    yield told
    told.close()


def test_the_makers_cluster_dies_before_its_answer_arrives(story: Story) -> None:
    story.claim_and_kill(story.far)
    assert story.state == "claiming"
    assert story.near.device_ids("owner-app") == []
    story.line.mode = "open"
    story.far.start()
    story.until(lambda: story.state == "claimed")
    the_device_is_claimed_once_and_goes_home(story)


def test_the_owners_cluster_dies_while_it_waits(story: Story) -> None:
    story.claim_and_kill(story.near)
    assert story.far.device_ids("maker-app") == []
    story.line.mode = "open"
    story.near.start()
    assert story.state == "claiming"
    story.until(lambda: story.state == "claimed")
    the_device_is_claimed_once_and_goes_home(story)
