"""Chains of secure elements: each issuer is looked at once, and a chain that is believed must end in a root."""

from claimstack.device_files.microchip.secure_element import Chains
from claimstack.lorawan import DevEUI
from tests.device_templates.microchip.maker import DEV_EUI, MADE, SERIAL, der, maker, point, standard


def chain(form: str) -> list[str]:
    return [standard(der(maker().leaf(form=form))), standard(der(maker().issuer))]


def test_an_element_says_who_it_is_in_each_form() -> None:
    chains = Chains([maker().root])
    for form, dev_eui in (("B", DEV_EUI), ("C", DEV_EUI), ("MAHTN-T", None)):
        element = chains.read(chain(form))
        assert element.serial == SERIAL
        assert element.dev_eui == (DevEUI.from_hex(dev_eui) if dev_eui else None)
        assert element.point == point(maker().chip_key)
        assert element.not_before < MADE < element.not_after


def test_without_roots_a_chain_need_not_end_in_one() -> None:
    assert Chains([]).read(chain("B")).serial == SERIAL
