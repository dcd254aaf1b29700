"""What the Network Server knows by itself: frequency plans, bands, versions, addresses, defaults."""

from __future__ import annotations

from typing import Any

from claimstack.cli.client.api import Message
from claimstack.cli.commands.nouns import needed
from claimstack.cli.shell import Shell
from claimstack.cli.terminal import kinds
from claimstack.cli.terminal.option import Option
from claimstack.cli.terminal.verb import Verb


def _list_frequency_plans(shell: Shell, base_frequency: int | None) -> None:
    request = {"base_frequency": base_frequency}
    answer = shell.open_api.call("Configuration/ListFrequencyPlans", request)
    shell.output.show_each(answer.get("frequency_plans", []))


list_frequency_plans = Verb(
    _list_frequency_plans,
    options=[
        Option("base_frequency", kind=int, metavar="MHZ", text="433, 470, 868 or 915"),
    ],
    text="List the frequency plans that a device may be set to.",
)


def _list_phy_versions(shell: Shell, band_id: str | None) -> None:
    shell.output.show(shell.open_api.call("Configuration/GetPhyVersions", {"band_id": band_id}))


list_phy_versions = Verb(
    _list_phy_versions,
    options=[Option("band_id", metavar="ID")],
    text="List the regional parameters versions of each band.",
)


def _list_bands(shell: Shell, band_id: str | None, phy_version: str | None) -> None:
    request: Message = {"band_id": band_id}
    if phy_version:
        request["phy_version"] = kinds.enum_name("PHYVersion", phy_version, "phy-version")
    shell.output.show(shell.open_api.call("Configuration/ListBands", request))


list_bands = Verb(
    _list_bands,
    options=[
        Option("band_id", metavar="ID"),
        Option("phy_version", metavar="VERSION"),
    ],
    text="List the LoRaWAN bands and their parameters.",
)


def _default_mac_settings(shell: Shell, **given: Any) -> None:
    version = needed(given["lorawan_phy_version"], "lorawan_phy_version")
    request = {
        "frequency_plan_id": needed(given["frequency_plan_id"], "frequency_plan_id"),
        "lorawan_phy_version": kinds.enum_name("PHYVersion", version, "lorawan-phy-version"),
    }
    shell.output.show(shell.open_api.call("Ns/GetDefaultMACSettings", request))


get_default_mac_settings = Verb(
    _default_mac_settings,
    options=[
        Option("frequency_plan_id", metavar="ID"),
        Option("lorawan_phy_version", metavar="VERSION"),
    ],
    text="Show the MAC settings a device has unless told otherwise.",
)


def _get_net_id(shell: Shell) -> None:
    shell.output.show(shell.open_api.call("Ns/GetNetID"))


def _get_dev_addr_prefixes(shell: Shell) -> None:
    shell.output.show(shell.open_api.call("Ns/GetDeviceAddressPrefixes"))


get_net_id = Verb(_get_net_id, text="Show the NetID of the network.")
get_dev_addr_prefixes = Verb(_get_dev_addr_prefixes, text="Show the device address prefixes.")
