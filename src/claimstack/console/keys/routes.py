"""The pages of API keys below some holder's address."""

from functools import partial

from claimstack.console.ground.serving import Page
from claimstack.console.holder import Open
from claimstack.console.keys.create import show_new_key, take_new_key
from claimstack.console.keys.edit import show_key, take_key, take_key_delete
from claimstack.console.keys.lists import show_keys


def key_pages(base: str, open_holder: Open) -> list[Page]:
    """`base` is the path of the list."""
    return [
        Page("GET", base, partial(show_keys, open_holder)),
        Page("GET", f"{base}/new", partial(show_new_key, open_holder)),
        Page("POST", f"{base}/new", partial(take_new_key, open_holder)),
        Page("GET", f"{base}/{{key_id}}", partial(show_key, open_holder)),
        Page("POST", f"{base}/{{key_id}}", partial(take_key, open_holder)),
        Page("POST", f"{base}/{{key_id}}/delete", partial(take_key_delete, open_holder)),
    ]
