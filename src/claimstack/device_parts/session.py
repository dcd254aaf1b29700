"""Sessions of an end device: whether there is one, and whether it is for good."""

from claimstack.wire import v3

_SESSIONS = ("session", "pending_session")


def drop_empty_sessions(part: v3.EndDevice) -> None:
    """A session of which everything was cleared is none."""
    for name in _SESSIONS:
        session = getattr(part, name)
        if not session.keys.ByteSize():
            session.ClearField("keys")
        if not session.ByteSize():
            part.ClearField(name)


def is_personalized(part: v3.EndDevice) -> bool:
    """Whether the Network Server's part is of a device that never joins: ABP, or a multicast group."""
    return part.multicast or (not part.supports_join and bool(part.session.dev_addr))
