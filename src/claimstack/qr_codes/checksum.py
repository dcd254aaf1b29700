"""The checksum of a TR005 label: CRC-16/MODBUS over all characters before `:C`.

Polynomial 0x8005 reflected, initial value 0xFFFF, no final inversion; `123456789` gives 4B37.
"""

from __future__ import annotations


def _table_entry(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (0xA001 if byte & 1 else 0)
    return byte


_TABLE = tuple(map(_table_entry, range(256)))


def checksum(text: str) -> str:
    """Four upper-case hexadecimal digits, the most significant first."""
    crc = 0xFFFF
    for byte in text.encode():
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 0xFF]
    return f"{crc:04X}"
