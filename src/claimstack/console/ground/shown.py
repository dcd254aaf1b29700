"""How values of the contract look to people: moments, rights, accounts, EUIs; as filters of the templates."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from markupsafe import Markup, escape

from claimstack.wire import v3


def moment(at: Timestamp | datetime, form: str = "full") -> Markup:
    """A `<time>` in UTC; the page's script writes it in the reader's own time zone (`form`: full, date or ago)."""
    when = at if isinstance(at, datetime) else at.ToDatetime(UTC)
    iso = when.strftime("%Y-%m-%dT%H:%M:%SZ")
    text = when.strftime("%Y-%m-%d") if form == "date" else when.strftime("%Y-%m-%d %H:%M UTC")
    return Markup('<time datetime="{}" data-form="{}">{}</time>').format(iso, form, text)


def account(ids: v3.OrganizationOrUserIdentifiers) -> str:
    """The id of a user or an organization."""
    return str(ids.user_ids.user_id or ids.organization_ids.organization_id)


def account_kind(ids: v3.OrganizationOrUserIdentifiers) -> str:
    """`user` or `organization`."""
    return "organization" if ids.HasField("organization_ids") else "user"


def octets(value: bytes) -> str:
    """An EUI, a NetID, a key: upper-case hexadecimal digits."""
    return value.hex().upper()


def right_name(number: int) -> str:
    """`APPLICATION_INFO` for the right's number."""
    return str(v3.Right.Name(number)).removeprefix("RIGHT_")


def state_name(number: int) -> str:
    """`APPROVED` for the number of a user's state."""
    return str(v3.State.Name(number)).removeprefix("STATE_")


def mac_name(number: int) -> str:
    """`LoRaWAN 1.0.3` for the number of a MAC version; a dash where it is not known."""
    return f"LoRaWAN {_dotted(v3.MACVersion.Name(number), 'MAC_V')}" if number else "–"


def phy_name(number: int) -> str:
    """`RP001 1.0.3 revision A` for the number of a version of the regional parameters."""
    name = str(v3.PHYVersion.Name(number))
    if not number:
        return "–"
    if name.startswith("RP002_V"):
        return f"RP002 {_dotted(name, 'RP002_V')}"
    version, _, revision = name.removeprefix("PHY_V").partition("_REV_")
    return f"RP001 {version.replace('_', '.')}" + (f" revision {revision}" if revision else "")


def _dotted(name: str, before: str) -> str:
    return name.removeprefix(before).replace("_", ".")


def number(count: int) -> str:
    """A count in groups of three digits, parted by a narrow space in every language (ISO 80000-1 §7.3.1)."""
    return f"{count:,}".replace(",", "\u202f")


def lines(text: str) -> Markup:
    """Text of people with its line ends."""
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


FILTERS: Mapping[str, Callable[..., Any]] = {
    "moment": moment,
    "account": account,
    "account_kind": account_kind,
    "octets": octets,
    "right_name": right_name,
    "lines": lines,
    "number": number,
    "mac_name": mac_name,
    "phy_name": phy_name,
    "state_name": state_name,
}
