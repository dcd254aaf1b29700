"""ttn.lorawan.v3 EndDeviceQRCodeGenerator: labels written and read for clients. Nothing is looked up or kept.

It stands in this room because a label is the half of claiming that is printed; `qr_codes` knows no contract, no caller.
"""

from google.protobuf.empty_pb2 import Empty
from google.protobuf.field_mask_pb2 import FieldMask

from claimstack import qr_codes
from claimstack.calls import Call
from claimstack.errors import FailedPrecondition, Invalid, NotFound, Unauthenticated
from claimstack.lorawan import DevEUI, JoinEUI
from claimstack.qr_codes import Format, Label, UnreadableLabel, UnwritableLabel
from claimstack.wire import v3

NAMESPACE = "pkg/qrcodegenerator"
FORMATS = f"{NAMESPACE}/qrcode/enddevices"
_NEEDS = ("claim_authentication_code", "ids")


class EndDeviceQRCodeGenerator:
    """Writes and reads QR codes of end devices."""

    async def ListFormats(self, request: Empty, call: Call) -> v3.QRCodeFormats:
        """All formats, by id."""
        _require_caller(call)
        return v3.QRCodeFormats(formats={_id(one): _format(one) for one in qr_codes.FORMATS})

    async def GetFormat(self, request: v3.GetQRCodeFormatRequest, call: Call) -> v3.QRCodeFormat:
        """One format."""
        _require_caller(call)
        return _format(_found(request.format_id))

    async def Generate(self, request: v3.GenerateEndDeviceQRCodeRequest, call: Call) -> v3.GenerateQRCodeResponse:
        """The text of a device's label, and its picture if a size is given."""
        _require_caller(call)
        _found(request.format_id)
        try:
            text = qr_codes.write(_label(request.end_device), request.format_id)
            response = v3.GenerateQRCodeResponse(text=text)
            if request.HasField("image"):
                response.image.embedded.mime_type = "image/png"
                response.image.embedded.data = qr_codes.png(qr_codes.draw(text), request.image.image_size)
        except UnwritableLabel as fault:
            raise _fault("format", fault.place, fault.expected) from None
        return response

    async def Parse(self, request: v3.ParseEndDeviceQRCodeRequest, call: Call) -> v3.ParseEndDeviceQRCodeResponse:
        """What a label says."""
        _require_caller(call)
        if request.format_id:
            _found(request.format_id)
        try:
            format_, label = qr_codes.parse(request.qr_code, request.format_id or None)
        except UnreadableLabel as fault:
            unknown = fault.place == "the beginning"
            raise _fault("unknown_format" if unknown else "format", fault.place, fault.expected) from None
        template = v3.EndDeviceTemplate(end_device=_device(label), field_mask=FieldMask(paths=_paths(label)))
        return v3.ParseEndDeviceQRCodeResponse(format_id=format_.ID, end_device_template=template)


def _require_caller(call: Call) -> None:
    if call.caller.anonymous:
        raise Unauthenticated(NAMESPACE, "unauthenticated", "unauthenticated")


def _id(format_: Format) -> str:
    """Ids of the contract have no underscore."""
    return format_.ID.replace("_", "")


def _found(format_id: str) -> Format:
    format_ = qr_codes.find_format(format_id)
    if format_ is None:
        raise NotFound(NAMESPACE, "format_not_found", "format `{id}` not found", id=format_id)
    return format_


def _format(format_: Format) -> v3.QRCodeFormat:
    paths = ["ids.dev_eui"] if _id(format_) == "deveui" else _NEEDS
    return v3.QRCodeFormat(name=format_.NAME, description=format_.DESCRIPTION, field_mask=FieldMask(paths=paths))


def _fault(name: str, place: str, expected: str) -> Invalid:
    return Invalid(FORMATS, name, "{place}: {expected}", place=place, expected=expected)


# ------------------------------------------------------------------ labels and devices


def _label(device: v3.EndDevice) -> Label:
    """Identification alone, or with the code; the profile is left open, as clients expect."""
    for name, title in (("join_eui", "JoinEUI"), ("dev_eui", "DevEUI")):
        if not getattr(device.ids, name):
            raise FailedPrecondition(FORMATS, f"no_{name}", f"a label needs a {title}")
    return Label(
        dev_eui=DevEUI.from_bytes(device.ids.dev_eui),
        join_eui=JoinEUI.from_bytes(device.ids.join_eui),
        owner_token=device.claim_authentication_code.value or None,
    )


def _device(label: Label) -> v3.EndDevice:
    device = v3.EndDevice(ids=v3.EndDeviceIdentifiers(dev_eui=label.dev_eui.octets))
    if label.join_eui is not None:
        device.ids.join_eui = label.join_eui.octets
        device.lora_alliance_profile_ids.vendor_id = int(label.vendor_id)
        device.lora_alliance_profile_ids.vendor_profile_id = int(label.vendor_profile_id)
    if label.owner_token is not None:
        device.claim_authentication_code.value = label.owner_token
    device.serial_number = label.serial_number or ""
    return device


def _paths(label: Label) -> list[str]:
    return ["ids"] if label.join_eui is None else ["claim_authentication_code", "ids"]
