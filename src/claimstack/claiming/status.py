"""What this cluster says of devices that other Join Servers hand out: nothing yet, but the questions have answers.

Support and status are an upstream Join Server's (TTJS), asked by JoinEUI. None is configured, so no JoinEUI is covered;
for devices of this cluster the answer must be no, too, or clients that register a device would claim it instead.
"""

from claimstack.claiming import store
from claimstack.errors import Aborted, ClaimstackError, NotFound
from claimstack.identity import Entity
from claimstack.storage import Reader

UPSTREAMS = "pkg/deviceclaimingserver/enddevices"


def supports_claiming(join_eui: bytes) -> bool:
    """Whether an upstream Join Server hands out devices of this JoinEUI (8 bytes)."""
    return False


async def upstream_of(reader: Reader, application: Entity, uid: str) -> ClaimstackError:
    """Why nobody can be asked about this device: `end_device_not_found` or `claiming_not_supported`."""
    row = await store.euis(reader, application.id, uid)
    if row is None:
        return NotFound(
            "pkg/identityserver/store",
            "end_device_not_found",
            "end device `{device_id}` not found in application `{application_id}`",
            application_id=application.uid,
            device_id=uid,
        )
    eui = bytes(row["join_eui"] or b"").hex().upper()
    return Aborted(UPSTREAMS, "claiming_not_supported", "claiming is not supported for JoinEUI `{eui}`", eui=eui)
