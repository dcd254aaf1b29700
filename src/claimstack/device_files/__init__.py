"""Files of makers, before anything is made of them: cut into entries, read strictly; what is signed, believed or not.

Pure, and light to load: it knows no contract, so that a process which does nothing but check signatures stays small.
"""

from claimstack.device_files.json_elements import Element, JSONElements
from claimstack.device_files.microchip.chips import Chips
from claimstack.device_files.microchip.configured import Certificates, read_certificates
from claimstack.device_files.microchip.manifest import (
    MAHTN_T,
    TNGLORA,
    Chip,
    Entries,
    Terms,
    manifest_elements,
)
from claimstack.device_files.microchip.trust import CARRIED, LogSigner, Trust
from claimstack.device_files.mistake import NAMESPACE, Mistake, Place, Wrong
from claimstack.device_files.strict_json import NAME as JSON
from claimstack.device_files.strict_json import Position, parse

__all__ = [
    "CARRIED",
    "JSON",
    "MAHTN_T",
    "NAMESPACE",
    "TNGLORA",
    "Certificates",
    "Chip",
    "Chips",
    "Element",
    "Entries",
    "JSONElements",
    "LogSigner",
    "Mistake",
    "Place",
    "Position",
    "Terms",
    "Trust",
    "Wrong",
    "manifest_elements",
    "parse",
    "read_certificates",
]
