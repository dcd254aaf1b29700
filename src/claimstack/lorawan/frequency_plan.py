"""Frequency plans: the channels that devices and gateways of a region agree on (RP002).

Only what a person needs to choose one; the channels themselves belong to the network server.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class FrequencyPlan:
    """One plan: its id in the API, the band it lies in, and the name shown to people."""

    id: str
    band_id: str
    base_frequency: int
    """MHz: the frequency that the hardware is made for (433, 470, 868, 915 or 2450)."""
    name: str


@cache
def frequency_plans() -> tuple[FrequencyPlan, ...]:
    """All plans in their order of publication; the file says where its figures come from."""
    # Read, and the reader loaded, when first asked for.
    import json
    from importlib.resources import files

    table = json.loads(files(__package__).joinpath("frequency_plans.json").read_bytes())
    return tuple(
        FrequencyPlan(plan_id, band_id, base_frequency, name)
        for band_id, base_frequency, plans in table["bands"]
        for plan_id, name in plans
    )


@cache
def _by_id() -> dict[str, FrequencyPlan]:
    return {plan.id: plan for plan in frequency_plans()}


def frequency_plan(plan_id: str) -> FrequencyPlan | None:
    """The plan of that id; None when there is none."""
    return _by_id().get(plan_id)
