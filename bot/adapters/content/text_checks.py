"""What the check finds in the words of flows, small talk and console, in every language."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bot.adapters.content import po, wording
from bot.adapters.content.article_checks import rendered
from bot.adapters.content.catalogues import (
    CONSOLE,
    CONSOLE_LANGUAGES,
    LABEL_LENGTH,
    catalogue_path,
    console_sources,
    console_translations,
    damaged,
)
from bot.adapters.content.flow_files import PHRASES
from bot.adapters.content.problems import Problem
from bot.core.content import Content
from bot.core.knowledge import KnowledgeBase
from bot.core.language import SOURCE
from bot.core.texts import placeholders

COMMAND_LENGTH = 256


def check_texts(
    root: Path, sources: Iterable[po.Source], catalogues: po.Catalogues, knowledge: KnowledgeBase
) -> Iterator[Problem]:
    """Yield what is wrong with German texts, and with their translations or the lack of them."""
    wanted = {source.key: source for source in sources if source.key}
    for key, source in wanted.items():
        for message in faults(source, source.german, SOURCE, knowledge):
            yield Problem(source.file, key, message)
    for language, known in catalogues.items():
        path = catalogue_path(root, language)
        file = path.relative_to(root).as_posix()
        if wanted and not path.exists():
            yield Problem(
                file, "", f"Die Datei fehlt. Rufen Sie 'wegweiser messages' auf und übersetzen Sie {len(wanted)} Texte."
            )
            continue
        for key, message in _of_language(language, wanted, known, knowledge):
            yield Problem(file, key, message)


def _of_language(
    language: str, wanted: Mapping[str, po.Source], known: Mapping[str, po.Translation], knowledge: KnowledgeBase
) -> Iterator[tuple[str, str]]:
    for key, source in wanted.items():
        translation = known.get(key)
        if translation is None or not translation.text:
            yield key, f"Die Übersetzung von '{_short(source.german)}' fehlt. Ergänzen Sie sie."
        elif translation.machine:
            yield key, "Das hat eine Maschine übersetzt. Prüfen Sie es und löschen Sie die Markierung 'fuzzy'."
        elif translation.fuzzy:
            yield key, "Der deutsche Text hat sich geändert. Prüfen Sie die Übersetzung und löschen Sie die Markierung 'fuzzy'."
        elif translation.german != source.german:
            yield key, "Der deutsche Text hat sich geändert. Rufen Sie 'wegweiser messages' auf und prüfen Sie die Übersetzung."
        else:
            for message in faults(source, translation.text, language, knowledge):
                yield key, message


def faults(source: po.Source, text: str, language: str, knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield why a text cannot be shown as it stands."""
    yield from wording.differing(placeholders(source.german), placeholders(text))
    yield from wording.amounts(text)
    if limit := _limit(source, knowledge):
        if len(text) > limit:
            kind = "Knopf" if limit == LABEL_LENGTH else "Text"
            yield f"Der {kind} hat {len(text)} Zeichen, höchstens {limit} passen. Kürzen Sie ihn."
        return
    yield from wording.unshowable(text)
    yield from wording.too_long(rendered(text, language, knowledge))


def _limit(source: po.Source, knowledge: KnowledgeBase) -> int:
    """Return how many characters a button, or a line of Telegram's menu of commands, may have; 0 for other texts."""
    kind, _, name = (source.key or "").removeprefix(f"{PHRASES}.").partition("_")
    if kind == "command":
        return COMMAND_LENGTH
    return LABEL_LENGTH if source.hint or kind == "nav" or (kind == "topic" and name in knowledge.topics) else 0


def _short(text: str) -> str:
    return text if len(text) <= LABEL_LENGTH else f"{text[:LABEL_LENGTH].rstrip()}…"


def check_names(root: Path, content: Content) -> Iterator[Problem]:
    """Yield the small talk that other files count on: names of topics, emergency numbers, crises and target groups."""
    file = f"flows/{PHRASES}.yaml"
    if not (root / file).exists():
        yield Problem(file, "", "Die Datei fehlt. Legen Sie sie mit den Texten des Bots an.")
        return
    groups = {group for site in content.network.sites.values() for group in site.target_groups}
    wanted = {
        **{f"topic_{id}": f"Name des Themas '{id}'" for id in content.knowledge.topics},
        **{f"number_{number.id}": f"Name der Notfallnummer '{number.id}'" for number in content.crises.numbers},
        **{f"crisis_{crisis.id}": f"Text zum Notfall '{crisis.id}'" for crisis in content.crises.kinds},
        **{f"group_{group.replace('-', '_')}": f"Name der Zielgruppe '{group}'" for group in sorted(groups)},
    }
    there = content.phrases.keys()
    for key, meaning in wanted.items():
        if key not in there:
            yield Problem(file, key, f"Der {meaning} fehlt. Ergänzen Sie ihn.")


def check_console(root: Path) -> Iterator[Problem]:
    """Yield what is wrong with the console's translations, where the console's sources are at hand."""
    germans = list(dict.fromkeys(source.german for source in console_sources(root)))
    for language in CONSOLE_LANGUAGES:
        path = catalogue_path(root, language, CONSOLE)
        file = path.relative_to(root).as_posix()
        if language == SOURCE or not germans:
            continue
        if not path.exists():
            yield Problem(
                file, "", f"Die Datei fehlt. Rufen Sie 'wegweiser messages' auf und übersetzen Sie {len(germans)} Texte."
            )
            continue
        for place, message in _of_console(root, language, germans):
            yield Problem(file, place, message)


def _of_console(root: Path, language: str, germans: list[str]) -> Iterator[tuple[str, str]]:
    try:
        known = console_translations(root, language)
    except po.CatalogueError as error:
        yield "", damaged(error)
        return
    for german in germans:
        if german not in known:
            yield _short(german), "Die Übersetzung fehlt oder ist veraltet. Ergänzen Sie sie."
        else:
            for message in wording.differing(placeholders(german), placeholders(known[german])):
                yield _short(german), message
