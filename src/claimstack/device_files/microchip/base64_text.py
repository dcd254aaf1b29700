"""Base64 read strictly (RFC 4648, RFC 7515): the whole text, nothing else in it, one spelling for one value."""

from binascii import Error, a2b_base64, b2a_base64

# "+" and "/" are no letters of base64url: they become something that no base64 has.
_FROM_URL = bytes.maketrans(b"-_+/=", b"+/***")
_TO_URL = bytes.maketrans(b"+/", b"-_")


def read_url(text: object, length: int | None = None) -> bytes:
    """The bytes of base64url text without padding; ValueError unless exactly that.

    With a `length` it has to be that many bytes, in their one spelling: the last letter has no loose bits.
    """
    if not isinstance(text, str) or not text.isascii():
        raise ValueError("expected base64url text")
    octets = _read(text.encode().translate(_FROM_URL) + b"=" * (-len(text) % 4))
    if length is not None and (len(octets) != length or write_url(octets) != text):
        raise ValueError(f"expected {length} bytes")
    return octets


def read_padded(text: object) -> bytes:
    """The bytes of base64 text with padding, as in `x5c`; ValueError unless exactly that."""
    if not isinstance(text, str) or not text.isascii():
        raise ValueError("expected base64 text")
    return _read(text.encode())


def write_url(octets: bytes) -> str:
    """Bytes as base64url text without padding."""
    return b2a_base64(octets, newline=False).rstrip(b"=").translate(_TO_URL).decode()


def _read(text: bytes) -> bytes:
    try:
        return a2b_base64(text, strict_mode=True)
    except Error:
        raise ValueError("expected base64 text") from None
