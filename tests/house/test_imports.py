"""Who may open which door. A room that is not named here may be entered by nobody; the pure core sees no storage."""

import pytest

from tests.house.sources import imported, modules, room

EVERYWHERE = {"errors", "clock", "moments", "wire", "masks", "texts", "__version__"}
HALL = {"storage", "calls", "events", "settings"}
KEYS = {"identity", "vault"}
DOORS: dict[str, set[str]] = {
    "assets": set(),
    "claim_page": {"assets", "settings"},
    "lorawan": set(),
    "storage": set(),
    "vault": {"storage"},
    "events": {"storage", "identity", "calls"},
    "qr_codes": {"lorawan"},
    "identity": HALL | {"vault"},
    "accounts": HALL | KEYS,
    "oauth": HALL | KEYS | {"accounts", "assets"},
    "texts": set(),
    "device_parts": {"lorawan"},
    "import_rows": {"device_parts"},
    # No storage: no door that the API lacks. Of claiming they take how codes are made, of labels how they are drawn.
    "console": {"assets", "calls", "settings", "identity", "oauth", "edge", "claiming", "qr_codes"},
    "device_files": {"lorawan"},
    "device_templates": {"lorawan", "calls", "device_files"},
    "audit": HALL | {"identity"},
    "applications": HALL | KEYS | {"audit", "lorawan"},
    "end_devices": HALL | KEYS | {"audit", "lorawan", "applications", "device_parts"},
    "peers": HALL | KEYS | {"lorawan"},
    "join_server": HALL | KEYS | {"audit", "lorawan", "applications", "end_devices"},
    "imports": HALL
    | KEYS
    | {
        "lorawan",
        "applications",
        "device_parts",
        "import_rows",
        "end_devices",
        "device_templates",
        "claiming",
        "qr_codes",
    },
    "claiming_repository": HALL | KEYS | {"audit", "lorawan", "applications", "claiming"},
    "claiming": HALL | KEYS | {"audit", "lorawan", "applications", "end_devices", "join_server", "qr_codes"},
}
PURE = (
    "lorawan/",
    "device_files/",
    "qr_codes/",
    "claiming/verdict.py",
    "claiming/window.py",
    "claiming/code.py",
    "claiming/authorization.py",
    "claiming/attempts.py",
    "identity/rights.py",
)


def test_a_room_is_entered_only_by_its_doors() -> None:
    wrong = [
        f"{path} imports {name}"
        for path, tree in modules().items()
        if room(path) in DOORS
        for name in imported(tree)
        if name.split(".")[0] not in DOORS[room(path)] | EVERYWHERE | {room(path)}
    ]
    assert wrong == []


def test_every_room_has_its_doors_written_down() -> None:
    outside = {
        "edge",
        "components",
        "dialects",
        "cli",
        "wiring",
        "node",
        "upkeep",
        "settings",
        "calls",
        "errors",
        "clock",
        "moments",
        "masks",
    }
    rooms = {room(path) for path in modules()} - {"__init__", "__main__"}
    assert rooms <= set(DOORS) | outside


@pytest.mark.parametrize("place", PURE)
def test_the_pure_core_knows_no_storage_no_wire_and_no_clock(place: str) -> None:
    paths = [path for path in modules() if path == place or path.startswith(place)]
    assert paths, f"{place} is gone: change the list with it"
    for path in paths:
        assert not {name.split(".")[0] for name in imported(modules()[path])} & {"storage", "wire", "calls", "vault"}, (
            path
        )
