"""AES-CMAC by the published examples of RFC 4493, and a cipher that can be used again."""

import pytest

from claimstack.lorawan import AES128Key
from claimstack.lorawan.otaa import KeyCipher

KEY = KeyCipher(AES128Key.from_hex("2b7e151628aed2a6abf7158809cf4f3c"))
MESSAGE = bytes.fromhex(
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
)


@pytest.mark.parametrize(("length", "mic"), [(0, "bb1d6929"), (16, "070a16b4"), (40, "dfa66747"), (64, "51f0bebf")])
def test_the_code_is_the_beginning_of_aes_cmac(length: int, mic: str) -> None:
    assert KEY.mic(MESSAGE[:length]).hex() == mic
    assert KEY.verifies(MESSAGE[:length], bytes.fromhex(mic))
    assert not KEY.verifies(MESSAGE[:length], bytes(4))


def test_a_block_is_that_of_fips_197() -> None:
    key = KeyCipher(AES128Key(bytes(range(16))))
    plain = bytes.fromhex("00112233445566778899aabbccddeeff")
    for _ in range(2):
        assert key.encrypt(plain).hex() == "69c4e0d86a7b0430d8cdb78070b4c55a"
        assert key.decrypt(key.encrypt(plain)) == plain


def test_a_derived_key_is_one_block_padded_with_zeros() -> None:
    assert bytes(KEY.derive(b"\x01", b"\x02\x03")) == KEY.encrypt(b"\x01\x02\x03" + bytes(13))


def test_a_cipher_does_not_print_its_key() -> None:
    assert "2b7e15" not in repr(KEY).lower()
