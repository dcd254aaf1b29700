"""The dialects put together: one line for each, with the beginning of its paths."""

from claimstack.claiming import ClaimCaps, Claims
from claimstack.dialects import ttjs_v2
from claimstack.dialects.backend_interfaces import BackendInterfaces, JoinServerMessages
from claimstack.dialects.interop import Application, Dialects, Receive, Scope, Send, answer
from claimstack.lorawan import EUI64Prefix, NetID
from claimstack.node import Node
from claimstack.peers import PeerBook


def dialects_of(node: Node) -> Dialects:
    """All dialects of this node. See `dialects/interop.py` on how another one is mounted."""
    settings, book = node.settings, PeerBook(node.db, node.vault)
    claims = dict.fromkeys(ttjs_v2.BEGINNINGS, _claims(node)) if "dcs" in settings.components else {}
    joins = _joins(node, book) if "js" in settings.components else nowhere
    return Dialects(book, claims, joins, settings.trusted_proxies)


def _joins(node: Node, book: PeerBook) -> Application:
    settings = node.settings
    prefixes = tuple(EUI64Prefix.parse(text) for text in settings.join_eui_prefixes)
    messages = JoinServerMessages(node.db, node.vault, NetID.from_hex(settings.net_id), prefixes)
    return BackendInterfaces(messages, book, node.clock)


def _claims(node: Node) -> Application:
    settings = node.settings
    # A network stands for all its users: one of them who guesses must not keep the others from claiming.
    caps = ClaimCaps(
        settings.claim_cap_device, settings.claim_cap_overall, settings.claim_cap_overall, settings.claim_cap_claimer
    )
    claims = Claims(node.db, node.vault, caps)
    return ttjs_v2.TtjsDialect(ttjs_v2.Claiming(node.db, node.vault, claims, caps), node.clock)


async def nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    """What no dialect of this node answers."""
    await answer(send, 404, b"{}")
