"""The fields of an end device by who keeps them: the Identity Server, a component, a table of their own."""

from enum import StrEnum
from typing import Final


class Component(StrEnum):
    """Who keeps the part; the value stands in the table and in the names of events."""

    NS = "ns"
    AS = "as"
    JS = "js"

    @property
    def namespace(self) -> str:
        """Where its errors come from."""
        return _NAMESPACE[self]


_NAMESPACE = {
    Component.NS: "pkg/networkserver",
    Component.AS: "pkg/applicationserver",
    Component.JS: "pkg/joinserver",
}
CODE = "claim_authentication_code"
# Of the Identity Server's part, what stands in the body.
BODY = (
    "activated_at",
    "application_server_address",
    "attributes",
    "join_server_address",
    "locations",
    "lora_alliance_profile_ids",
    "network_server_address",
    "picture",
    "serial_number",
    "service_profile_id",
    "version_ids",
)
# Of a component's part, what a session made or what was heard from the device: a claim forgets it.
STATE = (
    "session",
    "pending_session",
    "mac_state",
    "pending_mac_state",
    "queued_application_downlinks",
    "last_dev_status_received_at",
    "power_state",
    "battery_percentage",
    "downlink_margin",
)
ROOT_KEYS = ("app_key", "nwk_key")
# The history of an EUI pair, which outlives the device.
NONCES: Final = ("last_dev_nonce", "used_dev_nonces", "last_join_nonce", "last_rj_count_0", "last_rj_count_1")
