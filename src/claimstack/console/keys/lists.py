"""The list of API keys; never a secret."""

from starlette.responses import Response

from claimstack.console import rights
from claimstack.console.ground import Visit, listing, page
from claimstack.console.holder import Open

ORDERS = ("api_key_id", "name", "created_at", "expires_at")


async def show_keys(open_holder: Open, visit: Visit) -> Response:
    """`GET …/api-keys?order=&page=`"""
    holder = await open_holder(visit)
    view = listing(visit, ORDERS, "-created_at")
    request = holder.request("List APIKeys", order=view.order, limit=view.rows, page=view.page)
    found, total = await visit.ask_list(f"{holder.access}/ListAPIKeys", request)
    rows = [(key, rights.is_all(key.rights, holder), rights.expired(key, visit.now)) for key in found.api_keys]
    return page(visit, "keys/list.html", **holder.words, holder=holder, listing=view._replace(total=total), rows=rows)
