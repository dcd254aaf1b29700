"""A well-formed request for every RPC, aimed at a given entity; what it names inside of that does not exist."""

from collections.abc import Callable
from typing import Any, NamedTuple

from claimstack.edge.contract import Method
from claimstack.identity import EntityKind
from tests.support.house import fresh

NOBODY = "nobody-here"
EUI = bytes.fromhex("0004A310001FF9E0")


class Place(NamedTuple):
    """The entity that a request is about, and somebody who exists but has nothing to do with it."""

    kind: EntityKind
    uid: str
    somebody: str


def request_for(method: Method, place: Place, *, with_keys: bool = False) -> Any:
    """The request; `with_keys`: its mask names a key."""
    request: Any = method.request()
    _aim(request, place)
    if with_keys:
        component = method.service.rpartition(".")[2][:2]
        request.field_mask.paths.append(_KEY_PATHS[component])
        return request
    special = _SPECIAL.get(method.full_name.removeprefix("ttn.lorawan.v3."))
    if special is not None:
        special(request, place)
    return request


def _aim(message: Any, place: Place) -> None:
    """Fill in what identifies: the entity itself, or something in it that does not exist."""
    for field in message.DESCRIPTOR.fields:
        name = field.name
        if name in (
            "end_device_ids",
            "end_device",
            "application",
            "user",
            "organization",
            "ids",
            "api_key",
            "settings",
        ):
            if field.message_type is not None and not field.is_repeated:
                _aim(getattr(message, name), place)
        elif name == "application_ids" and place.kind == "application":
            message.application_ids.application_id = place.uid
        elif name == f"{place.kind}_ids":
            setattr(getattr(message, name), f"{place.kind}_id", place.uid)
        elif name == f"{place.kind}_id" and field.message_type is None:
            setattr(message, name, place.uid)
        elif name in _VALUES and field.message_type is None:
            _put(message, field, _VALUES[name])


def _put(message: Any, field: Any, value: Any) -> None:
    if field.is_repeated:
        getattr(message, field.name).append(value)
    else:
        setattr(message, field.name, value)


_VALUES: dict[str, Any] = {
    "device_id": NOBODY,
    "device_ids": NOBODY,
    "key_id": "A" * 39,
    "session_id": "A" * 39,
    "client_id": "cli",
    "email": "nobody@example.com",
}
_KEY_PATHS = {
    "Ns": "session.keys.f_nwk_s_int_key.key",
    "As": "session.keys.app_s_key.key",
    "Js": "root_keys.app_key.key",
}
_OWN_KEYS = {"application": 17, "organization": 42, "user": 3}
_OWN_MEMBERS = {"application": 18, "organization": 44}
Special = Callable[[Any, Place], None]


def _new_key(request: Any, place: Place) -> None:
    request.rights.append({"organization": 43}.get(place.kind, _OWN_KEYS[place.kind]))


def _changed_key(request: Any, place: Place) -> None:
    request.api_key.id = "A" * 39
    request.field_mask.paths.append("name")


def _member(request: Any, place: Place) -> None:
    request.collaborator.user_ids.user_id = place.somebody


def _new_member(request: Any, place: Place) -> None:
    request.collaborator.ids.user_ids.user_id = place.somebody
    request.collaborator.rights.append(_OWN_MEMBERS[place.kind])


def _owner(request: Any, place: Place) -> None:
    setattr(getattr(request.collaborator, f"{place.kind}_ids"), f"{place.kind}_id", place.uid)


def _new(noun: str) -> Special:
    def fill(request: Any, place: Place) -> None:
        if place.kind in ("user", "organization"):
            _owner(request, place)
        setattr(getattr(request, noun).ids, f"{noun}_id", fresh("made"))

    return fill


def _masked(*paths: str) -> Special:
    def fill(request: Any, place: Place) -> None:
        request.field_mask.paths.extend(paths)

    return fill


def _new_user(request: Any, place: Place) -> None:
    request.user.ids.user_id = fresh("made")
    request.user.password = "a good long password"
    request.user.primary_email_address = f"{request.user.ids.user_id}@example.com"


def _new_device(request: Any, place: Place) -> None:
    request.end_device.ids.device_id = fresh("made")


def _passwords(request: Any, place: Place) -> None:
    request.user_ids.user_id, request.old, request.new = NOBODY, "not the old one", "a good long password"


def _nobody(request: Any, place: Place) -> None:
    request.user_ids.user_id = NOBODY


def _session(request: Any, place: Place) -> None:
    request.user_ids.user_id, request.session_id = place.uid, "A" * 39


def _client_tokens(request: Any, place: Place) -> None:
    request.client_ids.client_id = "cli"


def _token(request: Any, place: Place) -> None:
    request.client_ids.client_id, request.id = "cli", "A" * 39


def _streamed(request: Any, place: Place) -> None:
    ids = request.identifiers.add()
    setattr(getattr(ids, f"{place.kind}_ids"), f"{place.kind}_id", place.uid)


def _claim(request: Any, place: Place) -> None:
    request.target_application_ids.application_id = place.uid
    ids = request.authenticated_identifiers
    ids.join_eui, ids.dev_eui, ids.authentication_code = EUI, EUI, "WRONG"


def _api_key(request: Any, place: Place) -> None:
    request.api_key = "no key of ours"


def _euis(request: Any, place: Place) -> None:
    request.join_eui, request.dev_eui = EUI, EUI


def _infos(request: Any, place: Place) -> None:
    request.requests.add(join_eui=EUI)


def _join_eui(request: Any, place: Place) -> None:
    request.join_eui = EUI


def _last_seen(request: Any, place: Place) -> None:
    update = request.updates.add()
    update.ids.device_id, update.ids.application_ids.application_id = NOBODY, place.uid
    update.last_seen_at.seconds = 1


def _correlated(request: Any, place: Place) -> None:
    request.correlation_id = "0" * 32


def _label(request: Any, place: Place) -> None:
    request.format_id = "tr005"
    request.end_device.ids.join_eui, request.end_device.ids.dev_eui = EUI, EUI
    request.end_device.ids.device_id, request.end_device.ids.application_ids.application_id = NOBODY, "any-app"


def _label_text(request: Any, place: Place) -> None:
    request.qr_code = b"LW:D0:70B3D57ED0000000:0004A310001FF9E0:00000000"


def _file(request: Any, place: Place) -> None:
    request.format_id, request.data = "the-things-stack", b"{}"


def _peer(request: Any, place: Place) -> None:
    request.peer.peer_id = fresh("peer")
    request.peer.certificate_fingerprints.append(bytes(32))


def _peer_id(request: Any, place: Place) -> None:
    request.peer_id = NOBODY


def _changed_peer(request: Any, place: Place) -> None:
    request.peer.peer_id = NOBODY
    request.field_mask.paths.append("name")


def _plan(request: Any, place: Place) -> None:
    request.frequency_plan_id, request.lorawan_phy_version = "EU_863_870", 5


def _settings(request: Any, place: Place) -> None:
    request.settings.kek_label = "label"
    request.field_mask.paths.append("kek_label")


def _provision(request: Any, place: Place) -> None:
    request.provisioner_id, request.provisioning_data = "none", b"{}"
    request.list.end_device_ids.add(device_id=NOBODY, application_ids={"application_id": place.uid}, dev_eui=EUI)


_SPECIAL: dict[str, Special] = {
    **{f"{kind}Access/CreateAPIKey": _new_key for kind in ("User", "Organization", "Application")},
    **{f"{kind}Access/UpdateAPIKey": _changed_key for kind in ("User", "Organization", "Application")},
    **{f"{kind}Access/GetCollaborator": _member for kind in ("Organization", "Application")},
    **{
        f"{kind}Access/DeleteCollaborator": lambda request, place: setattr(
            request.collaborator_ids.user_ids, "user_id", place.somebody
        )
        for kind in ("Organization", "Application")
    },
    **{f"{kind}Access/SetCollaborator": _new_member for kind in ("Organization", "Application")},
    **{f"{kind}Registry/List": _owner for kind in ("Organization", "Application")},
    **{
        f"{kind}Registry/Update": _masked("description")
        for kind in ("Organization", "Application", "User", "EndDevice")
    },
    **{f"{kind}EndDeviceRegistry/Set": _masked("ids.device_id") for kind in ("Js",)},
    "NsEndDeviceRegistry/Set": _masked("frequency_plan_id"),
    "AsEndDeviceRegistry/Set": _masked("formatters.up_formatter"),
    "ApplicationRegistry/Create": _new("application"),
    "OrganizationRegistry/Create": _new("organization"),
    "UserRegistry/Create": _new_user,
    "UserRegistry/UpdatePassword": _passwords,
    "UserRegistry/CreateTemporaryPassword": _nobody,
    "UserSessionRegistry/Delete": _session,
    "OAuthAuthorizationRegistry/ListTokens": _client_tokens,
    "OAuthAuthorizationRegistry/Delete": _client_tokens,
    "OAuthAuthorizationRegistry/DeleteToken": _token,
    "EndDeviceRegistry/Create": _new_device,
    "EndDeviceRegistry/GetIdentifiersForEUIs": _euis,
    "EndDeviceRegistry/BatchUpdateLastSeen": _last_seen,
    "JsEndDeviceRegistry/Provision": _provision,
    "Events/Stream": _streamed,
    "Events/FindRelated": _correlated,
    "EndDeviceClaimingServer/Claim": _claim,
    "EndDeviceClaimingServer/AuthorizeApplication": _api_key,
    "EndDeviceClaimingServer/GetInfoByJoinEUI": _join_eui,
    "EndDeviceBatchClaimingServer/GetInfoByJoinEUIs": _infos,
    "EndDeviceQRCodeGenerator/GetFormat": lambda request, place: setattr(request, "format_id", "tr005"),
    "EndDeviceQRCodeGenerator/Generate": _label,
    "EndDeviceQRCodeGenerator/Parse": _label_text,
    "EndDeviceTemplateConverter/Convert": _file,
    "Ns/GetDefaultMACSettings": _plan,
    "ApplicationActivationSettingRegistry/Set": _settings,
    "claimstack.v1.PeerRegistry/Create": _peer,
    "claimstack.v1.PeerRegistry/Get": _peer_id,
    "claimstack.v1.PeerRegistry/Update": _changed_peer,
    "claimstack.v1.PeerRegistry/Delete": _peer_id,
    **{f"{kind}Registry/Get": _masked("attributes") for kind in ("Organization", "Application", "User")},
}
