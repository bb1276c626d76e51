"""Translations as an advisor judges them: before sending, and beside what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from markupsafe import Markup, escape

from bot.adapters.web.markup import plain
from bot.adapters.web.parts import Gettext
from bot.core.language import direction
from bot.core.protection import Use
from bot.core.translations import NotTranslated, Rendering
from bot.services.translation import Preview


@dataclass(frozen=True, slots=True)
class Shown:
    """A translation before it is sent: what the person would read, what comes back, and what could be said more simply."""

    german: Markup
    mark: str
    text: Markup
    language: str
    direction: str
    note: str
    back: Markup | None
    doubtful: bool
    lost: str
    tips: list[tuple[str, str]]
    translated: bool


def shown(preview: Preview, german: str, texts: Gettext) -> Shown:
    """Prepare a preview of a German text."""
    readable, look = preview.readable, preview.look
    return Shown(
        german=_marked(german.strip(), preview.terms),
        mark=mark(german),
        text=plain(readable.text),
        language=readable.language,
        direction=direction(readable.language),
        note=readable.note,
        back=plain(look.back) if look.back is not None else None,
        doubtful=look.doubtful,
        lost=", ".join(look.lost),
        tips=[(_hints(texts)[each.hint], german.strip()[each.start : each.stop]) for each in preview.tips],
        translated=not isinstance(readable.result, NotTranslated),
    )


def mark(german: str) -> str:
    """Return a short mark by which the same words are known again."""
    return sha256(german.strip().encode(errors="replace")).hexdigest()[:16]


def remark(rendering: Rendering | None, author: str, chosen: str, name: str, texts: Gettext) -> str:
    """Return the small print of a line: how its translation came to be, and what is doubtful about it."""
    _ = texts
    if rendering is None:
        return ""
    said = []
    if author == "newcomer" and rendering.language not in ("", chosen):
        said.append(_("Hat auf {language} geschrieben").format(language=name))
    labels = {"machine": _("Maschinell übersetzt"), "similar": _("Übersetzung eines fast gleichen Satzes")}
    if rendering.label in labels:
        said.append(labels[rendering.label])
    if rendering.label == "untranslated" and author == "newcomer":
        said.append(_("Nicht übersetzt"))
    if rendering.look.doubtful:
        words = ", ".join(rendering.look.lost)
        said.append(_("Kann missverstanden werden: {words}").format(words=words) if words else _("Kann missverstanden werden"))
    return " · ".join(said)


def _marked(text: str, terms: Sequence[Use]) -> Markup:
    """Return a text in which the words that are kept stand out."""
    parts, end = [], 0
    for each in terms:
        parts += [escape(text[end : each.start]), Markup("<mark>"), escape(text[each.start : each.stop]), Markup("</mark>")]
        end = each.stop
    return Markup("").join([*parts, escape(text[end:])]).replace("\n", Markup("<br>"))


def _hints(_: Gettext) -> dict[str, str]:
    return {
        "long_sentence": _("Langer Satz: Machen Sie zwei daraus."),
        "long_word": _("Langes Wort: Trennen oder erklären Sie es."),
        "passive": _("Passiv: Schreiben Sie, wer es tut."),
        "idiom": _("Redewendung: Sagen Sie es wörtlich."),
        "negations": _("Zweimal verneint: Sagen Sie es positiv."),
        "abbreviation": _("Abkürzung: Schreiben Sie sie aus."),
    }
