"""The claim authentication code as it stands in a device that is to be written (OwnerToken of TR005 §4.2.5.2)."""

import re
from typing import NamedTuple

from claimstack.device_parts.fields import CODE
from claimstack.errors import Invalid
from claimstack.moments import micros
from claimstack.wire import v3

_FORM = re.compile(r"[A-Za-z0-9]{1,32}")


class WrittenCode(NamedTuple):
    """A code in clear, and its window in microseconds; an absent end is open."""

    value: str
    valid_from: int | None
    valid_to: int | None

    def __repr__(self) -> str:  # the code is a secret
        return "WrittenCode()"


def written_code(device: v3.EndDevice) -> WrittenCode | None:
    """The code that the device is to have, None for none; `Invalid` when code and window make no sense."""
    code = device.claim_authentication_code
    valid_from = micros(code.valid_from) if code.HasField("valid_from") else None
    valid_to = micros(code.valid_to) if code.HasField("valid_to") else None
    if not code.value:
        if valid_from is not None or valid_to is not None:
            raise invalid_code("a window needs a value")
        return None
    if not _FORM.fullmatch(code.value):
        raise invalid_code("expected 1 to 32 letters and digits")
    if valid_from is not None and valid_to is not None and valid_to < valid_from:
        raise invalid_code("valid_to lies before valid_from")
    return WrittenCode(code.value, valid_from, valid_to)


def invalid_code(reason: str) -> Invalid:
    """The claim authentication code or its window cannot be kept as they are."""
    return Invalid(
        "pkg/identityserver",
        CODE,
        "invalid claim authentication code: {reason}",
        reason=reason,
    )
