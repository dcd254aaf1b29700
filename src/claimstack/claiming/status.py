"""Devices that other Join Servers hand out: what claiming needs of whoever speaks to those, and the answer of nobody.

For JoinEUIs of this cluster the answer must be no, or clients that register a device would claim it instead.
"""

from collections.abc import Sequence
from typing import Protocol

from claimstack.claiming import store
from claimstack.claiming.gate.attempt import Attempt
from claimstack.claiming.words import device_not_found
from claimstack.errors import Aborted, ClaimstackError
from claimstack.identity import Entity
from claimstack.storage import Reader
from claimstack.wire import v3

UPSTREAMS = "pkg/deviceclaimingserver/enddevices"


class Upstream(Protocol):
    """Claims at other Join Servers; what the caller is to be told is raised, or stands in a list for each device."""

    def covers(self, join_eui: bytes) -> bool: ...

    async def claim(self, attempt: Attempt, target: Entity) -> v3.EndDeviceIdentifiers: ...

    async def unclaim(
        self, application: Entity, devices: Sequence[v3.EndDeviceIdentifiers], actor: str, correlation_id: str = ""
    ) -> list[ClaimstackError | None]:
        """Why each is not given up; None when it is."""

    async def status(self, ids: v3.EndDeviceIdentifiers) -> v3.GetClaimStatusResponse: ...

    async def pending(self, application: Entity, device_uid: str) -> ClaimstackError | None: ...


class NoUpstream:
    """No Join Server is configured."""

    def covers(self, join_eui: bytes) -> bool:
        return False

    async def claim(self, attempt: Attempt, target: Entity) -> v3.EndDeviceIdentifiers:
        raise not_supported(attempt.join_eui)

    async def unclaim(
        self, application: Entity, devices: Sequence[v3.EndDeviceIdentifiers], actor: str, correlation_id: str = ""
    ) -> list[ClaimstackError | None]:
        return [not_supported(ids.join_eui) for ids in devices]

    async def status(self, ids: v3.EndDeviceIdentifiers) -> v3.GetClaimStatusResponse:
        raise not_supported(ids.join_eui)

    async def pending(self, application: Entity, device_uid: str) -> ClaimstackError | None:
        return None


async def whole_ids(
    reader: Reader, upstream: Upstream, application: Entity, uid: str
) -> v3.EndDeviceIdentifiers | ClaimstackError:
    """The device with its EUIs, if another Join Server hands it out, or why nobody can be asked about it.

    `end_device_not_found`, `claim_pending` or `claiming_not_supported`.
    """
    row = await store.euis(reader, application.id, uid)
    if row is None:
        return await upstream.pending(application, uid) or device_not_found(application.uid, uid)
    join_eui = bytes(row["join_eui"] or b"")
    if not upstream.covers(join_eui):
        return not_supported(join_eui)
    return v3.EndDeviceIdentifiers(
        device_id=uid,
        application_ids=v3.ApplicationIdentifiers(application_id=application.uid),
        join_eui=join_eui,
        dev_eui=bytes(row["dev_eui"]),
    )


def not_supported(join_eui: bytes) -> Aborted:
    """No other Join Server hands out devices of this JoinEUI."""
    eui = join_eui.hex().upper()
    return Aborted(UPSTREAMS, "claiming_not_supported", "claiming is not supported for JoinEUI `{eui}`", eui=eui)
