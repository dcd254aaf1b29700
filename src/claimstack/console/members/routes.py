"""The pages of collaborators or members below some holder's address."""

from functools import partial

from claimstack.console.ground.serving import Page
from claimstack.console.holder import Open
from claimstack.console.members.edit import show_member, take_member, take_member_remove
from claimstack.console.members.lists import show_members
from claimstack.console.members.new import show_new_member, take_new_member


def member_pages(base: str, open_holder: Open) -> list[Page]:
    """`base` is the path of the list."""
    one = f"{base}/{{account_kind}}/{{account_id}}"
    return [
        Page("GET", base, partial(show_members, open_holder)),
        Page("GET", f"{base}/new", partial(show_new_member, open_holder)),
        Page("POST", f"{base}/new", partial(take_new_member, open_holder)),
        Page("GET", one, partial(show_member, open_holder)),
        Page("POST", one, partial(take_member, open_holder)),
        Page("POST", f"{one}/remove", partial(take_member_remove, open_holder)),
    ]
