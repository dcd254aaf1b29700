"""Which path is answered by what."""

from starlette.applications import Starlette


def test_everything_is_below_two_mounts(application: Starlette) -> None:
    paths = [route.path for route in application.routes]  # type: ignore[attr-defined]
    assert {path.split("/")[1] for path in paths} == {"oauth", "static"}
