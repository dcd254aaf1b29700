"""The link on a label's second code."""

from urllib.parse import unquote, urlsplit

import pytest

from claimstack.qr_codes import UnwritableLabel, claim_link, draw, png

TEXT = "LW:D0:70B3D57ED0000000:0004A310001FF9DA:00000000:OABCD:SN 1%2:C1234"


def test_the_labels_text_stands_after_the_hash_and_comes_back_whole() -> None:
    link = claim_link("https://claims.example", TEXT)
    assert link.startswith("https://claims.example/claim#LW:D0:70B3D57ED0000000:")
    parts = urlsplit(link)
    assert (parts.path, parts.query, unquote(parts.fragment)) == ("/claim", "", TEXT)


@pytest.mark.parametrize("server", ["https://claims.example", "https://claims.example:8885", "http://localhost:1885"])
def test_the_server_may_have_a_port_a_slash_or_be_this_machine(server: str) -> None:
    assert claim_link(server, TEXT).startswith(f"{server}/claim#LW:")
    assert claim_link(server + "/", TEXT) == claim_link(server, TEXT)


def test_a_link_fits_on_a_small_label() -> None:
    symbol = draw(claim_link("https://claims.example", TEXT))
    assert symbol.side <= 57
    assert png(symbol, 300)


@pytest.mark.parametrize(
    "server", ["http://claims.example", "https://claims.example/x", "claims.example", "https://a b"]
)
def test_a_server_that_no_camera_opens_for_is_refused(server: str) -> None:
    with pytest.raises(UnwritableLabel, match="the server"):
        claim_link(server, TEXT)
