"""A handshake that says why it failed: to the client by TLS's own alert, to the operator by a line in the log.

Event loops drop a connection whose handshake fails with the alert unsent, and say nothing: the client would only see
the connection end, and its operator could not tell an unknown certificate from a broken line.
"""

import ssl

import structlog

log = structlog.get_logger("claimstack.interop")


class SpokenHandshake(ssl.SSLObject):
    """TLS as usual, until it fails. The class for `SSLContext.sslobject_class` of a server."""

    _refusal: ssl.SSLError | None = None

    def do_handshake(self) -> None:
        """As the original, but a refused certificate is raised only when asked once more: till then the alert goes out.

        A client that keeps silent afterwards is waited for no longer than one that never began.
        """
        if self._refusal is not None:
            raise self._refusal
        try:
            super().do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            log.info("handshake refused", reason=_reason(error))
            if not _is_about_certificate(error):
                raise
            self._refusal = error
            raise ssl.SSLWantReadError from error


def _is_about_certificate(error: ssl.SSLError) -> bool:
    return isinstance(error, ssl.SSLCertVerificationError) or error.reason == "PEER_DID_NOT_RETURN_A_CERTIFICATE"


def _reason(error: ssl.SSLError) -> str:
    """OpenSSL's words on the certificate, else the name of the error."""
    return str(getattr(error, "verify_message", "") or error.reason or type(error).__name__)
