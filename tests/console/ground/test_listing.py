"""What a list page makes of its address, and the addresses it offers."""

from claimstack.console.ground.listing import Listing


def view(**more: object) -> Listing:
    words = {"path": "/console/x", "query": "", "order": "name", "page": 1, **more}
    return Listing(**words)  # type: ignore[arg-type]


def test_pages_are_counted_and_their_rows_numbered() -> None:
    last = view(page=3, total=60)
    assert (last.pages, last.first, last.last) == (3, 51, 60)
    assert view(total=0).pages == 1
    assert view(total=25).pages == 1
    assert view(total=26).pages == 2


def test_a_second_click_on_a_column_turns_the_order_round() -> None:
    assert view().sorted_by("name") == "/console/x?order=-name"
    assert view(order="-name").sorted_by("name") == "/console/x?order=name"
    assert view().sorted_by("created_at") == "/console/x?order=created_at"
    assert [view().direction(one) for one in ("name", "created_at")] == ["ascending", "none"]
    assert view(order="-name").direction("name") == "descending"


def test_search_and_filters_go_along_and_are_quoted() -> None:
    searched = view(query="a&b=<c>", kept=(("state", "APPROVED"),), page=2)
    assert searched.to_page(3) == "/console/x?q=a%26b%3D%3Cc%3E&state=APPROVED&order=name&page=3"
    assert searched.filtered
    assert not view().filtered
