"""A device split for its registers: root keys have a place of their own, and nothing of them is left elsewhere."""

from collections.abc import Mapping

import pytest

from claimstack.device_parts import Component, Wish, split
from claimstack.errors import Invalid
from claimstack.wire import v3

KEY = bytes(range(16))
IDS = v3.EndDeviceIdentifiers(device_id="sensor-1", dev_eui=bytes(8), join_eui=bytes(8))


def join_server_part(root_keys: Mapping[str, object], *paths: str) -> tuple[Wish, v3.EndDevice]:
    """What is kept of these root keys, and what stands in the settings."""
    device = v3.EndDevice(ids=IDS, root_keys=root_keys)
    wish = split(device, [f"root_keys.{path}" for path in paths], [Component.JS])
    ((_, settings, state),) = wish.parts
    assert not state
    assert KEY not in settings
    return wish, v3.EndDevice.FromString(settings)


def test_a_key_goes_to_its_own_place_and_leaves_no_empty_envelope() -> None:
    wish, settings = join_server_part({"app_key": {"key": KEY}}, "app_key.key")
    assert wish.keys == (("app_key", KEY),)
    assert settings == v3.EndDevice()


def test_the_whole_of_root_keys_leaves_nothing_but_their_id() -> None:
    keys = {"app_key": {"key": KEY}, "nwk_key": {"key": KEY[::-1]}, "root_key_id": "chip-1"}
    wish, settings = join_server_part(keys, "app_key", "nwk_key", "root_key_id")
    assert dict(wish.keys) == {"app_key": KEY, "nwk_key": KEY[::-1]}
    assert settings == v3.EndDevice(root_keys={"root_key_id": "chip-1"})


def test_root_keys_of_which_nothing_is_left_are_not_there() -> None:
    _, settings = join_server_part({"app_key": {"key": KEY}}, "app_key")
    assert not settings.HasField("root_keys")


def test_what_else_stands_in_an_envelope_stays() -> None:
    envelope = {"key": KEY, "kek_label": "ours"}
    _, settings = join_server_part({"app_key": envelope}, "app_key")
    assert settings == v3.EndDevice(root_keys={"app_key": {"kek_label": "ours"}})


def test_the_join_server_knows_devices_by_both_euis() -> None:
    for missing in ("join_eui", "dev_eui"):
        ids = v3.EndDeviceIdentifiers()
        ids.CopyFrom(IDS)
        ids.ClearField(missing)
        with pytest.raises(Invalid, match=missing):
            split(v3.EndDevice(ids=ids), [], [Component.JS])
