"""An error of the house in words for people: beside the field it is about, or above the form."""

from collections.abc import Mapping

from claimstack.console.ground.visit import Visit
from claimstack.errors import ClaimstackError, Unauthenticated
from claimstack.texts import Texts

FORM = "form"


def problems_of(visit: Visit, error: ClaimstackError, fields: Mapping[str, str] | None = None) -> dict[str, str]:
    """What to show in the form that comes back. `fields`: path in the request -> name of the form's field.

    A session that ended is no matter of a form: it is raised on. Texts: `wrong.<field>` for a field's rule,
    `errors.<name>` for an error, else the error's own (English) words.
    """
    if isinstance(error, Unauthenticated):
        raise error
    return {_field_of(error, fields or {}): said(visit.t, error, fields or {})}


def said(t: Texts, error: ClaimstackError, fields: Mapping[str, str] | None = None) -> str:
    """The error in the visitor's language."""
    words = {name: str(value) for name, value in error.attributes.items()}
    if error.name == "validation":
        field = _field_of(error, fields or {})
        if t.has(f"wrong.{field}"):
            return t(f"wrong.{field}")
        return t("wrong.value", reason=words.get("reason", ""))
    if t.has(f"errors.{error.name}"):
        return t(f"errors.{error.name}", **words)
    return f"{error.text[:1].upper()}{error.text[1:]}."


def _field_of(error: ClaimstackError, fields: Mapping[str, str]) -> str:
    path = str(error.attributes.get("field", "")).partition("[")[0]
    named = {**fields, **{f"name:{name}": field for name, field in fields.items()}}
    return named.get(path) or named.get(f"name:{error.name}") or FORM
