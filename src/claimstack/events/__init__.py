"""What others are told after the commit: an outbox in the database, read by event streams (and later webhooks)."""

from claimstack.events.event import Event
from claimstack.events.outbox import body, post, post_many, row
from claimstack.events.service import Events
from claimstack.events.sight import See, Seen

__all__ = ["Event", "Events", "See", "Seen", "body", "post", "post_many", "row"]
