"""`ttn.lorawan.v3.Ns`: whose addresses these are, a fresh one for an ABP device, and what a band lays down."""

import os
from collections.abc import Callable

from google.protobuf.empty_pb2 import Empty

from claimstack.calls import Call
from claimstack.end_devices.network.bands import BY_ID, RX2_OF_PLAN
from claimstack.errors import Invalid, NotFound
from claimstack.lorawan import DevAddr, DevAddrPrefix, NetID, frequency_plan
from claimstack.settings import Settings
from claimstack.wire import v3

_ADDRESS_BITS = 32


class Ns:
    """`ttn.lorawan.v3.Ns`. `chance` gives that many random bytes."""

    def __init__(self, settings: Settings, chance: Callable[[int], bytes] = os.urandom) -> None:
        self._net_id = NetID.from_hex(settings.net_id)
        self._prefix = DevAddrPrefix.parse(settings.dev_addr_prefix)
        self._chance = chance

    async def GenerateDevAddr(self, request: Empty, call: Call) -> v3.GenerateDevAddrResponse:
        """A random address of this network. Addresses need not be unique: the keys tell devices apart (TS001)."""
        free = _ADDRESS_BITS - self._prefix.length
        number = int.from_bytes(self._chance(4), "big") & ((1 << free) - 1)
        address = DevAddr.from_int(int(self._prefix.first) | number)
        return v3.GenerateDevAddrResponse(dev_addr=bytes(address))

    async def GetNetID(self, request: Empty, call: Call) -> v3.GetNetIDResponse:
        """The NetID of this network."""
        return v3.GetNetIDResponse(net_id=bytes(self._net_id))

    async def GetDeviceAddressPrefixes(self, request: Empty, call: Call) -> v3.GetDeviceAdressPrefixesResponse:
        """The blocks that addresses come from: 4 bytes of address and one with the length in bits."""
        prefix = bytes(self._prefix.first) + bytes([self._prefix.length])
        return v3.GetDeviceAdressPrefixesResponse(dev_addr_prefixes=[prefix])

    async def GetDefaultMACSettings(self, request: v3.GetDefaultMACSettingsRequest, call: Call) -> v3.MACSettings:
        """What a device does before the network says otherwise, and what the plan then wants of it."""
        plan = frequency_plan(request.frequency_plan_id)
        if plan is None:
            raise NotFound(
                "pkg/frequencyplans",
                "frequency_plan_not_found",
                "frequency plan `{id}` not found",
                id=request.frequency_plan_id,
            )
        band = BY_ID.get(plan.band_id)
        if band is None or request.lorawan_phy_version not in band.versions:
            raise Invalid(
                "pkg/band",
                "unsupported_phy_version",
                "band `{band_id}` is not described in that version of the regional parameters",
                band_id=plan.band_id,
            )
        settings = v3.MACSettings()
        settings.rx1_delay.value = v3.RX_DELAY_1
        settings.rx1_data_rate_offset.value = v3.DATA_RATE_OFFSET_0
        settings.rx2_data_rate_index.value = band.rx2_data_rate  # type: ignore[assignment]
        settings.rx2_frequency.value = band.rx2_frequency
        settings.desired_rx2_data_rate_index.value = RX2_OF_PLAN.get(plan.id, band.rx2_data_rate)  # type: ignore[assignment]
        settings.desired_rx2_frequency.value = band.rx2_frequency
        settings.max_duty_cycle.value = v3.DUTY_CYCLE_1
        return settings
