"""What a page's form brought: texts by name, some several times, none with NUL; and the mark that it is sent once."""

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

from claimstack.oauth import FORM, BadForm, body_of, media_type

MOST_FIELDS = 500
ONCE = "once"
# Never shown again, neither in the form that comes back nor in the page that asks to log in again.
SECRET = frozenset({"password", "old", "again", "secret", "kek", "code", "app_key", "nwk_key", "label"})


class Form(Mapping[str, str]):
    """The first value of each name; `every` has them all. A name that is not there is the empty text."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value.replace("\r\n", "\n"))

    def __getitem__(self, name: str) -> str:
        return self._values[name][0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def text(self, name: str) -> str:
        """The text without blanks around it."""
        return self.get(name, "").strip()

    def every(self, name: str) -> list[str]:
        """All values of that name."""
        return list(self._values.get(name, ()))

    def kept(self) -> list[tuple[str, str]]:
        """What may be shown again, pair by pair."""
        return [(name, value) for name, values in self._values.items() if name not in SECRET for value in values]


async def form_of(request: Request) -> Form:
    """The posted form; `BadForm` when it is none."""
    body = await body_of(request)
    if body and media_type(request) != FORM:
        raise BadForm(415, f"expected content type {FORM}")
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except (UnicodeDecodeError, ValueError):
        raise BadForm(400, "the form is not well formed") from None
    if any("\0" in text for pair in pairs for text in pair):
        raise BadForm(400, "the form is not well formed")
    return Form(pairs)
