"""Turns flow files, small talk and their translations into the core's flows and texts."""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256

from bot.adapters.content import po
from bot.adapters.content.catalogues import flow_sources, phrase_sources
from bot.adapters.content.flow_files import PHRASES
from bot.adapters.content.flow_schema import AskEntry, FlowFile, StepEntry, TargetEntry
from bot.core.flows import Ask, Flow, Option, Other, Step, Target
from bot.core.language import SOURCE
from bot.core.texts import Texts


def build_flow(file: FlowFile, catalogues: po.Catalogues) -> Flow:
    """Return a flow with its texts in every language that has them."""
    texts = _texts(flow_sources(file), catalogues)
    return Flow(
        id=file.flow,
        edition=_edition(file, texts),
        revision=file.revision,
        topic=file.topic,
        menu=file.triggers.menu,
        keywords=file.triggers.keywords,
        expires_after=file.expires_after,
        start=file.start,
        steps={id: _step(id, step) for id, step in file.steps.items()},
        texts=Texts(texts),
    )


def build_phrases(phrases: Mapping[str, str], catalogues: po.Catalogues) -> Texts:
    """Return the small talk by its own keys, without the catalogue's prefix."""
    texts = _texts(phrase_sources(phrases), catalogues)
    prefix = len(PHRASES) + 1
    return Texts({language: {key[prefix:]: text for key, text in words.items()} for language, words in texts.items()})


def _texts(sources: Iterable[po.Source], catalogues: po.Catalogues) -> dict[str, dict[str, str]]:
    """Return the texts by language; a translation of an earlier German text is none."""
    german = {source.key: source.german for source in sources if source.key}
    texts = {SOURCE: german}
    for language, known in catalogues.items():
        found = {key: known[key] for key in german if key in known}
        current = {key: each.text for key, each in found.items() if each.translates(german[key])}
        if current:
            texts[language] = current
    return texts


def _edition(file: FlowFile, texts: Mapping[str, Mapping[str, str]]) -> str:
    # The order of options counts, since people answer by number; the order of languages does not.
    words = {language: dict(sorted(texts[language].items())) for language in sorted(texts)}
    canonical = json.dumps([file.model_dump(mode="json"), words], ensure_ascii=False, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()[:16]


def _step(id: str, entry: StepEntry) -> Step:
    return Step(
        id=id,
        says=entry.say is not None,
        article=entry.article,
        ask=_ask(entry.ask) if entry.ask else None,
        site=_target(entry.site),
        handoff=_target(entry.handoff),
        book=_target(entry.book),
        call=entry.call,
        goto=entry.goto,
        end=entry.end,
    )


def _ask(entry: AskEntry) -> Ask:
    return Ask(
        save=entry.save or "",
        type=entry.type,
        options=tuple(Option(id, option.goto, option.also) for id, option in entry.options.items()),
        goto=entry.goto,
        other=Other(entry.other.retries, entry.other.goto) if entry.other else None,
    )


def _target(entry: TargetEntry | None) -> Target | None:
    return Target(entry.topic) if entry else None
