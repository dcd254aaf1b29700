"""The field's language: the values, frames and keys of LoRaWAN. Pure; imports nothing of ours."""

from claimstack.lorawan.dev_addr import DevAddr
from claimstack.lorawan.eui import EUI64, DevEUI, JoinEUI
from claimstack.lorawan.frequency_plan import FrequencyPlan, frequency_plan, frequency_plans
from claimstack.lorawan.keys import AES128Key
from claimstack.lorawan.mac_version import MACVersion
from claimstack.lorawan.net_id import NetID
from claimstack.lorawan.nonces import DevNonce, JoinNonce, RJCount
from claimstack.lorawan.prefix import DevAddrPrefix, EUI64Prefix
from claimstack.lorawan.vendor import VendorID

__all__ = [
    "EUI64",
    "AES128Key",
    "DevAddr",
    "DevAddrPrefix",
    "DevEUI",
    "DevNonce",
    "EUI64Prefix",
    "FrequencyPlan",
    "JoinEUI",
    "JoinNonce",
    "MACVersion",
    "NetID",
    "RJCount",
    "VendorID",
    "frequency_plan",
    "frequency_plans",
]
