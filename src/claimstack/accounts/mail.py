"""Letters to people, where mail is configured: `smtp://user:password@host:port`, `smtps://…`; `?from=` the sender.

Letters are sent after the commit. Without mail, whoever caused a one-time link is shown it. Links carry their token
after `#`, so that it reaches no server log on the way.
"""

import asyncio
import smtplib
import ssl
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from functools import partial
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from claimstack.errors import FailedPrecondition
from claimstack.vault import Secret

SECONDS = 20


class Letter(NamedTuple):
    """A letter of plain text."""

    to: str
    subject: str
    text: str


Mail = Callable[[Letter], Awaitable[None]]


def mail_by(smtp_url: str) -> Mail | None:
    """How letters are sent; None when no mail is configured."""
    return partial(_sent_aside, urlsplit(smtp_url)) if smtp_url else None


async def _sent_aside(server: SplitResult, letter: Letter) -> None:
    await asyncio.to_thread(_send, server, letter)


def _send(server: SplitResult, letter: Letter) -> None:
    with _connected(server) as smtp:
        if server.username:
            smtp.login(unquote(server.username), unquote(server.password or ""))
        smtp.send_message(_message(server, letter))


def _connected(server: SplitResult) -> smtplib.SMTP:
    host = server.hostname or "localhost"
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(host, server.port or 465, timeout=SECONDS, context=ssl.create_default_context())
    smtp = smtplib.SMTP(host, server.port or 25, timeout=SECONDS)
    smtp.ehlo()
    if smtp.has_extn("starttls"):
        smtp.starttls(context=ssl.create_default_context())
    return smtp


def _message(server: SplitResult, letter: Letter) -> EmailMessage:
    message = EmailMessage()
    message["From"] = parse_qs(server.query).get("from", [f"claimstack@{server.hostname or 'localhost'}"])[0]
    message["To"], message["Subject"] = letter.to, letter.subject
    message.set_content(letter.text)
    return message


def needed(mail: Mail | None, instead: str) -> Mail:
    """The mail, or `mail_not_configured` with what can be done instead."""
    if mail is None:
        text = "no mail is configured here; {instead}"
        raise FailedPrecondition("pkg/identityserver", "mail_not_configured", text, instead=instead)
    return mail


def invitation(to: str, link: str) -> Letter:
    """You are invited."""
    text = f"Somebody invited you to claimstack. Sign up here, once, within a week:\n\n{link}\n"
    return Letter(to, "Your invitation to claimstack", text)


def login(to: str, link: str) -> Letter:
    """A one-time way in."""
    return Letter(to, "Your login link", f"This link logs you in, once, within ten minutes:\n\n{link}\n")


def temporary_password(to: str, uid: str, password: Secret) -> Letter:
    """A password to be changed at once."""
    text = (
        f"A temporary password for the user {uid} was asked for. Use it to set a new one, within 36 hours:\n\n"
        f"{password.reveal().decode()}\n\nIf it was not you who asked, ignore this letter: nothing has changed.\n"
    )
    return Letter(to, "Your temporary password", text)
