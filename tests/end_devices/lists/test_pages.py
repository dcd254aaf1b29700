"""Where a page ended is remembered for its walker, for a while, and not without bound."""

from claimstack.end_devices.lists.pages import LIFETIME, MOST_MARKS, PageMarks, Walk

WALK = Walk("user:1", "7", "", 50)


def test_the_next_page_begins_behind_the_last_key() -> None:
    marks = PageMarks()
    marks.remember(WALK, 1, ("sensor-50", 50), 0)
    assert marks.before(WALK, 2, 5) == ("sensor-50", 50)
    assert marks.before(WALK, 1, 5) is None
    assert marks.before(WALK, 3, 5) is None


def test_a_mark_is_for_one_walk_only() -> None:
    marks = PageMarks()
    marks.remember(WALK, 1, ("sensor-50", 50), 0)
    for other in ({"principal": "user:2"}, {"list_of": "8"}, {"order": "-device_id"}, {"limit": 51}):
        assert marks.before(WALK._replace(**other), 2, 5) is None


def test_a_mark_is_forgotten_after_a_while() -> None:
    marks = PageMarks()
    marks.remember(WALK, 1, ("sensor-50", 50), 0)
    assert marks.before(WALK, 2, LIFETIME) == ("sensor-50", 50)
    assert marks.before(WALK, 2, LIFETIME + 1) is None


def test_the_oldest_marks_make_room() -> None:
    marks = PageMarks()
    for page in range(1, MOST_MARKS + 2):
        marks.remember(WALK, page, (page,), 0)
    assert marks.before(WALK, 2, 0) is None
    assert marks.before(WALK, 3, 0) == (2,)
