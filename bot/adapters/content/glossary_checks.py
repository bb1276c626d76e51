"""What the check finds in the glossary and its translations."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.adapters.content import po, wording
from bot.adapters.content.catalogues import GLOSSARY, catalogue_path, term_sources
from bot.adapters.content.problems import Problem, Severity
from bot.adapters.content.references import GLOSSARY_FILE, Known
from bot.core.knowledge import Term
from bot.core.text import fold
from bot.core.texts import placeholders


def check_glossary(root: Path, terms: Mapping[str, Term], catalogues: po.Catalogues, known: Known) -> Iterator[Problem]:
    """Yield what is wrong with the words of the glossary; missing translations are one warning for each language."""
    germans = {source.key: source.german for source in term_sources(terms) if source.key}
    for key, german in germans.items():
        for message in (*wording.unknown(placeholders(german) - known.facts), *_errors(german)):
            yield Problem(GLOSSARY_FILE, key, message)
    yield from _twice(terms)
    for language, translations in catalogues.items():
        path = catalogue_path(root, language, GLOSSARY)
        for place, message, severity in _of_language(germans, translations, path.exists()):
            yield Problem(path.relative_to(root).as_posix(), place, message, severity)


def _errors(text: str) -> list[str]:
    return wording.amounts(text) + wording.unshowable(text)


def _twice(terms: Mapping[str, Term]) -> Iterator[Problem]:
    claimed: dict[str, str] = {}
    for term in terms.values():
        for spelling in (term.term, *term.also):
            first = claimed.get(fold(spelling))
            claimed.setdefault(fold(spelling), term.id)
            if first == term.id:
                yield Problem(GLOSSARY_FILE, term.id, f"'{spelling}' steht zweimal da. Löschen Sie das Wort einmal.")
            elif first is not None:
                message = f"'{spelling}' steht auch beim Eintrag '{first}'. Lassen Sie das Wort nur bei einem Eintrag stehen."
                yield Problem(GLOSSARY_FILE, term.id, message)


def _of_language(
    germans: Mapping[str, str], translations: Mapping[str, po.Translation], exists: bool
) -> Iterator[tuple[str, str, Severity]]:
    there = {key: translations[key] for key in germans if key in translations and translations[key].text}
    good = {key: each.text for key, each in there.items() if each.translates(germans[key])}
    if len(good) < len(germans):
        todo = "Übersetzen Sie sie." if exists else "Rufen Sie zuerst 'wegweiser messages' auf."
        machine = sum(each.machine for each in there.values())
        missing, outdated = len(germans) - len(there), len(there) - len(good) - machine
        unread = f", von einer Maschine und ungeprüft {machine}" if machine else ""
        message = f"Von {len(germans)} Texten des Wörterbuchs fehlen {missing}, veraltet sind {outdated}{unread}. {todo}"
        yield "", message, "warning"
    for key, text in good.items():
        for message in (*wording.differing(placeholders(germans[key]), placeholders(text)), *_errors(text)):
            yield key, message, "error"
