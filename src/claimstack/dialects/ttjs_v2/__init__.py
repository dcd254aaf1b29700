"""The claim API of The Things Join Server: how The Things Stack, and whoever speaks like it, claims here."""

from claimstack.dialects.ttjs_v2.application import TtjsDialect
from claimstack.dialects.ttjs_v2.claim import Claiming
from claimstack.dialects.ttjs_v2.paths import BEGINNINGS

__all__ = ["BEGINNINGS", "Claiming", "TtjsDialect"]
