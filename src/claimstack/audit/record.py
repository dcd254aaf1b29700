"""One row of the audit: what was tried, by whom, on what, and how it ended. Texts are snapshots."""

from typing import NamedTuple


class AuditRecord(NamedTuple):
    """Something worth writing down.

    `chain` is the hash chain it stands in; `outcome` is empty for what was done, else the reason of the refusal;
    `application` (surrogate) is the one whose readers may see it, None for nobody; EUIs are 8 bytes or absent; `actor`
    is `kind:surrogate:id`.
    """

    chain: str
    recorded_at: int
    action: str
    outcome: str
    application: int | None
    application_uid: str
    end_device: int | None
    device_uid: str
    join_eui: bytes | None
    dev_eui: bytes | None
    actor: str
    correlation_id: str = ""


def device_chain(join_eui: bytes, dev_eui: bytes) -> str:
    """The chain of an EUI pair, registered or not."""
    return f"device:{join_eui.hex().upper()}:{dev_eui.hex().upper()}"


def shown_actor(actor: str) -> str:
    """An actor for people: `user:alice` of `user:7:alice`."""
    kind, _, rest = actor.partition(":")
    return f"{kind}:{rest.partition(':')[2]}"
