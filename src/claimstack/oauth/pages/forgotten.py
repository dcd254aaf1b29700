"""A forgotten password: a temporary one by mail where mail is configured, else whom to ask.

Whoever asks sees the same page, and as fast, whether or not there is such an account: the letter is written afterwards.
"""

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from claimstack.accounts import AccountPolicy, Mail, mail_by, send_temporary_password
from claimstack.identity.logins import throttle
from claimstack.oauth.pages.login import patience, retry_after
from claimstack.oauth.pages.site.form import fields_of
from claimstack.oauth.pages.site.rendering import page
from claimstack.oauth.pages.site.site import Site, log


async def show_forgotten(site: Site, request: Request) -> Response:
    """`GET /oauth/forgot-password`"""
    return _page(site)


async def take_forgotten(site: Site, request: Request) -> Response:
    """`POST /oauth/forgot-password`"""
    login = (await fields_of(request)).get("user_id", "").strip()
    mail = mail_by(site.settings.smtp_url)
    if mail is None or not login:
        return _page(site, 400, {"user_id": "Enter your user ID or your email address."})
    too_many = await site.db.transaction(throttle.count, throttle.forgotten_subject(site.remote(request)), site.now)
    if too_many:
        return page("forgotten.html", 429, retry_after(too_many), mail=True, problems={"form": patience(too_many)})
    response = page("temporary_password.html")
    response.background = BackgroundTask(_send, site, mail, login)
    return response


async def _send(site: Site, mail: Mail, login: str) -> None:
    policy = AccountPolicy(public_url=site.settings.url)
    try:
        await send_temporary_password(site.db, policy, mail, login, site.now)
    except Exception as error:  # the visitor has the answer already
        log.error("temporary password not sent", kind=type(error).__name__)


def _page(site: Site, status: int = 200, problems: dict[str, str] | None = None) -> Response:
    return page("forgotten.html", status, mail=bool(site.settings.smtp_url), problems=problems or {})
