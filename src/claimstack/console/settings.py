"""General settings of whatever has them: the fields of a form, written to one register."""

from collections.abc import Mapping, Sequence
from typing import Any

from claimstack.console.ground import Visit, problems_of
from claimstack.errors import ClaimstackError


async def save(visit: Visit, method: str, request: Any, part: str, names: Sequence[str]) -> Mapping[str, str]:
    """Send the form's fields of these names as `part` of the request; tells what was wrong, by field."""
    form, wish = await visit.read_form(), getattr(request, part)
    for name in names:
        setattr(wish, name, form.text(name))
    request.field_mask.paths.extend(names)
    try:
        await visit.ask(method, request)
    except ClaimstackError as error:
        return problems_of(visit, error, {f"{part}.{name}": name for name in names})
    return {}


def typed(visit: Visit, names: Sequence[str]) -> Mapping[str, str]:
    """What stands in the form that came."""
    return {name: visit.form.text(name) for name in names}
