"""How a phone opens the claim page of this server: its address, also as a QR code, or what is missing for it.

Browsers give camera, service worker and `__Host-` cookies to HTTPS alone, except on the machine itself.
"""

from urllib.parse import urlsplit

from claimstack.edge.self_signed import own_address
from claimstack.qr_codes import QUIET_ZONE, Symbol, draw
from claimstack.settings import Settings

PAGE = "/claim"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_EVERYWHERE = ("0.0.0.0", "[::]", "::", "")  # noqa: S104 - asked for by the operator, not bound here
# Black on white whatever the terminal's colours are: scanners want dark modules on light ground.
_PAPER, _PLAIN = "\x1b[30;107m", "\x1b[0m"
_HALVES = {(255, 255): " ", (0, 255): "▀", (255, 0): "▄", (0, 0): "█"}


def on_a_phone(settings: Settings, *, coloured: bool) -> str:
    """What to do on a phone; with the QR code where the terminal shows colours."""
    address = phone_address(settings)
    if address:
        return f"On a phone:  {address}\n" + (f"\n{terminal_code(address)}\n" if coloured else "")
    own = own_address() or "THIS-MACHINE"
    return (
        f"The claim page is {settings.url}{PAGE}. A phone's camera needs HTTPS and a way here; for a trial, run\n"
        f"    claimstack serve --tls-self-signed --http-listen 0.0.0.0:8885 --public-url https://{own}:8885\n"
    )


def phone_address(settings: Settings) -> str:
    """The claim page's address for other machines of the network; empty when they cannot use it."""
    place = urlsplit(settings.url)
    if place.scheme != "https":
        return ""
    if place.hostname not in _LOOPBACK:
        return settings.url + PAGE
    host, _, port = settings.http_listen.rpartition(":")
    own = own_address() if host in _EVERYWHERE else ""
    return f"https://{own}:{port}{PAGE}" if own else ""


def terminal_code(text: str) -> str:
    """A QR code in half blocks, two modules a character, with its quiet zone."""
    rows = _quiet(draw(text))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    lines = ("".join(_HALVES[upper, lower] for upper, lower in zip(*pair, strict=True)) for pair in pairs)
    return "\n".join(f"    {_PAPER}{line}{_PLAIN}" for line in lines)


def _quiet(symbol: Symbol) -> list[bytes]:
    """All rows with white around, of an even number."""
    side = b"\xff" * QUIET_ZONE
    blank = b"\xff" * symbol.width
    rows = [blank] * QUIET_ZONE + [side + row + side for row in symbol.rows()] + [blank] * QUIET_ZONE
    return rows if len(rows) % 2 == 0 else [*rows, blank]
