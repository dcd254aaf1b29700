"""A key shows itself to nobody."""

import copy
import logging
import pickle

import pytest

from claimstack.lorawan import AES128Key

HEX = "2B7E151628AED2A6ABF7158809CF4F3C"
KEY = AES128Key.from_hex(HEX)


def test_the_bytes_are_given_to_who_asks_for_bytes() -> None:
    assert bytes(KEY) == bytes.fromhex(HEX)


@pytest.mark.parametrize("shown", [repr(KEY), str(KEY), f"{KEY}", f"{KEY!r:>40}", f"{[KEY]}", "%s" % KEY])  # noqa: UP031
def test_no_printed_form_shows_a_byte_of_it(shown: str) -> None:
    assert "2B" not in shown.upper()
    assert "AES128Key(…)" in shown


def test_a_log_does_not_show_it(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger().warning("key %s and %r", KEY, KEY)
    assert "7E15" not in caplog.text.upper()


def test_keys_are_equal_by_their_bytes() -> None:
    assert AES128Key(bytes.fromhex(HEX)) == KEY
    assert AES128Key(bytes(16)) != KEY
    assert bytes.fromhex(HEX) != KEY


@pytest.mark.parametrize("length", [0, 15, 17, 32])
def test_a_key_has_sixteen_bytes(length: int) -> None:
    with pytest.raises(ValueError, match=f"AES-128 key: expected 16 bytes, got {length}"):
        AES128Key(bytes(length))


@pytest.mark.parametrize("text", [HEX[:-1], HEX + "0", HEX[:-1] + "G"])
def test_a_refusal_does_not_repeat_the_key(text: str) -> None:
    with pytest.raises(ValueError, match="AES-128 key: expected 32 hexadecimal digits") as refusal:
        AES128Key.from_hex(text)
    assert "2B7E" not in str(refusal.value)


def test_a_key_cannot_be_pickled_or_copied() -> None:
    with pytest.raises(TypeError, match="cannot be pickled or copied"):
        pickle.dumps(KEY)
    with pytest.raises(TypeError, match="cannot be pickled or copied"):
        copy.deepcopy(KEY)


def test_a_key_has_no_hash_and_no_order() -> None:
    with pytest.raises(TypeError):
        hash(KEY)
    with pytest.raises(TypeError):
        KEY < KEY  # type: ignore[operator]  # noqa: B015


def test_a_key_does_not_change_with_the_buffer_it_came_from() -> None:
    buffer = bytearray(16)
    key = AES128Key(buffer)
    buffer[0] = 1
    assert bytes(key) == bytes(16)
    with pytest.raises(AttributeError):
        key._octets = bytes(16)
