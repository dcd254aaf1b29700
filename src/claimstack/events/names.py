"""Which event names a stream asks for: exact names, or patterns between slashes."""

from collections.abc import Iterable
from functools import cache

from claimstack.errors import invalid_field
from claimstack.events.pattern import Pattern, PatternError

MOST_NAMES = 100


class Names:
    """Tells whether a name is asked for; without any all are."""

    def __init__(self, wanted: Iterable[str]) -> None:
        asked = list(wanted)
        if len(asked) > MOST_NAMES:
            raise invalid_field("names", f"expected at most {MOST_NAMES} names")
        self._exact = {name for name in asked if not _is_pattern(name)}
        self._patterns = [_compiled(at, name[1:-1]) for at, name in enumerate(asked) if _is_pattern(name)]
        self._asks_all = not asked
        self._fits = cache(self._fits_pattern)  # names are few, patterns may be many

    def __contains__(self, name: str) -> bool:
        return self._asks_all or name in self._exact or self._fits(name)

    def _fits_pattern(self, name: str) -> bool:
        return any(pattern.search(name) for pattern in self._patterns)


def _is_pattern(name: str) -> bool:
    return len(name) > 1 and name[0] == name[-1] == "/"


def _compiled(at: int, text: str) -> Pattern:
    try:
        return Pattern(text)
    except PatternError as error:
        raise invalid_field(f"names[{at}]", f"expected a regular expression: {error}") from None
