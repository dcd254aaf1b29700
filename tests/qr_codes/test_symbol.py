"""A symbol is as small as the standard allows for its text at level M."""

import pytest
import zxingcpp

from claimstack.qr_codes import UnwritableLabel, draw


# Capacity of versions 3 to 7 in alphanumeric mode at level M; a version has 17 + 4 v modules.
@pytest.mark.parametrize(("length", "side"), [(61, 29), (62, 33), (90, 33), (91, 37), (122, 37), (123, 41), (154, 41)])
def test_the_symbol_has_the_smallest_version_for_alphanumeric_text_at_level_m(length: int, side: int) -> None:
    assert draw("A" * length).side == side


def test_the_rows_are_a_square_of_black_and_white() -> None:
    symbol = draw("LW:D0:70B3D57ED0000000:0004A310001FF9DA:00000000")
    assert {len(row) for row in symbol.rows()} == {symbol.side} == {len(symbol.rows())}
    assert set(symbol.modules) == {0, 255}
    # The finder pattern in the corner: seven black modules, then white.
    assert symbol.rows()[0][:8] == bytes(7) + b"\xff"


def test_the_width_counts_four_white_modules_on_each_side() -> None:
    assert draw("A" * 61).width == 29 + 8


def test_the_error_correction_is_level_m() -> None:
    symbol = draw("LW:D0:70B3D57ED0000000:0004A310001FF9DA:00000000")
    grey = memoryview(b"".join(b"\xff" * 4 + row + b"\xff" * 4 for row in [b"\xff" * symbol.side] * 4 + symbol.rows()))
    read = zxingcpp.read_barcode(grey.cast("B", (symbol.side + 4, symbol.width)), is_pure=True)
    assert read is not None
    assert read.ec_level == "M"


def test_a_text_that_no_symbol_holds_is_refused() -> None:
    with pytest.raises(UnwritableLabel, match="too long for a QR code"):
        draw("A" * 5000)
