"""Bands as the regional parameters lay them down (RP001, RP002): what a device does before a network says otherwise.

Only what clients ask for when they register a device: versions, receive windows, power. Channels and data rates belong
to the network server that carries the traffic.
"""

from dataclasses import dataclass

from claimstack.wire import v3

V1_0, V1_0_1 = v3.PHY_V1_0, v3.PHY_V1_0_1
V1_0_2, V1_0_2_B = v3.PHY_V1_0_2_REV_A, v3.PHY_V1_0_2_REV_B
V1_0_3 = v3.PHY_V1_0_3_REV_A
RP2 = (v3.RP002_V1_0_0, v3.RP002_V1_0_1, v3.RP002_V1_0_2, v3.RP002_V1_0_3, v3.RP002_V1_0_4)
_FROM_1_0_3 = (V1_0_3, *RP2)
_FROM_1_0_2_B = (V1_0_2_B, v3.PHY_V1_1_REV_A, v3.PHY_V1_1_REV_B, *_FROM_1_0_3)
_FROM_1_0_2 = (V1_0_2, *_FROM_1_0_2_B)
_FROM_1_0_1 = (V1_0_1, *_FROM_1_0_2)
_ALL = (V1_0, *_FROM_1_0_1)


@dataclass(frozen=True, slots=True)
class Band:
    """One band. `rx2_frequency` in Hz, `max_eirp` in dBm; `versions`: the documents that describe it."""

    id: str
    rx2_frequency: int
    rx2_data_rate: int
    max_eirp: float
    versions: tuple[v3.PHYVersion, ...]

    def description(self) -> v3.BandDescription:
        """The band in the contract's words; receive delays are the same in all bands (RP002 §2)."""
        band = v3.BandDescription(id=self.id, freq_multiplier=100, default_max_eirp=self.max_eirp)
        band.receive_delay_1.seconds, band.receive_delay_2.seconds = 1, 2
        band.join_accept_delay_1.seconds, band.join_accept_delay_2.seconds = 5, 6
        band.default_rx2_parameters.frequency = self.rx2_frequency
        band.default_rx2_parameters.data_rate_index = self.rx2_data_rate  # type: ignore[assignment]
        return band


BANDS = (
    Band("EU_863_870", 869_525_000, 0, 16.0, _ALL),
    Band("US_902_928", 923_300_000, 8, 30.0, _ALL),
    Band("EU_433", 434_665_000, 0, 12.15, _ALL),
    Band("AU_915_928", 923_300_000, 8, 30.0, _FROM_1_0_1),
    Band("CN_470_510", 505_300_000, 0, 19.15, _FROM_1_0_1),
    Band("AS_923", 923_200_000, 2, 16.0, _FROM_1_0_2),
    Band("AS_923_2", 921_400_000, 2, 16.0, RP2),
    Band("AS_923_3", 916_600_000, 2, 16.0, RP2),
    Band("AS_923_4", 917_300_000, 2, 16.0, RP2),
    Band("KR_920_923", 921_900_000, 0, 14.0, _FROM_1_0_2),
    Band("IN_865_867", 866_550_000, 2, 30.0, _FROM_1_0_2_B),
    Band("RU_864_870", 869_100_000, 0, 16.0, _FROM_1_0_3),
)
BY_ID = {band.id: band for band in BANDS}

# Data rates that a plan moves the second window to, against its band (by the names of the plans).
RX2_OF_PLAN = {"EU_863_870_TTN": 3}
