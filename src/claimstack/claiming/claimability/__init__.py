"""How devices and applications stand to claims, told to their owners."""

from claimstack.claiming.claimability.service import ClaimabilityRegistry

__all__ = ["ClaimabilityRegistry"]
