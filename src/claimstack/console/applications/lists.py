"""The list of applications: search, order, pages; and those that were deleted and can still be restored."""

from starlette.responses import Response

from claimstack.console.ground import Visit, listing, page
from claimstack.wire import v3

ORDERS = ("application_id", "name", "created_at")


async def show_applications(visit: Visit) -> Response:
    """`GET /console/applications?q=&order=&page=&deleted=`"""
    view = listing(visit, ORDERS, "application_id", filters=("deleted",))
    request = v3.SearchApplicationsRequest(
        query=view.query, order=view.order, limit=view.rows, page=view.page, deleted=bool(view.kept)
    )
    request.field_mask.paths.extend(["name", "description"])
    found, total = await visit.ask_list("EntityRegistrySearch/SearchApplications", request)
    return page(visit, "applications/list.html", listing=view._replace(total=total), found=found.applications)
