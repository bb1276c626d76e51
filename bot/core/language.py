"""The languages the bot speaks: their own names, direction and what to fall back to."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its ISO 639 code, its name in its own script and its writing direction."""

    code: str
    name: str
    direction: Direction = "ltr"


SOURCE = "de"
"""German: what volunteers write first, and the last resort of every fallback."""

LANGUAGES: dict[str, Language] = {
    language.code: language
    for language in (
        Language("de", "Deutsch"),
        Language("ar", "العربية", "rtl"),
        Language("uk", "Українська"),
        Language("ru", "Русский"),
        Language("tr", "Türkçe"),
        Language("fa", "فارسی / دری", "rtl"),
        Language("en", "English"),
        Language("pl", "Polski"),
        Language("ro", "Română"),
        Language("bg", "Български"),
        Language("ku", "Kurdî (Kurmancî)"),
        Language("fr", "Français"),
    )
}
"""All languages in the order of the first screen."""

_ALIASES = {"prs": "fa", "kmr": "ku", "ua": "uk", "dari": "fa", "farsi": "fa", "kurmanji": "ku"}


@lru_cache(1000)
def parse_language(text: str) -> str | None:
    """Return the code of the language a tag or a name means ("ar-SY", "Arabic" in Arabic), or None."""
    wanted = text.strip().casefold()
    code = wanted.replace("_", "-").split("-")[0]
    code = _ALIASES.get(code, code)
    if code in LANGUAGES:
        return code
    return next((each.code for each in LANGUAGES.values() if each.name.casefold() == wanted), None)


@cache
def fallback_chain(code: str) -> tuple[str, ...]:
    """Return the languages to try in order: the reader's own, English, German."""
    return tuple(dict.fromkeys((code, "en", SOURCE)))


def direction(code: str) -> Direction:
    """Return the writing direction of a language; left to right for one the bot does not know."""
    known = LANGUAGES.get(code)
    return known.direction if known else "ltr"
