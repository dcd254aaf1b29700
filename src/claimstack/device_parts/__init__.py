"""An end device as the registers keep it: which of its fields go where, in plain values. Pure, and light to load.

It runs where files are read, too: processes that have no database, and are to stay small.
"""

from claimstack.device_parts.code import WrittenCode, invalid_code, written_code
from claimstack.device_parts.fields import BODY, CODE, NONCES, ROOT_KEYS, STATE, Component
from claimstack.device_parts.nonces import kept
from claimstack.device_parts.session import drop_empty_sessions, is_personalized
from claimstack.device_parts.split import drop_keys, split
from claimstack.device_parts.wish import Wish

__all__ = [
    "BODY",
    "CODE",
    "NONCES",
    "ROOT_KEYS",
    "STATE",
    "Component",
    "Wish",
    "WrittenCode",
    "drop_empty_sessions",
    "drop_keys",
    "invalid_code",
    "is_personalized",
    "kept",
    "split",
    "written_code",
]
