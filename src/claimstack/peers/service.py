"""`claimstack.v1.PeerRegistry`: words in, verb, words out."""

from google.protobuf.empty_pb2 import Empty

from claimstack.calls import Call
from claimstack.identity import Page
from claimstack.peers import register
from claimstack.storage import Database
from claimstack.vault import Vault
from claimstack.wire import claimstack_v1 as v1


class PeerRegistry:
    """Keeps the peers of this cluster."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db, self._vault = db, vault

    async def Create(self, request: v1.CreatePeerRequest, call: Call) -> v1.Peer:
        return await self._db.transaction(register.create_peer, self._vault, call.caller, request.peer, call.micros)

    async def Get(self, request: v1.GetPeerRequest, call: Call) -> v1.Peer:
        return await self._db.read(register.get_peer, self._vault, call.caller, request.peer_id)

    async def List(self, request: v1.ListPeersRequest, call: Call) -> v1.Peers:
        page = Page.asked(request.limit, request.page)
        found, total = await self._db.read(register.list_peers, self._vault, call.caller, page)
        call.total(total)
        return v1.Peers(peers=found)

    async def Update(self, request: v1.UpdatePeerRequest, call: Call) -> v1.Peer:
        return await self._db.transaction(
            register.update_peer, self._vault, call.caller, request.peer, request.field_mask.paths, call.micros
        )

    async def Delete(self, request: v1.DeletePeerRequest, call: Call) -> Empty:
        await self._db.transaction(register.delete_peer, call.caller, request.peer_id)
        return Empty()
