"""Folding, bidi isolation and splitting of text."""

import re
import unicodedata
from functools import lru_cache

FSI, PDI, RLM = "\u2068", "\u2069", "\u200f"
_BIDI_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c\ufeff"))
# Letters that people type for one another: Arabic hamza forms, two that dialects speak alike, Persian and Arabic yeh and kaf,
# Russian yo, Turkish dotless i.
_VARIANTS = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ئ": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه", "ؤ": "و",
        "ـ": None, "ظ": "ض", "ё": "е", "ґ": "г", "ı": "i", "ł": "l", "ß": "ss", "ø": "o", "đ": "d",
        "'": None, "’": None, "ʼ": None, "`": None, "\u200c": None, "\u200d": None,
    }
)  # fmt: skip
_COMMAND = re.compile(r"(?<![\w/])/[a-z]+\b")
_NOT_WORD = re.compile(r"[^\w]+", re.UNICODE)
MAX_QUESTION = 300
"""Characters of a question that are looked at; more only costs time."""


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Return text for comparing: NFKC, lower case, no diacritics, one form of each letter and digit, single spaces."""
    clean = unicodedata.normalize("NFKC", strip_controls(text)).casefold().translate(_VARIANTS)
    bare = "".join(c for c in unicodedata.normalize("NFKD", clean) if not unicodedata.combining(c))
    digits = "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in bare.translate(_VARIANTS))
    return _NOT_WORD.sub(" ", digits.replace("_", " ")).strip()


def strip_controls(text: str) -> str:
    """Return text without bidi marks, NUL, other control characters and lone surrogates; line breaks stay."""
    kept = (c for c in text.translate(_BIDI_MARKS) if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept)


def isolate(text: str) -> str:
    """Wrap left-to-right text for use inside right-to-left text (Unicode first strong isolate)."""
    return f"{FSI}{text}{PDI}"


def with_commands(text: str) -> str:
    """Isolate the commands (`/erase`) of a right-to-left text: the slash would go to the other side."""
    return _COMMAND.sub(lambda found: isolate(found[0]), text)


def units(text: str) -> int:
    """Return the length in UTF-16 units, which is what Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def split(text: str, limit: int = 4096) -> list[str]:
    """Split text into parts of at most `limit` UTF-16 units, at paragraphs, then lines, then sentences, then words."""
    parts: list[str] = []
    rest = text.strip()
    while units(rest) > limit:
        cut = _cut(rest, limit)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest or not parts else parts


def _cut(text: str, limit: int) -> int:
    window = text[:limit]
    while units(window) > limit:
        window = window[: len(window) - (units(window) - limit + 1) // 2 or -1]
    for mark in ("\n\n", "\n", ". ", " "):
        place = window.rfind(mark)
        if place > len(window) // 3:
            return place + len(mark)
    return len(window)
