"""The frequency plans that can be chosen."""

from claimstack.lorawan import FrequencyPlan, frequency_plan, frequency_plans


def test_a_plan_is_found_by_its_id() -> None:
    assert frequency_plan("EU_863_870") == FrequencyPlan(
        "EU_863_870", "EU_863_870", 868, "Europe 863-870 MHz (SF12 for RX2)"
    )


def test_an_unknown_id_is_none() -> None:
    assert frequency_plan("EU_863_871") is None


def test_all_71_plans_are_there_each_once() -> None:
    plans = frequency_plans()
    assert len({plan.id for plan in plans}) == len(plans) == 71
    assert {plan.base_frequency for plan in plans} == {433, 470, 868, 915, 2450}
    assert all(plan.name and plan.band_id for plan in plans)
