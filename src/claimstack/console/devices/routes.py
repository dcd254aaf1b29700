"""Which page of end devices answers which path. Ids have no underscore, so that no device hides behind `_new`."""

from claimstack.console.devices.claiming import show_claiming, take_code, take_code_delete, take_release
from claimstack.console.devices.imports import show_import, show_job, take_cancel, take_import
from claimstack.console.devices.labels import show_picture, show_print
from claimstack.console.devices.lists import show_devices
from claimstack.console.devices.overview import show_device, show_root_keys, take_root_keys
from claimstack.console.devices.preview import take_preview
from claimstack.console.devices.register import show_register, take_register
from claimstack.console.devices.scan import take_label, take_picture
from claimstack.console.devices.settings import show_settings, take_delete, take_radio, take_settings
from claimstack.console.ground.serving import Page

BASE = "/console/applications/{application_id}/devices"
ONE = f"{BASE}/{{device_id}}"

DEVICE_PAGES = [
    Page("GET", BASE, show_devices),
    Page("GET", f"{BASE}/_new", show_register),
    Page("POST", f"{BASE}/_new", take_register),
    Page("POST", f"{BASE}/_label", take_label),
    Page("POST", f"{BASE}/_label/picture", take_picture),
    Page("GET", f"{BASE}/_import", show_import),
    Page("POST", f"{BASE}/_import", take_import),
    Page("POST", f"{BASE}/_import/preview", take_preview),
    Page("GET", f"{BASE}/_import/{{import_id}}", show_job),
    Page("POST", f"{BASE}/_import/{{import_id}}/cancel", take_cancel),
    Page("GET", ONE, show_device),
    Page("GET", f"{ONE}/root-keys", show_root_keys),
    Page("POST", f"{ONE}/root-keys", take_root_keys),
    Page("GET", f"{ONE}/claiming", show_claiming),
    Page("POST", f"{ONE}/claiming", take_code),
    Page("POST", f"{ONE}/claiming/delete", take_code_delete),
    Page("POST", f"{ONE}/claiming/release", take_release),
    Page("GET", f"{ONE}/label", show_print),
    Page("GET", f"{ONE}/label/{{kind}}.{{ending}}", show_picture),
    Page("GET", f"{ONE}/settings", show_settings),
    Page("POST", f"{ONE}/settings", take_settings),
    Page("POST", f"{ONE}/radio", take_radio),
    Page("POST", f"{ONE}/delete", take_delete),
]
