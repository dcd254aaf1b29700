"""Files of makers into end device templates: device tables, device lists, and signed manifests of secure elements.

Files come in pieces and are never held whole. What is good in a file is converted even when the rest is not.
"""

from claimstack.device_templates.catalogue import FORMATS, find_format
from claimstack.device_templates.formats import (
    Conversion,
    Format,
    ReadDevice,
    completed,
    convert,
    convert_arriving,
    read,
)
from claimstack.device_templates.json_elements import Element
from claimstack.device_templates.microchip.configured import Certificates, read_certificates
from claimstack.device_templates.microchip.manifest import (
    DUPLICATE,
    MAHTN_T,
    TNGLORA,
    Chips,
    Entries,
    manifest_elements,
)
from claimstack.device_templates.microchip.trust import CARRIED, LogSigner, Trust
from claimstack.device_templates.outcome import Alike, Converted, Kind, Outcome, Own, Place, Read, Wrong
from claimstack.device_templates.service import EndDeviceTemplateConverter
from claimstack.device_templates.strict_json import Position

__all__ = [
    "CARRIED",
    "DUPLICATE",
    "FORMATS",
    "MAHTN_T",
    "TNGLORA",
    "Alike",
    "Certificates",
    "Chips",
    "Conversion",
    "Converted",
    "Element",
    "EndDeviceTemplateConverter",
    "Entries",
    "Format",
    "Kind",
    "LogSigner",
    "Outcome",
    "Own",
    "Place",
    "Position",
    "Read",
    "ReadDevice",
    "Trust",
    "Wrong",
    "completed",
    "convert",
    "convert_arriving",
    "find_format",
    "manifest_elements",
    "read",
    "read_certificates",
]
