"""The dialects put together: one line for each, with the beginning of its paths."""

from claimstack.claiming import ClaimCaps, Claims
from claimstack.dialects import ttjs_v2
from claimstack.dialects.interop import Application, Dialects, Receive, Scope, Send, answer
from claimstack.node import Node
from claimstack.peers import PeerBook


def dialects_of(node: Node) -> Dialects:
    """All dialects of this node. See `dialects/interop.py` on how another one is mounted."""
    book = PeerBook(node.db, node.vault)
    mounted: dict[str, Application] = dict.fromkeys(ttjs_v2.BEGINNINGS, _claims(node))
    return Dialects(book, mounted, nowhere, node.settings.trusted_proxies)


def _claims(node: Node) -> Application:
    settings = node.settings
    caps = ClaimCaps(settings.claim_cap_device, settings.claim_cap_claimer, settings.claim_cap_overall)
    claims = Claims(node.db, node.vault, caps)
    return ttjs_v2.TtjsDialect(ttjs_v2.Claiming(node.db, node.vault, claims, caps), node.clock)


async def nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    """What no dialect answers."""
    await answer(send, 404, b"{}")
