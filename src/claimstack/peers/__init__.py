"""Peers: the networks and clusters that join devices through us or claim here, and how they are known."""

from claimstack.peers.book import PeerBook, Peers
from claimstack.peers.peer import AppSKeyPolicy, Peer
from claimstack.peers.service import PeerRegistry

__all__ = ["AppSKeyPolicy", "Peer", "PeerBook", "PeerRegistry", "Peers"]
