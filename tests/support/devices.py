"""End devices of the tests, by way of the services that everybody uses, and calls as the edge makes them."""

from claimstack.calls import Call
from claimstack.clock import from_micros
from claimstack.edge import rules
from claimstack.end_devices import EndDeviceRegistry, JsEndDeviceRegistry
from claimstack.identity import Caller
from claimstack.masks import check_read, check_values
from claimstack.storage import Database
from claimstack.vault import Vault
from claimstack.wire import v3
from tests.support.people import NOW

JOIN_EUI = bytes.fromhex("70B3D57ED0000000")
DEV_EUI = bytes.fromhex("0004A310001FF9E0")
APP_KEY = bytes(range(16))


def a_call(caller: Caller, at: int = NOW) -> Call:
    """A call by somebody, at that moment (microseconds)."""
    return Call(method="", now=from_micros(at), caller=caller)


def device_ids(
    device_id: str, application_id: str = "maker-app", *, dev_eui: bytes = b"", join_eui: bytes = b""
) -> v3.EndDeviceIdentifiers:
    """Identifiers of a device."""
    ids = v3.EndDeviceIdentifiers(device_id=device_id, dev_eui=dev_eui, join_eui=join_eui)
    ids.application_ids.application_id = application_id
    return ids


def numbered(number: int) -> bytes:
    """DevEUI of that number."""
    return (int.from_bytes(DEV_EUI, "big") + number).to_bytes(8, "big")


async def a_device(
    db: Database,
    vault: Vault,
    owner: Caller,
    device_id: str = "sensor-1",
    application_id: str = "maker-app",
    *,
    dev_eui: bytes = DEV_EUI,
    join_eui: bytes = JOIN_EUI,
    code: str = "",
    app_key: bytes = b"",
    at: int = NOW,
) -> v3.EndDeviceIdentifiers:
    """A registered device, perhaps with a claim code and with an AppKey on the Join Server."""
    wish = v3.EndDevice(ids=device_ids(device_id, application_id, dev_eui=dev_eui, join_eui=join_eui))
    if code:
        wish.claim_authentication_code.value = code
    made = await EndDeviceRegistry(db, vault).Create(v3.CreateEndDeviceRequest(end_device=wish), a_call(owner, at))
    if app_key:
        keyed = v3.EndDevice(ids=made.ids, root_keys=v3.RootKeys(app_key=v3.KeyEnvelope(key=app_key)))
        request = setting(keyed, "root_keys.app_key.key")
        await JsEndDeviceRegistry(db, vault).Set(request, a_call(owner, at))
    return made.ids


def getting(ids: v3.EndDeviceIdentifiers, *paths: str) -> v3.GetEndDeviceRequest:
    """Ask for these fields of a device."""
    return v3.GetEndDeviceRequest(end_device_ids=ids, field_mask={"paths": paths})


def setting(device: v3.EndDevice, *paths: str) -> v3.SetEndDeviceRequest:
    """Set these fields of a component's part."""
    return v3.SetEndDeviceRequest(end_device=device, field_mask={"paths": paths})


def updating(device: v3.EndDevice, *paths: str) -> v3.UpdateEndDeviceRequest:
    """Change these fields of the Identity Server's part."""
    return v3.UpdateEndDeviceRequest(end_device=device, field_mask={"paths": paths})


def admitted(rpc: str, request: v3.SetEndDeviceRequest | v3.UpdateEndDeviceRequest) -> None:
    """Check a masked write as the edge does before a service sees it; raises `Invalid`."""
    rules.check(request, list(request.field_mask.paths))
    check_read(f"ttn.lorawan.v3.{rpc}", request.field_mask)
    check_values(f"ttn.lorawan.v3.{rpc}", request)
