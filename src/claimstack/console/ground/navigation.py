"""The navigation: areas on the left of every page, tabs over an application. Each entry is one line here."""

from typing import NamedTuple

from claimstack.console.ground.visit import Visit
from claimstack.identity import Right, Rights


class Entry(NamedTuple):
    """A link of the navigation: `text` is a key of the catalogue; `icon` a name in `web/console/static/icons.svg`."""

    path: str
    text: str
    icon: str
    current: bool = False


_EVERYBODY = (
    Entry("/console", "nav.overview", "house"),
    Entry("/console/applications", "nav.applications", "layers"),
    Entry("/console/organizations", "nav.organizations", "building-2"),
    Entry("/claim", "nav.claim", "scan-line"),
)
_ADMINS = (
    Entry("/console/users", "nav.users", "users"),
    Entry("/console/invitations", "nav.invitations", "mail"),
)
_MINE = (
    Entry("/console/profile", "nav.profile", "user"),
    Entry("/console/password", "nav.password", "lock"),
    Entry("/console/sessions", "nav.sessions", "monitor"),
    Entry("/console/api-keys", "nav.api_keys", "key-round"),
    Entry("/console/authorizations", "nav.authorizations", "shield-check"),
)
# The tabs of an application, each with the rights of which one is needed to see it.
_APPLICATION: tuple[tuple[Entry, tuple[Right, ...]], ...] = (
    (Entry("", "nav.overview", "house"), ()),
    (Entry("/devices", "nav.devices", "cpu"), (Right.APPLICATION_DEVICES_READ,)),
    (
        Entry("/claiming", "nav.claiming", "lock-open"),
        (Right.APPLICATION_DEVICES_READ, Right.APPLICATION_SETTINGS_API_KEYS),
    ),
    (Entry("/collaborators", "nav.collaborators", "users"), (Right.APPLICATION_SETTINGS_COLLABORATORS,)),
    (Entry("/api-keys", "nav.api_keys", "key-round"), (Right.APPLICATION_SETTINGS_API_KEYS,)),
    (Entry("/network", "nav.network", "network"), (Right.APPLICATION_DEVICES_READ_KEYS,)),
    (
        Entry("/settings", "nav.settings", "settings"),
        (Right.APPLICATION_SETTINGS_BASIC, Right.APPLICATION_DELETE),
    ),
)
# The tabs of an end device.
_DEVICE: tuple[tuple[Entry, tuple[Right, ...]], ...] = (
    (Entry("", "nav.overview", "cpu"), ()),
    (Entry("/claiming", "nav.claiming", "qr-code"), ()),
    (Entry("/settings", "nav.general", "settings"), (Right.APPLICATION_DEVICES_WRITE,)),
)

_ORGANIZATION: tuple[tuple[Entry, tuple[Right, ...]], ...] = (
    (Entry("", "nav.overview", "house"), ()),
    (Entry("/members", "nav.members", "users"), (Right.ORGANIZATION_SETTINGS_MEMBERS,)),
    (Entry("/api-keys", "nav.api_keys", "key-round"), (Right.ORGANIZATION_SETTINGS_API_KEYS,)),
    (
        Entry("/settings", "nav.settings", "settings"),
        (Right.ORGANIZATION_SETTINGS_BASIC, Right.ORGANIZATION_DELETE),
    ),
)


class Areas(NamedTuple):
    """The three groups of the navigation."""

    everybody: list[Entry]
    admins: list[Entry]
    mine: list[Entry]


def areas_of(visit: Visit) -> Areas:
    """The navigation as this visitor has it."""
    path = visit.request.url.path
    return Areas(_marked(_EVERYBODY, path), _marked(_ADMINS if visit.admin else (), path), _marked(_MINE, path))


def application_tabs(visit: Visit, uid: str, rights: Rights) -> list[Entry]:
    """The tabs of an application, as far as the visitor's rights go."""
    return _tabs(visit, f"/console/applications/{uid}", _APPLICATION, rights)


def device_tabs(visit: Visit, application_id: str, uid: str, rights: Rights) -> list[Entry]:
    """The tabs of an end device."""
    return _tabs(visit, f"/console/applications/{application_id}/devices/{uid}", _DEVICE, rights)


def organization_tabs(visit: Visit, uid: str, rights: Rights) -> list[Entry]:
    """The tabs of an organization."""
    return _tabs(visit, f"/console/organizations/{uid}", _ORGANIZATION, rights)


def _tabs(visit: Visit, base: str, tabs: tuple[tuple[Entry, tuple[Right, ...]], ...], rights: Rights) -> list[Entry]:
    seen = [entry for entry, needs in tabs if not needs or any(rights.has(right) for right in needs)]
    path = visit.request.url.path
    return _marked([entry._replace(path=base + entry.path) for entry in seen], path)


def _marked(entries: "tuple[Entry, ...] | list[Entry]", path: str) -> list[Entry]:
    """The entries, with the one marked that the page lies deepest in."""
    holding = [entry.path for entry in entries if path == entry.path or path.startswith(f"{entry.path}/")]
    deepest = max(holding, key=len, default="")
    roots = {"/console"} if path != "/console" else set()
    return [entry._replace(current=entry.path == deepest and entry.path not in roots) for entry in entries]
