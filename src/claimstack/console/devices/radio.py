"""How a device speaks on air: frequency plan, LoRaWAN version and regional parameters, chosen from lists.

They are chosen when a device is registered, and can be changed where a Network Server of ours has it.
"""

from typing import Any

from claimstack.console.ground import Form, Visit
from claimstack.wire import v3

NAMES = ("frequency_plan_id", "lorawan_version", "lorawan_phy_version")
FIELDS = {f"end_device.{name}": name for name in NAMES}
_ENUMS = {"lorawan_version": v3.MACVersion, "lorawan_phy_version": v3.PHYVersion}


async def radio_lists(visit: Visit) -> dict[str, Any]:
    """What can be chosen from."""
    plans = (await visit.ask("Configuration/ListFrequencyPlans", v3.ListFrequencyPlansRequest())).frequency_plans
    return {
        "plans": [(one.id, f"{one.name} ({one.id})") for one in plans],
        "mac_versions": [(name, number) for name, number in sorted(v3.MACVersion.items(), key=_newest) if number],
        "phy_versions": _phy_versions(),
    }


def put_radio(visit: Visit, form: Form, device: Any) -> dict[str, str]:
    """Write what was chosen into the device; tells what was not."""
    problems = {}
    device.frequency_plan_id = form.text("frequency_plan_id")
    if not device.frequency_plan_id:
        problems["frequency_plan_id"] = visit.t("devices.register.choose")
    for name, enum in _ENUMS.items():
        number = dict(enum.items()).get(form.text(name), 0)
        if not number:
            problems[name] = visit.t("devices.register.choose")
        setattr(device, name, number)
    return problems


def radio_values(part: Any) -> dict[str, str]:
    """What the Network Server has, as the lists name it."""
    values = {"frequency_plan_id": part.frequency_plan_id}
    phys = {number: name for name, number in _phy_versions()}
    values["lorawan_version"] = v3.MACVersion.Name(part.lorawan_version) if part.lorawan_version else ""
    values["lorawan_phy_version"] = phys.get(part.lorawan_phy_version, "")
    return values


def _newest(item: tuple[str, int]) -> tuple[int, ...]:
    return tuple(-int(part) for part in item[0].partition("_V")[2].split("_") if part.isdigit())


def _phy_versions() -> list[tuple[str, int]]:
    """One name a number, the newest first."""
    found: dict[int, str] = {}
    for name, number in v3.PHYVersion.items():
        if number:
            found.setdefault(number, name)
    return [(name, number) for number, name in sorted(found.items(), reverse=True)]
