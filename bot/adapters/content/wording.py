"""Looks at one text: what Telegram cannot show, amounts, digits, length, placeholders, and what is left of the German."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rapidfuzz import fuzz

from bot.core.text import units

TELEGRAM_LIMIT = 4096
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_GAP = "[ \u00a0\u202f]?"
_UNITS = (
    r"€|%|٪|(?:EUR|Euros?|Cents?|ct|Prozent|percent|pour cent|procent\w*|la sută|avro\w*|ewro\w*|евро|євро|цент(?:а|и|ы|ов|ів)?|"
    r"процент\w*|відсот\w*|يورو|یورو|سنت|درصد|بالمئة|بالمائة|في المئة|في المائة)\b"
)
_NUMBER = r"\d+(?:[.,٫٬]\d+)*"
_WORDED = r"\b(?:zwei|drei|vier|fünf|sech|sieb|acht|neun|zehn|elf|zwölf|zwanzig|(?:ein)?hundert|(?:ein)?tausend)\w*"
_AMOUNT = re.compile(
    rf"{_NUMBER}{_GAP}(?:{_UNITS})|(?:[€%٪]|\byüzde|\bji sedî){_GAP}{_NUMBER}|{_WORDED}{_GAP}(?:Euro|Cent|Prozent)\b"
    # An amount without its unit: 1.063 or 12,50, but no day and no time.
    r"|(?<![\d.,])(?:\d{1,3}(?:[.,]\d{3})+|\d+,\d{2})(?![\d.,]?\d)",
    re.IGNORECASE,
)
_OUTWARD = re.compile(r"(?:https?://|mailto:|tel:)\S")
_ADDRESS = re.compile(r"https?://[^\s)>]+")
_OTHER_DIGITS = re.compile("[٠-٩۰-۹]+")
_DOUBLE_UNIT = re.compile(rf"\{{([a-z][a-z0-9_]*)\}}{_GAP}(?:{_UNITS})", re.IGNORECASE)
_LIST_MARK = re.compile(r"^\s*(?:[-*]|\d+\.)\s+")
_SENTENCE = re.compile(r"\s\S+\s.*[.!?:]$")
"""At least three words and an end; what is shorter may well be the same in two languages: a name, an address."""
_ALMOST = 80
"""Of 100. The translations of November 2026 reach at most 60 against the German text."""
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
        if token.type == "link_open" and not _OUTWARD.match(target := str(token.attrs["href"])):
            yield f"Der Link '{target}' führt nirgendwohin. Schreiben Sie eine ganze Adresse, die mit https:// beginnt."
        if token.type in _UNSHOWABLE:
            yield _UNSHOWABLE[token.type]
        yield from _complaints(token.children or [])


def amounts(text: str) -> list[str]:
    """Return what to do about amounts: digits with a unit, or a unit after a fact that brings its own."""
    raw = [
        f"'{found[0]}' ist ein Betrag im Text. Tragen Sie ihn in facts.yaml ein und schreiben Sie {{name}}."
        for found in _AMOUNT.finditer(_ADDRESS.sub("", text))
    ]
    twice = [f"Hinter {{{found[1]}}} steht die Einheit noch einmal. Löschen Sie sie." for found in _DOUBLE_UNIT.finditer(text)]
    return raw + twice + _other_digits(text)


def _other_digits(text: str) -> list[str]:
    return [
        f"Der Bot schreibt überall die Ziffern 0-9. Schreiben Sie {int(found)} statt {found}, einen Betrag als {{name}}."
        for found in dict.fromkeys(_OTHER_DIGITS.findall(text))
    ]


def too_long(text: str) -> list[str]:
    """Return what to do about a text that does not fit into one Telegram message."""
    length = units(text)
    return (
        [f"Der Text hat {length} Zeichen, Telegram erlaubt {TELEGRAM_LIMIT}. Kürzen Sie ihn."] if length > TELEGRAM_LIMIT else []
    )


def unknown(names: frozenset[str]) -> list[str]:
    """Return what to do about placeholders for which there is no fact."""
    return [
        f"Der Wert {{{name}}} steht nicht in facts.yaml. Ergänzen Sie ihn oder korrigieren Sie den Namen."
        for name in sorted(names)
    ]


def differing(german: frozenset[str], translated: frozenset[str]) -> list[str]:
    """Return what to do about placeholders that a translation lacks or has in excess."""
    lacking = ", ".join(f"{{{name}}}" for name in sorted(german - translated))
    excess = ", ".join(f"{{{name}}}" for name in sorted(translated - german))
    messages = [f"Der Platzhalter {lacking} aus dem deutschen Text fehlt. Fügen Sie ihn ein."] if lacking else []
    return messages + ([f"Der Platzhalter {excess} steht nicht im deutschen Text. Löschen Sie ihn."] if excess else [])


def still_german(text: str, german: str) -> list[str]:
    """Return what to do about a translated text that repeats lines of the German one, or is almost the same."""
    wanted = {line for line in map(_bare, german.split("\n")) if _SENTENCE.search(line)}
    same = [line for line in map(_bare, text.split("\n")) if line in wanted]
    if len(same) == 1:
        return [f"1 Zeile ist noch deutsch: '{same[0]}'. Übersetzen Sie sie."]
    if same:
        return [f"{len(same)} Zeilen sind noch deutsch, zuerst '{same[0]}'. Übersetzen Sie sie."]
    if fuzz.ratio(text, german) > _ALMOST:
        return ["Das ist fast der deutsche Text. Übersetzen Sie ihn."]
    return []


def _bare(line: str) -> str:
    return _LIST_MARK.sub("", line).strip("* ")
