"""The one fixed OAuth client: `cli`, the command line (RFC 6749 §2). A public client, so its secret is empty.

Its redirect URIs are relative to the OAuth mount and compared byte by byte (RFC 9700 §2.1): `local-callback` sends the
browser on to the machine where the command line waits, `code` shows the code to be pasted.
"""

from typing import NamedTuple

from claimstack.identity import ALL_RIGHTS, Rights

MOUNT = "/oauth"
LOCAL_CALLBACK, SHOWN_CODE = "local-callback", "code"


class Client(NamedTuple):
    """A registered client: what it is called, where it may be answered, and what it asks for."""

    client_id: str
    name: str
    redirect_uris: tuple[str, ...]
    rights: Rights
    purposes: tuple[str, ...]

    def accepts(self, redirect_uri: str) -> bool:
        """Whether this is one of its redirect URIs, exactly."""
        return redirect_uri in self.redirect_uris


CLI = Client(
    client_id="cli",
    name="ttn-lw-cli",
    redirect_uris=(LOCAL_CALLBACK, SHOWN_CODE),
    rights=ALL_RIGHTS,
    purposes=(
        "See and change your profile, your sessions and your API keys",
        "Create and manage your applications and organizations",
        "Register, label and delete end devices, and read their root keys",
        "Let end devices be claimed, and claim end devices for you",
    ),
)


def client(client_id: str) -> Client | None:
    """The client of that id; None when there is none."""
    return CLI if client_id == CLI.client_id else None


def location(redirect_uri: str) -> str:
    """A registered redirect URI as a path of this server."""
    return f"{MOUNT}/{redirect_uri}"
