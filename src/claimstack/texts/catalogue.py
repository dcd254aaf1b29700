"""The catalogue of one language: text by key, with `{placeholders}`, plural forms and a little emphasis."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup, escape

LANGUAGES: Mapping[str, str] = {"en": "English", "de": "Deutsch"}
"""The languages there are, each by its own name; the first is spoken where none is preferred."""

_PLACE = re.compile(r"\{(\w+)\}")
_STRONG = re.compile(r"\*\*(.+?)\*\*")
_CODE = re.compile(r"`(.+?)`")
_QUALITY = re.compile(r"^q=(0(?:\.\d{1,3})?|1(?:\.0{1,3})?)$")


class Texts:
    """All texts of one language. `KeyError` for a key that is not there: a test asks for every key that is used."""

    def __init__(self, language: str, texts: Mapping[str, Any]) -> None:
        self.language = language
        self._texts = texts

    def __call__(self, key: str, /, **words: object) -> str:
        """The text with its places filled in; `n` chooses among the forms `one` and `other`, if there are such."""
        return _filled(self._form(key, words), {name: str(word) for name, word in words.items()})

    def rich(self, key: str, /, **words: object) -> Markup:
        """The text as HTML: `**strong**` and `` `code` `` of the catalogue become elements, all words are escaped."""
        text = str(escape(self._form(key, words)))
        text = _CODE.sub(r"<code>\1</code>", _STRONG.sub(r"<strong>\1</strong>", text))
        return Markup(_filled(text, {name: str(escape(word)) for name, word in words.items()}))  # noqa: S704

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in self._texts

    def entries(self) -> Mapping[str, Any]:
        """Every key with its text (or its plural forms)."""
        return self._texts

    def _form(self, key: str, words: Mapping[str, object]) -> str:
        text = self._texts[key]
        if isinstance(text, dict):
            text = text["one" if words["n"] == 1 else "other"]
        return str(text)


def _filled(text: str, words: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: words[place[1]], text)


@cache
def texts_of(language: str) -> Texts:
    """The catalogue of a language of `LANGUAGES`."""
    found: dict[str, Any] = {}
    for file in (files("claimstack.texts") / language).iterdir():
        if file.name.endswith(".toml"):
            area = file.name.removesuffix(".toml")
            found.update(_flat(area, tomllib.loads(file.read_text("utf-8"))))
    return Texts(language, found)


def _flat(prefix: str, table: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict) and set(value) != {"one", "other"}:
            found.update(_flat(f"{prefix}.{name}", value))
        else:
            found[f"{prefix}.{name}"] = value
    return found


def preferred(chosen: str, accept_language: str) -> str:
    """The language to speak: the chosen one, else what `Accept-Language` likes best (RFC 9110 §12.5.4), or English."""
    if chosen in LANGUAGES:
        return chosen
    liked: list[tuple[float, str]] = []
    for part in accept_language[:200].split(","):
        tag, _, rest = part.strip().lower().partition(";")
        quality = _QUALITY.match(rest.strip()) if rest.strip() else None
        weight = float(quality[1]) if quality else (0.0 if rest.strip() else 1.0)
        if (language := tag.partition("-")[0]) in LANGUAGES and weight > 0:
            liked.append((weight, language))
    return max(liked, key=lambda one: one[0])[1] if liked else next(iter(LANGUAGES))
