"""Looks at one text: what Telegram cannot show, amounts written as digits, and length."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.core.text import units

TELEGRAM_LIMIT = 4096
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_GAP = "[ \u00a0\u202f]?"
_UNITS = r"€|%|٪|(?:EUR|Euros?|Cents?|ct|Prozent|percent|avro|ewro|евро|євро|يورو|یورو)\b"
_NUMBER = r"\d+(?:[.,٫٬]\d+)*"
_AMOUNT = re.compile(rf"{_NUMBER}{_GAP}(?:{_UNITS})|[€%٪]{_GAP}{_NUMBER}", re.IGNORECASE)
_DOUBLE_UNIT = re.compile(rf"\{{([a-z][a-z0-9_]*)\}}{_GAP}(?:{_UNITS})", re.IGNORECASE)
_UNSHOWABLE = {
    "table_open": "Tabellen zeigt Telegram nicht. Schreiben Sie eine Liste.",
    "image": "Bilder zeigt Telegram im Text nicht. Löschen Sie das Bild oder verlinken Sie es.",
    "html_block": "HTML ist nicht erlaubt. Löschen Sie die spitzen Klammern.",
    "html_inline": "HTML ist nicht erlaubt. Löschen Sie die spitzen Klammern.",
    "heading_open": "Im Text stehen keine Überschriften. Schreiben Sie die Zeile **fett**.",
    "hr": "Trennlinien zeigt Telegram nicht. Löschen Sie sie.",
}
_NESTED = "Listen in Listen zeigt Telegram nicht. Machen Sie eine einfache Liste daraus."


def unshowable(markdown: str) -> list[str]:
    """Return what to do about Markdown that Telegram cannot show."""
    return list(dict.fromkeys(_complaints(_MARKDOWN.parse(markdown))))


def _complaints(tokens: list[Token]) -> Iterator[str]:
    lists = 0
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists -= 1
        if lists > 1:
            yield _NESTED
        if token.type in _UNSHOWABLE:
            yield _UNSHOWABLE[token.type]
        yield from _complaints(token.children or [])


def amounts(text: str) -> list[str]:
    """Return what to do about amounts: digits with a unit, or a unit after a fact that brings its own."""
    raw = [
        f"'{found[0]}' ist ein Betrag im Text. Tragen Sie ihn in facts.yaml ein und schreiben Sie {{name}}."
        for found in _AMOUNT.finditer(text)
    ]
    twice = [f"Hinter {{{found[1]}}} steht die Einheit noch einmal. Löschen Sie sie." for found in _DOUBLE_UNIT.finditer(text)]
    return raw + twice


def too_long(text: str) -> list[str]:
    """Return what to do about a text that does not fit into one Telegram message."""
    length = units(text)
    return (
        [f"Der Text hat {length} Zeichen, Telegram erlaubt {TELEGRAM_LIMIT}. Kürzen Sie ihn."] if length > TELEGRAM_LIMIT else []
    )


def differing(german: frozenset[str], translated: frozenset[str]) -> list[str]:
    """Return what to do about placeholders that a translation lacks or has in excess."""
    lacking = ", ".join(f"{{{name}}}" for name in sorted(german - translated))
    excess = ", ".join(f"{{{name}}}" for name in sorted(translated - german))
    messages = [f"Der Platzhalter {lacking} aus dem deutschen Text fehlt. Fügen Sie ihn ein."] if lacking else []
    return messages + ([f"Der Platzhalter {excess} steht nicht im deutschen Text. Löschen Sie ihn."] if excess else [])
