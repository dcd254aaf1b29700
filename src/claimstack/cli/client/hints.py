"""What to tell when the address leads to something else than a server of this API.

The usual slips: nothing listens, the gRPC port instead of the HTTP port, TLS on one side only, a
web page that answers everything, a certificate that nobody trusts.
"""

from __future__ import annotations

from claimstack.cli.client.connection import NotHTTP, Unreachable
from claimstack.cli.client.failures import Failure

TLS_ALERT = (b"\x15\x03", b"\x16\x03")
HTTP2_SETTINGS = b"\x00\x00"  # a gRPC server greets with a settings frame


def unreachable(address: str, tls: bool, failure: Unreachable) -> Failure:
    """The error for a connection that never came about."""
    hints = {
        "refused": "is the server running? `make run` or `claimstack serve` starts one; "
        "`claimstack config` shows the addresses in use",
        "dns": "the host name is unknown; `claimstack use HOST` writes the right addresses",
        "timeout": "a firewall, or the wrong host? `claimstack config` shows the addresses in use",
        "tls": _tls_hint(str(failure)),
    }
    name = "tls_failed" if failure.kind == "tls" else "unreachable"
    scheme = "https" if tls else "http"
    return Failure(name, f"{scheme}://{address}: {failure}", hints.get(failure.kind, ""))


def _tls_hint(text: str) -> str:
    if "WRONG_VERSION_NUMBER" in text or "RECORD_LAYER" in text or "HTTP_REQUEST" in text:
        return "the port speaks without TLS; try --insecure (`claimstack use HOST --insecure`)"
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return (
            "the certificate is not trusted or is for another name; give its CA with --ca FILE, "
            "or let `claimstack use HOST --fetch-ca` fetch it"
        )
    return "the port may speak without TLS; try --insecure"


def not_http(address: str, failure: NotHTTP) -> Failure:
    """The error for an answer that is not HTTP."""
    hint = "this does not look like a claimstack or a The Things Stack"
    if failure.start.startswith(TLS_ALERT):
        hint = "the port speaks TLS; leave out --insecure"
    elif failure.start.startswith(HTTP2_SETTINGS):
        hint = "this is a gRPC port; give the HTTP port with --http-address HOST:1885"
    return Failure("not_http", f"http://{address} does not answer in HTTP/1.1", hint)


def not_json(address: str, status: int, content_type: str) -> Failure:
    """The error for an answer in HTTP that is not of this API, such as a web page."""
    what = "a web page" if "html" in content_type else f"{content_type or 'no content type'}"
    return Failure(
        "not_an_api",
        f"http://{address} answered {status} with {what} instead of JSON",
        "the address is not a claimstack; `claimstack config` shows the addresses in use, "
        "--http-address HOST:PORT sets one",
    )


def speaks_tls(status: int, body: bytes) -> bool:
    """Whether a plain request was answered by a TLS port in its own words."""
    return status == 400 and b"HTTPS" in body
