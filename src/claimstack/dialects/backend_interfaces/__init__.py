"""LoRaWAN Backend Interfaces (TS002) 1.0, and 1.1 as the field speaks it: how networks join devices through us."""

from claimstack.dialects.backend_interfaces.application import BackendInterfaces
from claimstack.dialects.backend_interfaces.messages import JoinServerMessages

__all__ = ["BackendInterfaces", "JoinServerMessages"]
