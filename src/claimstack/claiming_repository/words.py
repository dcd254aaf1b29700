"""What is told of claims at other Join Servers, in the contract's words: refusals, pending ones, and events."""

from claimstack.claiming_repository.answer import Refused, Why
from claimstack.errors import (
    Aborted,
    AlreadyExists,
    ClaimstackError,
    Invalid,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    Unavailable,
    Unimplemented,
)
from claimstack.wire import v3

NAMESPACE = "pkg/deviceclaimingserver/enddevices"
TTJS = f"{NAMESPACE}/ttjsv2"


def refusal(answer: Refused, dev_eui: bytes, is_claim: bool) -> ClaimstackError:
    """A Join Server's no, as the original names it where it has a name."""
    eui = dev_eui.hex().upper()
    match answer.why:
        case Why.DENIED:
            return PermissionDenied(
                TTJS, "device_access_denied", "access to end device `{dev_eui}` denied", dev_eui=eui
            )
        case Why.ABSENT if is_claim:
            text = "end device `{dev_eui}` is not provisioned on the Join Server"
            return NotFound(TTJS, "device_not_provisioned", text, dev_eui=eui)
        case Why.ABSENT:
            return NotFound(TTJS, "device_not_claimed", "end device `{dev_eui}` is not claimed", dev_eui=eui)
        case Why.BAD_REQUEST:
            return Invalid(TTJS, "bad_request", "the Join Server refused: {message}", message=answer.message)
        case Why.CREDENTIALS:
            # Not Unauthenticated: clients would ask people to sign in again, who can do nothing about it.
            text = "the Join Server does not accept this cluster's credentials: its operator must look"
            return Unavailable(NAMESPACE, "join_server_credentials", text)
        case Why.LATER:
            return ResourceExhausted(NAMESPACE, "join_server_busy", "the Join Server takes no more claims for now")
        case Why.CONFLICT:
            return AlreadyExists(NAMESPACE, "join_server_conflict", "the Join Server has another claim of the device")
        case Why.UNSUPPORTED:
            return Unimplemented(NAMESPACE, "join_server_unsupported", "the Join Server does not take claims")


def claim_pending() -> Unavailable:
    """The outcome is not known yet; the claim goes on without the caller."""
    text = "the Join Server gave no answer: the claim is pending and goes on by itself"
    return Unavailable(NAMESPACE, "claim_pending", text)


def unclaim_pending() -> Unavailable:
    """The same for a claim that is given up."""
    text = "the Join Server gave no answer: the device is given up as soon as it does"
    return Unavailable(NAMESPACE, "unclaim_pending", text)


def no_answer() -> Unavailable:
    """A question that is not asked again by itself."""
    return Unavailable(NAMESPACE, "join_server_silent", "the Join Server gave no answer")


def not_supported(join_eui: bytes) -> Aborted:
    """No Join Server of the repository hands out this JoinEUI (any more)."""
    eui = join_eui.hex().upper()
    return Aborted(NAMESPACE, "claiming_not_supported", "claiming is not supported for JoinEUI `{eui}`", eui=eui)


def identifiers(application_uid: str, uid: str, join_eui: bytes, dev_eui: bytes) -> v3.EndDeviceIdentifiers:
    """A device's identifiers."""
    return v3.EndDeviceIdentifiers(
        device_id=uid,
        application_ids=v3.ApplicationIdentifiers(application_id=application_uid),
        join_eui=join_eui,
        dev_eui=dev_eui,
    )


def euis_taken(join_eui: bytes, dev_eui: bytes) -> AlreadyExists:
    """The device is registered in this cluster; where is nobody's business."""
    return AlreadyExists(
        "pkg/identityserver",
        "end_device_euis_taken",
        "an end device with JoinEUI `{join_eui}` and DevEUI `{dev_eui}` is already registered",
        join_eui=join_eui.hex().upper(),
        dev_eui=dev_eui.hex().upper(),
    )


def id_taken(uid: str) -> AlreadyExists:
    """The wished id is another device's."""
    return AlreadyExists("pkg/util/store", "id_taken", "end device ID `{id}` is taken", id=uid)


def too_many(seconds: float) -> ResourceExhausted:
    """As for claims in this cluster."""
    text = "too many failed claims: try again later"
    return ResourceExhausted("pkg/deviceclaimingserver", "too_many_attempts", text).after(seconds)
