"""Frequency plans, bands and versions to choose from."""

import pytest

from claimstack.end_devices import Configuration
from claimstack.end_devices.network.bands import BANDS
from claimstack.errors import NotFound
from claimstack.identity import ANONYMOUS
from claimstack.lorawan import frequency_plans
from claimstack.wire import v3
from tests.support.devices import a_call

CALL = a_call(ANONYMOUS)


async def test_all_plans_are_listed() -> None:
    answer = await Configuration().ListFrequencyPlans(v3.ListFrequencyPlansRequest(), CALL)
    assert [plan.id for plan in answer.frequency_plans] == [plan.id for plan in frequency_plans()]
    assert answer.frequency_plans[0] == v3.FrequencyPlanDescription(
        id="EU_863_870", name="Europe 863-870 MHz (SF12 for RX2)", base_frequency=868, band_id="EU_863_870"
    )


async def test_plans_of_a_frequency_or_a_band() -> None:
    service = Configuration()
    of_433 = await service.ListFrequencyPlans(v3.ListFrequencyPlansRequest(base_frequency=433), CALL)
    of_india = await service.ListFrequencyPlans(v3.ListFrequencyPlansRequest(band_id="IN_865_867"), CALL)
    assert {plan.base_frequency for plan in of_433.frequency_plans} == {433}
    assert [plan.id for plan in of_india.frequency_plans] == ["IN_865_867"]


async def test_versions_of_one_band_or_all() -> None:
    service = Configuration()
    one = await service.GetPhyVersions(v3.GetPhyVersionsRequest(band_id="EU_863_870"), CALL)
    every = await service.GetPhyVersions(v3.GetPhyVersionsRequest(), CALL)
    assert list(one.version_info[0].phy_versions) == list(range(1, 13))
    assert [info.band_id for info in every.version_info] == [band.id for band in BANDS]


async def test_bands_by_version() -> None:
    service = Configuration()
    request = v3.ListBandsRequest(band_id="US_902_928", phy_version=v3.RP002_V1_0_4)
    answer = await service.ListBands(request, CALL)
    assert list(answer.descriptions) == ["US_902_928"]
    band = answer.descriptions["US_902_928"].band["RP002_V1_0_4"]
    assert (band.default_rx2_parameters.frequency, band.default_max_eirp) == (923300000, 30.0)
    assert len((await service.ListBands(v3.ListBandsRequest(), CALL)).descriptions) == len(BANDS)


async def test_an_unknown_band_is_not_found() -> None:
    with pytest.raises(NotFound, match="band_not_found"):
        await Configuration().GetPhyVersions(v3.GetPhyVersionsRequest(band_id="MOON"), CALL)


def test_every_band_of_a_plan_is_described_but_the_drafts() -> None:
    described = {band.id for band in BANDS}
    assert {plan.band_id for plan in frequency_plans()} - described == {"MA_869_870_DRAFT", "ISM_2400"}
