"""`ttn.lorawan.v3.Configuration`: frequency plans, bands and their versions, for everybody to choose from."""

from collections.abc import Sequence

from claimstack.calls import Call
from claimstack.end_devices.network.bands import BANDS, BY_ID, Band
from claimstack.errors import NotFound
from claimstack.lorawan import frequency_plans
from claimstack.wire import v3


class Configuration:
    """`ttn.lorawan.v3.Configuration`."""

    async def ListFrequencyPlans(
        self, request: v3.ListFrequencyPlansRequest, call: Call
    ) -> v3.ListFrequencyPlansResponse:
        """The plans of a frequency (MHz) or band, or all."""
        plans = [
            v3.FrequencyPlanDescription(
                id=plan.id, name=plan.name, base_frequency=plan.base_frequency, band_id=plan.band_id
            )
            for plan in frequency_plans()
            if request.base_frequency in (0, plan.base_frequency) and request.band_id in ("", plan.band_id)
        ]
        return v3.ListFrequencyPlansResponse(frequency_plans=plans)

    async def GetPhyVersions(self, request: v3.GetPhyVersionsRequest, call: Call) -> v3.GetPhyVersionsResponse:
        """The versions of one band, or of all."""
        answer = v3.GetPhyVersionsResponse()
        for band in _chosen(request.band_id):
            answer.version_info.add(band_id=band.id, phy_versions=band.versions)
        return answer

    async def ListBands(self, request: v3.ListBandsRequest, call: Call) -> v3.ListBandsResponse:
        """One band or all, in one version or all."""
        answer = v3.ListBandsResponse()
        for band in _chosen(request.band_id):
            for version in band.versions:
                if request.phy_version in (v3.PHY_UNKNOWN, version):
                    name = v3.PHYVersion.Name(version)
                    answer.descriptions[band.id].band[name].CopyFrom(band.description())
        return answer


def _chosen(band_id: str) -> Sequence[Band]:
    if not band_id:
        return BANDS
    if band_id not in BY_ID:
        raise NotFound("pkg/band", "band_not_found", "band `{id}` not found", id=band_id)
    return [BY_ID[band_id]]
