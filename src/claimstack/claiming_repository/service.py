"""claimstack.v1 UpstreamClaimRegistry: what is claimed at other Join Servers, and what is still pending."""

from claimstack.applications import put
from claimstack.audit import shown_actor
from claimstack.calls import Call
from claimstack.claiming_repository import store
from claimstack.claiming_repository.words import identifiers
from claimstack.identity import Page, Right, authorize
from claimstack.storage import Database, Row
from claimstack.wire import claimstack_v1 as v1


class UpstreamClaimRegistry:
    """Shows claims at other Join Servers."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def List(self, request: v1.ListUpstreamClaimsRequest, call: Call) -> v1.UpstreamClaims:
        """A page of an application's claims."""
        uid = request.application_ids.application_id
        application = await authorize(self._db, call.caller, "application", uid, Right.APPLICATION_DEVICES_READ)
        page = Page.asked(request.limit, request.page)
        rows, total = await self._db.read(store.page_of, application.id, page.limit, page.offset)
        call.total(total)
        return v1.UpstreamClaims(claims=[_words(uid, row) for row in rows])


def _words(application_uid: str, row: Row) -> v1.UpstreamClaim:
    claim = v1.UpstreamClaim(
        end_device_ids=identifiers(application_uid, row["device_uid"], bytes(row["join_eui"]), bytes(row["dev_eui"])),
        join_server=row["join_server"],
        state=row["state"],
        claimer=shown_actor(row["claimer"]),
        unanswered=row["unanswered"],
        trouble=row["trouble"],
    )
    put(claim.created_at, row["created_at"])
    put(claim.updated_at, row["updated_at"])
    if row["due_at"] is not None:
        put(claim.next_try_at, row["due_at"])
    return claim
