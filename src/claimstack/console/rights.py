"""Choosing rights in a form: all of a kind, or some; and saying which somebody has."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from claimstack.console.ground import Form
from claimstack.console.holder import Holder
from claimstack.identity import APPLICATION_RIGHTS, ORGANIZATION_RIGHTS, USER_RIGHTS, Right, Rights

_ALL = {"application": Right.APPLICATION_ALL, "organization": Right.ALL, "user": Right.ALL}
_WHOLE = {"application": APPLICATION_RIGHTS, "organization": ORGANIZATION_RIGHTS, "user": USER_RIGHTS}


def chosen(form: Form, holder: Holder) -> list[str]:
    """The contract's names of the rights that the form names; a name that is none is left out."""
    if form.text("extent") == "all":
        return [f"RIGHT_{_ALL[holder.kind].name}"]
    return [f"RIGHT_{name}" for name in form.every("rights") if name in Right.__members__]


def names(numbers: Iterable[int]) -> set[str]:
    """The rights of a grant, spelled out."""
    return {name.removeprefix("RIGHT_") for name in Rights.granted(numbers).names()}


def is_all(numbers: Iterable[int], holder: Holder) -> bool:
    """Whether a grant means everything on this entity."""
    return Rights.granted(numbers).covers(_WHOLE[holder.kind])


def expired(key: Any, now: datetime) -> bool:
    """Whether the API key does not work any more."""
    return bool(key.HasField("expires_at")) and key.expires_at.ToDatetime(UTC) <= now
