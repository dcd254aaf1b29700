"""Labels of other kinds are named, and nothing of them is repeated."""

import pytest

from claimstack.qr_codes import UnreadableLabel, parse
from claimstack.qr_codes.foreign import kind_of

APP_KEY = "A66A89B6606C1BD125B54E7CA4B10DD4"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("https://ttig.pro/c/ec656efffe000128/abcdef123456", "gateway"),
        (f"DevEUI=A84041035660E3AA\nAppEUI=A840410000000107\nAppKey={APP_KEY}", "root keys"),
        (f'{{"devEUI":"24E124136B000000","appKey":"{APP_KEY}"}}', "root keys"),
        (f"LA66:A84041035660E3AA, App_Key {APP_KEY}", "root keys"),
        (f"12345;A84041035660E3AA;A840410000000107;{APP_KEY}", "root keys"),
        ("https://www.milesight-iot.com/qr?SN=6136B00000000000", "Milesight"),
        ("URN:LWDP:58A0CB0000210000:58A0CBFFFFFEFFFF:tbms100915:4D4483B1", "Browan"),
        ("2CF7F120000000002CF7F12000000001:0:114992867:SERIAL", "Seeed"),
        ("647FDA0000001234:647FDA8000000001", "Tektelic"),
        ("lw:d0:70b3d57ed0000000:0004a310001ff9da:00000000", "not in upper case"),
        ("https://example.com/?q=LW:D0:70B3D57ED0000000:0004A310001FF9DA:00000000", "inside other text"),
        ("  LW:D0:70B3D57ED0000000:0004A310001FF9DA:00000000", "blanks before"),
        ("\ufeffLW:D0:70B3D57ED0000000:0004A310001FF9DA:00000000", "byte order mark"),
        ("DEVEUI 70B3D57ED0000000", "type the DevEUI alone"),
        ("https://example.com/product", "web link"),
    ],
)
def test_it_is_said_what_the_label_is_and_nothing_of_it_repeated(text: str, said: str) -> None:
    with pytest.raises(UnreadableLabel) as refusal:
        parse(text)
    assert said in refusal.value.expected
    assert APP_KEY not in str(refusal.value)
    assert "A84041035660E3AA" not in str(refusal.value)


def test_text_like_nothing_known_is_given_no_name() -> None:
    assert kind_of("HELLO WORLD 12345") is None
