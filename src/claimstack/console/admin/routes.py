"""Which page for administrators answers which path; who is none sees no such page."""

from claimstack.console.admin.invitations import show_invitations, take_invitation, take_withdraw
from claimstack.console.admin.users import (
    show_new_user,
    show_user,
    show_users,
    take_delete,
    take_login_link,
    take_new_user,
    take_restore,
    take_user,
)
from claimstack.console.ground.serving import Page, for_admins

USERS = "/console/users"
USER = f"{USERS}/{{user_id}}"
INVITATIONS = "/console/invitations"

ADMIN_PAGES = [
    Page(verb, path, for_admins(endpoint))
    for verb, path, endpoint in (
        ("GET", USERS, show_users),
        ("GET", f"{USERS}/new", show_new_user),
        ("POST", f"{USERS}/new", take_new_user),
        ("GET", USER, show_user),
        ("POST", USER, take_user),
        ("POST", f"{USER}/login-link", take_login_link),
        ("POST", f"{USER}/delete", take_delete),
        ("POST", f"{USER}/restore", take_restore),
        ("GET", INVITATIONS, show_invitations),
        ("POST", INVITATIONS, take_invitation),
        ("POST", f"{INVITATIONS}/withdraw", take_withdraw),
    )
]
