"""The DevNonces that an EUI pair has used, as bytes: no join-request starts anything twice (LoRaWAN 1.0.4 §6.2.5).

A list of 2 bytes each, oldest first, while that is the shorter form; from 4,096 on one bit for each of the 65,536
numbers, 8,192 bytes. The length tells which: a list is never that long.
"""

from collections.abc import Iterable

from claimstack.lorawan.nonces import DevNonce

BITMAP_BYTES = 1 << 13
MOST_IN_LIST = BITMAP_BYTES // DevNonce.LENGTH - 1


def was_used(kept: bytes, dev_nonce: DevNonce) -> bool:
    """Whether the number is among them."""
    if len(kept) == BITMAP_BYTES:
        byte, bit = divmod(int(dev_nonce), 8)
        return bool(kept[byte] >> bit & 1)
    at = kept.find(bytes(dev_nonce))
    while at % 2 == 1:  # half of one and half of the next (-1: nowhere)
        if at < 0:
            return False
        at = kept.find(bytes(dev_nonce), at + 1)
    return True


def with_used(kept: bytes, dev_nonce: DevNonce) -> bytes:
    """The numbers with this one among them."""
    if was_used(kept, dev_nonce):
        return kept
    if len(kept) < MOST_IN_LIST * DevNonce.LENGTH:
        return kept + bytes(dev_nonce)
    if len(kept) == BITMAP_BYTES:
        return _marked(bytearray(kept), [int(dev_nonce)])
    return packed([*unpacked(kept), int(dev_nonce)])


def packed(dev_nonces: Iterable[int]) -> bytes:
    """The bytes for these numbers."""
    numbers = list(dict.fromkeys(dev_nonces))
    if len(numbers) <= MOST_IN_LIST:
        return b"".join(number.to_bytes(DevNonce.LENGTH, "big") for number in numbers)
    return _marked(bytearray(BITMAP_BYTES), numbers)


def _marked(bits: bytearray, numbers: Iterable[int]) -> bytes:
    for number in numbers:
        bits[number // 8] |= 1 << number % 8
    return bytes(bits)


def unpacked(kept: bytes) -> list[int]:
    """The numbers: in the order of a list, ascending from a bitmap."""
    if len(kept) == BITMAP_BYTES:
        return [8 * at + bit for at, byte in enumerate(kept) if byte for bit in range(8) if byte >> bit & 1]
    return [int.from_bytes(kept[at : at + DevNonce.LENGTH], "big") for at in range(0, len(kept), DevNonce.LENGTH)]
