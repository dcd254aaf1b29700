"""Files of makers into end device templates: device tables, device lists, and signed manifests of secure elements.

Files come in pieces and are never held whole. What is good in a file is converted even when the rest is not. The
service stands apart, in `service`: processes that read files are no servers, and load none of it.
"""

from claimstack.device_files import (
    CARRIED,
    MAHTN_T,
    TNGLORA,
    Certificates,
    LogSigner,
    Place,
    Trust,
    Wrong,
    read_certificates,
)
from claimstack.device_templates.catalogue import FORMATS, find_format
from claimstack.device_templates.device import device_id_of
from claimstack.device_templates.formats import (
    Conversion,
    Format,
    ReadDevice,
    completed,
    convert,
    read,
)
from claimstack.device_templates.microchip.manifest import DUPLICATE, of_chip, put_statement
from claimstack.device_templates.outcome import Alike, Converted, Kind, Outcome, Own, Read

__all__ = [
    "CARRIED",
    "DUPLICATE",
    "FORMATS",
    "MAHTN_T",
    "TNGLORA",
    "Alike",
    "Certificates",
    "Conversion",
    "Converted",
    "Format",
    "Kind",
    "LogSigner",
    "Outcome",
    "Own",
    "Place",
    "Read",
    "ReadDevice",
    "Trust",
    "Wrong",
    "completed",
    "convert",
    "device_id_of",
    "find_format",
    "of_chip",
    "put_statement",
    "read",
    "read_certificates",
]
