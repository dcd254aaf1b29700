"""A second code for a label: a link that a phone's own camera opens, with the TR005 text after its `#`.

What stands after `#` no browser sends to a server, and the claim page takes it out of the address at once. But the
phone itself may show it, and keep it in a history of its own: so makers choose whether they print it.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from claimstack.qr_codes.label import UnwritableLabel

PAGE = "/claim"
# What RFC 3986 §3.5 lets stand in a fragment as it is, out of what TR005 can hold.
_AS_IT_IS = ":$*+-./"
_ORIGIN = re.compile(r"(https://[a-z0-9.-]+|http://localhost)(:\d{1,5})?/?")


def claim_link(server: str, text: str) -> str:
    """The link to the claim page of a server such as `https://claims.example` with that label's text.

    `UnwritableLabel` when the server's address is none that a phone opens its camera for.
    """
    if not _ORIGIN.fullmatch(server):
        raise UnwritableLabel("the server", "expected an address such as https://claims.example")
    return f"{server.rstrip('/')}{PAGE}#{quote(text, safe=_AS_IT_IS)}"
