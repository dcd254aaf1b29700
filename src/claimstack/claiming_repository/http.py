"""One HTTP call to a Join Server: mutual TLS of at least 1.2, ten seconds in all, a bounded answer, no redirect.

Why aiohttp: docs/decisions/claiming-repository.md. It is imported only where a repository is configured.
"""

import ssl
from collections.abc import Mapping
from typing import NamedTuple

import aiohttp
import orjson
import structlog

from claimstack import __version__
from claimstack.claiming_repository.answer import Unanswered
from claimstack.claiming_repository.endpoint import Endpoint, RepositoryError, Tls

SECONDS = 10.0
MOST_BYTES = 64 << 10
MOST_CONNECTIONS = 16
log = structlog.get_logger("claimstack.claiming_repository")


class Reply(NamedTuple):
    """Status and body, at most 64 KiB of it; `json` is None when it is no JSON."""

    status: int
    body: bytes

    @property
    def json(self) -> object:
        """The body read as JSON."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None

    @property
    def message(self) -> str:
        """The text that an error carries (`{"message": …}`); empty if there is none."""
        value = self.json
        text = value.get("message", "") if isinstance(value, dict) else ""
        return text[:500] if isinstance(text, str) else ""


class HttpClient:
    """Calls one Join Server."""

    def __init__(self, endpoint: Endpoint, headers: Mapping[str, str]) -> None:
        """`RepositoryError` when the TLS files cannot be used."""
        self._url, self._tls = endpoint.url, endpoint.tls
        self._context, self._seen = _context(endpoint.tls), _signature(endpoint.tls)
        self._headers = {"User-Agent": f"claimstack/{__version__}", **headers}
        self._session: aiohttp.ClientSession | None = None

    async def call(self, method: str, path: str, body: object = None) -> Reply | Unanswered:
        """The reply; `Unanswered` when there is none, whatever the reason."""
        await self._follow_files()
        try:
            async with self._opened().request(method, self._url + path, json=body, allow_redirects=False) as response:
                return Reply(response.status, await _bounded(response))
        except TimeoutError:
            return Unanswered(f"no answer in {SECONDS:.0f} seconds")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Unanswered(_reason(error))

    async def _follow_files(self) -> None:
        """Use certificates that were renewed; files that cannot be read just now leave what was."""
        seen = _signature(self._tls)
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self._context = _context(self._tls)
        except RepositoryError as error:
            log.warning("renewed TLS files are not used", reason=str(error))
            return
        old, self._session = self._session, None
        if old is not None:
            await old.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._context, limit=MOST_CONNECTIONS),
                timeout=aiohttp.ClientTimeout(total=SECONDS),
                headers=self._headers,
                json_serialize=lambda value: orjson.dumps(value).decode(),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    async def close(self) -> None:
        """Close what is open."""
        if self._session is not None:
            await self._session.close()


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    body = b""
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MOST_BYTES:
            response.close()
            return body[:MOST_BYTES]
    return body


def _context(tls: Tls) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=str(tls.root_ca) if tls.root_ca else None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if tls.certificate and tls.key:
            context.load_cert_chain(tls.certificate, tls.key)
    except (OSError, ssl.SSLError) as error:
        files = ", ".join(str(file) for file in (tls.root_ca, tls.certificate, tls.key) if file)
        raise RepositoryError(f"TLS files {files}: {getattr(error, 'reason', None) or error}") from None
    return context


def _signature(tls: Tls) -> tuple[int, ...]:
    """What changes when one of the files does."""
    files = [file for file in (tls.root_ca, tls.certificate, tls.key) if file]
    return tuple(file.stat().st_mtime_ns if file.exists() else 0 for file in files)


def _reason(error: Exception) -> str:
    """The kind of failure and its text, without what the peer may have put into it at length."""
    return f"{type(error).__name__}: {error}"[:200]
