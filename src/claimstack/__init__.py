"""claimstack: make LoRaWAN end devices claimable and hand them over, safely, once."""

__version__ = "0.1.0"
