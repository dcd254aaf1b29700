"""The list of those who work on an application or belong to an organization."""

from starlette.responses import Response

from claimstack.console import rights
from claimstack.console.ground import Visit, listing, page
from claimstack.console.holder import Open


async def show_members(open_holder: Open, visit: Visit) -> Response:
    """`GET …/collaborators?order=&page=`"""
    holder = await open_holder(visit)
    view = listing(visit, ("id",), "id")
    request = holder.request("List Collaborators", order=view.order, limit=view.rows, page=view.page)
    found, total = await visit.ask_list(f"{holder.access}/ListCollaborators", request)
    rows = [(one, rights.is_all(one.rights, holder), sorted(rights.names(one.rights))) for one in found.collaborators]
    view = view._replace(total=total)
    return page(visit, "members/list.html", **holder.words, holder=holder, listing=view, rows=rows)
