"""The way back: an owner gives a claimed device to its maker again."""

from claimstack.claiming.release.release import give_back
from claimstack.claiming.release.service import ReleaseRegistry

__all__ = ["ReleaseRegistry", "give_back"]
