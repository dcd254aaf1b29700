"""Claims in the contract's words: a request becomes an attempt, an outcome an answer. Every refusal reads the same."""

from claimstack.calls import Call
from claimstack.claiming.gate.attempt import Attempt, Capped, Outcome, Owned, Taken, TargetGone
from claimstack.claiming.gate.handover import Home
from claimstack.errors import (
    AlreadyExists,
    ClaimstackError,
    Invalid,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    invalid_field,
)
from claimstack.identity import Entity
from claimstack.qr_codes import UnreadableLabel, parse
from claimstack.vault import Secret
from claimstack.wire import v3

NAMESPACE = "pkg/deviceclaimingserver"
_EUI_BYTES = 8
Source = tuple[bytes, bytes, Secret]


def attempt_in(request: v3.ClaimEndDeviceRequest, target: Entity, call: Call) -> Attempt:
    """The attempt that the request means; `Invalid` names what is missing or cannot be read."""
    join_eui, dev_eui, code = _source(request)
    return Attempt(
        join_eui=join_eui,
        dev_eui=dev_eui,
        code=code,
        target=target.id,
        wish=request.target_device_id,
        principal=call.caller.principal,
        claimer_uid=call.caller.uid,
        burn=request.invalidate_authentication_code,
        now=call.micros,
        home=home_of(request),
        correlation_id=call.correlation_id,
    )


def answer_for(outcome: Outcome, attempt: Attempt, target: Entity) -> v3.EndDeviceIdentifiers:
    """The device's new identifiers; every other outcome is raised."""
    if isinstance(outcome, Owned):
        return v3.EndDeviceIdentifiers(
            device_id=outcome.device_uid,
            application_ids=v3.ApplicationIdentifiers(application_id=outcome.application_uid),
            join_eui=attempt.join_eui,
            dev_eui=attempt.dev_eui,
        )
    raise _refusal(outcome, target)


def _refusal(outcome: Outcome, target: Entity) -> ClaimstackError:
    if isinstance(outcome, Capped):
        text = "too many failed claims: try again later"
        return ResourceExhausted(NAMESPACE, "too_many_attempts", text).after(outcome.wait)
    if isinstance(outcome, Taken):
        text = "end device ID `{id}` is taken"
        return AlreadyExists("pkg/util/store", "id_taken", text, id=outcome.device_uid)
    if isinstance(outcome, TargetGone):
        text, uid = "application `{application_id}` not found", target.uid
        return NotFound("pkg/identityserver/store", "application_not_found", text, application_id=uid)
    # No attribute, no variant: who asks learns nothing, whatever the reason was.
    return PermissionDenied(NAMESPACE, "claim_refused", "the claim is refused")


# ------------------------------------------------------------------ which device


def _source(request: v3.ClaimEndDeviceRequest) -> Source:
    source = request.WhichOneof("source_device")
    if source == "authenticated_identifiers":
        return _identified(request.authenticated_identifiers)
    if source == "qr_code":
        return _scanned(request.qr_code)
    raise Invalid(NAMESPACE, "no_join_eui", "no JoinEUI: expected authenticated identifiers or a QR code")


def _identified(ids: v3.ClaimEndDeviceRequest.AuthenticatedIdentifiers) -> Source:
    for name in ("join_eui", "dev_eui"):
        if len(getattr(ids, name)) != _EUI_BYTES:
            raise invalid_field(f"authenticated_identifiers.{name}", f"expected {_EUI_BYTES} bytes")
    return ids.join_eui, ids.dev_eui, Secret(ids.authentication_code.encode())


def _scanned(text: bytes) -> Source:
    try:
        _, label = parse(text)
    except UnreadableLabel as fault:
        message = "QR code cannot be read: {place}: {expected}"
        raise Invalid(NAMESPACE, "qr_code_data", message, place=fault.place, expected=fault.expected) from None
    if label.join_eui is None or label.owner_token is None:
        raise _incomplete(label.join_eui is None)
    return label.join_eui.octets, label.dev_eui.octets, Secret(label.owner_token.encode())


def _incomplete(without_join_eui: bool) -> Invalid:
    missing = "JoinEUI and claim authentication code" if without_join_eui else "claim authentication code"
    return Invalid(
        NAMESPACE,
        "qr_code_incomplete",
        "the label has no {missing}: it identifies the device, but it cannot be claimed with",
        missing=missing,
    )


def device_not_found(application_uid: str, uid: str) -> NotFound:
    """There is no such device in this application (any more)."""
    return NotFound(
        "pkg/identityserver/store",
        "end_device_not_found",
        "end device `{device_id}` not found in application `{application_id}`",
        application_id=application_uid,
        device_id=uid,
    )


def home_of(request: v3.ClaimEndDeviceRequest) -> Home:
    """Where the request wants the device to be at home."""
    return Home(
        request.target_network_server_address,
        request.target_application_server_address,
        request.target_network_server_kek_label,
        request.target_application_server_kek_label,
        request.target_application_server_id,
        request.target_net_id,
    )
