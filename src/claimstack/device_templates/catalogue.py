"""The formats that are read. To add one, write its module and name it here."""

from claimstack.device_templates.formats import Format
from claimstack.device_templates.microchip.manifest import MICROCHIP_MAHTN_T, MICROCHIP_TNGLORA
from claimstack.device_templates.the_things_stack.csv_file import THE_THINGS_STACK_CSV
from claimstack.device_templates.the_things_stack.json_file import THE_THINGS_STACK_JSON
from claimstack.device_templates.the_things_stack.xlsx_file import THE_THINGS_STACK_XLSX

FORMATS: tuple[Format, ...] = (
    THE_THINGS_STACK_JSON,
    THE_THINGS_STACK_CSV,
    THE_THINGS_STACK_XLSX,
    MICROCHIP_TNGLORA,
    MICROCHIP_MAHTN_T,
)


def find_format(format_id: str) -> Format | None:
    """The format of that id; None when there is none."""
    return next((known for known in FORMATS if known.id == format_id), None)
