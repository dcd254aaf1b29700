"""The room people come for: a device changes hands by the code on its label, safely, once."""

from claimstack.claiming.attempts import ClaimCaps
from claimstack.claiming.claim import claim_end_devices
from claimstack.claiming.claimability import ClaimabilityRegistry
from claimstack.claiming.code import bits, is_weak, make_code
from claimstack.claiming.gate.lanes import Claims
from claimstack.claiming.ledger_service import LedgerRegistry
from claimstack.claiming.qr_service import EndDeviceQRCodeGenerator
from claimstack.claiming.release import ReleaseRegistry, give_back
from claimstack.claiming.service import EndDeviceBatchClaimingServer, EndDeviceClaimingServer
from claimstack.claiming.status import NoUpstream, Upstream

__all__ = [
    "ClaimCaps",
    "ClaimabilityRegistry",
    "Claims",
    "EndDeviceBatchClaimingServer",
    "EndDeviceClaimingServer",
    "EndDeviceQRCodeGenerator",
    "LedgerRegistry",
    "NoUpstream",
    "ReleaseRegistry",
    "Upstream",
    "bits",
    "claim_end_devices",
    "give_back",
    "is_weak",
    "make_code",
]
