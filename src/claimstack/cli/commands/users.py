"""What only users have: passwords, login tokens and invitations."""

from __future__ import annotations

from typing import Any

from claimstack.cli.client.api import Message
from claimstack.cli.commands.nouns import needed
from claimstack.cli.commands.picture import picture
from claimstack.cli.shell import Shell, merge
from claimstack.cli.terminal import ask
from claimstack.cli.terminal.option import Option, switch
from claimstack.cli.terminal.verb import Verb


def _create(shell: Shell, user_id: str | None, invitation_token: str | None, **given: Any) -> None:
    for item in shell.items(bool(user_id)):
        user = merge(item, shell.update.values)
        user = merge(user, {name: given[name] for name in ("password",) if given[name]})
        if given["profile_picture"]:
            user["profile_picture"] = picture(given["profile_picture"])
        user["ids"] = merge(user.get("ids", {}), {"user_id": user_id} if user_id else {})
        needed(user["ids"].get("user_id"), "user_id")
        if not user.get("password"):
            user["password"] = ask.password("Password", twice=True)
        request: Message = {"user": user, "invitation_token": invitation_token or ""}
        shell.output.show(shell.any_api.call("UserRegistry/Create", request))


create = Verb(
    _create,
    ids=["user_id"],
    options=[
        Option("password", metavar="TEXT", text="asked for if not given"),
        Option("invitation_token", metavar="TOKEN"),
        Option("profile_picture", metavar="FILE"),
    ],
    update=("User", ["UserRegistry/Update"]),
    text="Make a user. Works without a login where the server allows sign-up. Reads JSON objects "
    "from standard input, if there are any, and makes one for each.",
    example="$CLI users create maker --primary-email-address maker@example.com",
)


def _update_password(
    shell: Shell, user_id: str | None, old: str | None, new: str | None, revoke_all_access: bool
) -> None:
    user_ids = {"user_id": needed(user_id, "user_id")}
    old = old if old is not None else ask.password("Present password", twice=False)
    new = new if new is not None else ask.password("New password", twice=True)
    request = {"user_ids": user_ids, "old": old, "new": new, "revoke_all_access": revoke_all_access}
    shell.open_api.call("UserRegistry/UpdatePassword", request)


update_password = Verb(
    _update_password,
    ids=["user_id"],
    options=[
        Option("old", metavar="TEXT", text="asked for if not given"),
        Option("new", metavar="TEXT", text="asked for if not given"),
        switch("revoke_all_access", default=True,
               text="end all sessions, API keys and logins of the user (default)"),
    ],
    text="Change a password. Needs the present one, and no login.",
)  # fmt: skip


def _forgot_password(shell: Shell, user_id: str | None, email: str | None) -> None:
    ids = {"user_id": needed(user_id, "user_id")}
    if email:
        ids["email"] = email
    shell.open_api.call("UserRegistry/CreateTemporaryPassword", {"user_ids": ids})


forgot_password = Verb(
    _forgot_password,
    ids=["user_id"],
    options=[Option("email", metavar="ADDRESS")],
    text="Ask for a temporary password; how it reaches the user is up to the server.",
)


def _create_login_token(shell: Shell, user_id: str | None) -> None:
    request = {"user_ids": {"user_id": needed(user_id, "user_id")}}
    answer = shell.any_api.call("UserAccess/CreateLoginToken", request)
    shell.output.show(answer)


create_login_token = Verb(
    _create_login_token, ids=["user_id"], text="Make a one-time link token with which a user logs in."
)


def _invite(shell: Shell, email: str | None) -> None:
    request = {"email": needed(email, "email")}
    shell.output.show(shell.api.call("UserInvitationRegistry/Send", request))


def _uninvite(shell: Shell, email: str | None) -> None:
    shell.api.call("UserInvitationRegistry/Delete", {"email": needed(email, "email")})


invite = Verb(
    _invite,
    ids=["email"],
    text="Invite somebody. Where the server sends no mail, the answer holds a token to pass on.",
    example="$CLI users invitations create owner@example.com",
)
uninvite = Verb(_uninvite, ids=["email"], text="Take an invitation back.")
