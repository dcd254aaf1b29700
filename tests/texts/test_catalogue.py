"""The catalogue: whole in each language, found by every page, quiet about what it is given."""

import re
from pathlib import Path

import pytest

from claimstack.texts import LANGUAGES, preferred, texts_of

PACKAGE = Path(__file__).parents[2] / "src" / "claimstack"
PLACE = re.compile(r"\{(\w+)\}")
# `t("area.name"`, `visit.t("…"`, `go(visit, path, "…"`: whole keys; what is put together with ~ is looked at apart.
USED = re.compile(r"""\bt(?:\.rich)?\(\s*["']([a-z_]+\.[A-Za-z_.0-9]+)["']\s*(~)?""")


def forms(text: object) -> list[str]:
    return list(text.values()) if isinstance(text, dict) else [str(text)]


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_language_has_the_keys_and_places_of_english(language: str) -> None:
    english, other = texts_of("en").entries(), texts_of(language).entries()
    assert set(other) == set(english)
    for key, text in english.items():
        assert isinstance(other[key], dict) == isinstance(text, dict), key
        for form in forms(other[key]):
            assert set(PLACE.findall(form)) <= set(PLACE.findall(" ".join(forms(text)))), key
        assert set(PLACE.findall(" ".join(forms(other[key])))) == set(PLACE.findall(" ".join(forms(text)))), key


def test_no_text_is_empty() -> None:
    for language in LANGUAGES:
        assert [key for key, text in texts_of(language).entries().items() if not all(forms(text))] == []


def test_every_key_that_a_page_uses_is_there() -> None:
    english = texts_of("en")
    lost = []
    for path in PACKAGE.rglob("*"):
        if path.suffix not in (".html", ".py"):
            continue
        for key, joined in USED.findall(path.read_text("utf-8")):
            found = any(known.startswith(key) for known in english.entries()) if joined else english.has(key)
            if not found:
                lost.append(f"{path.name}: {key}")
    assert lost == []


@pytest.mark.parametrize(
    ("chosen", "accepted", "spoken"),
    [
        ("", "", "en"), ("", "de", "de"), ("", "de-AT,de;q=0.9,en;q=0.8", "de"), ("", "fr, en;q=0.5, de;q=0.7", "de"),
        ("en", "de", "en"), ("xx", "de", "de"), ("", "de;q=0, en", "en"), ("", "de;q=nonsense", "en"), ("", "fr", "en"),
        ("", "*", "en"), ("", "DE", "de"),
    ],
)  # fmt: skip
def test_the_language_is_the_chosen_one_or_the_best_liked(chosen: str, accepted: str, spoken: str) -> None:
    assert preferred(chosen, accepted) == spoken


def test_plural_forms_follow_the_number() -> None:
    t = texts_of("en")
    assert t("rights.count", n=1) == "1 right"
    assert t("rights.count", n=5) == "5 rights"


def test_words_are_not_looked_through_for_places_or_markup() -> None:
    t = texts_of("en")
    assert t("home.hello", name="{n} **x** {name}") == "Hello, {n} **x** {name}"
    assert t.rich("home.hello", name="<b>**x**`y`") == "Hello, &lt;b&gt;**x**`y`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_rights_read_the_same(language: str) -> None:
    texts = [text for key, text in texts_of(language).entries().items() if key.startswith("rights.one.")]
    assert len(texts) > 25
    assert len(set(texts)) == len(texts)
