"""From the folder to the core: everything volunteers wrote, typed, or all that is wrong with it at once."""

from dataclasses import dataclass
from pathlib import Path

from bot.adapters.content import po
from bot.adapters.content.alarms import read_alarms
from bot.adapters.content.canned import read_canned
from bot.adapters.content.catalogues import GLOSSARY, flow_sources, phrase_sources, read_catalogues
from bot.adapters.content.flow_files import read_flow_files, read_phrases
from bot.adapters.content.flows import build_flow, build_phrases
from bot.adapters.content.knowledge import (
    build_crises,
    build_terms,
    read_articles,
    read_elsewhere,
    read_emergency,
    read_facts,
    read_terms,
    read_topics,
)
from bot.adapters.content.network import read_network
from bot.adapters.content.papers import read_papers
from bot.adapters.content.problems import ContentError, Problem, errors
from bot.adapters.content.reading import Reader
from bot.adapters.content.references import Known, references
from bot.adapters.content.schema import EmergencyFile
from bot.adapters.content.vocabulary import read_vocabulary
from bot.core.content import Content
from bot.core.knowledge import KnowledgeBase
from bot.core.network import Network
from bot.core.places import Gazetteer
from bot.core.texts import Texts


@dataclass(frozen=True)
class Reading:
    """What was read: the content without the files that do not fit, what is wrong, and what only the checks look at."""

    root: Path
    content: Content
    problems: tuple[Problem, ...]
    known: Known
    sources: tuple[po.Source, ...]
    catalogues: po.Catalogues
    term_catalogues: po.Catalogues
    emergency: EmergencyFile | None


def load(root: Path) -> Content:
    """Return the content of a folder with knowledge/, flows/ and locales/.

    Raises:
        ContentError: a file does not fit its shape, or something refers to what is not there.
    """
    reading = read(root)
    found = errors(reading.problems)
    if found:
        raise ContentError(found)
    return reading.content


def load_knowledge(root: Path) -> Content:
    """Return what questions are answered from: topics, articles and, where they are there, facts, glossary and crisis words.

    Raises:
        ContentError: one of these files does not fit its shape, or refers to what is not there.
    """
    reader = Reader(root)
    topics, topic_ids = read_topics(reader)
    facts, fact_names = read_facts(reader) if (root / "knowledge" / "facts.yaml").exists() else ({}, frozenset())
    articles, article_ids = read_articles(reader)
    emergency = read_emergency(reader) if (root / "knowledge" / "emergency.yaml").exists() else None
    entries = read_terms(reader)
    terms = build_terms(entries, read_catalogues(reader, GLOSSARY) if entries else {})
    nowhere = Network({}, {}, Gazetteer(()), {})
    content = Content(
        KnowledgeBase(topics, articles, facts, terms, read_elsewhere(reader), read_vocabulary(reader)),
        {},
        Texts({}),
        nowhere,
        build_crises(emergency),
        alarms=read_alarms(reader),
    )
    known = Known(topic_ids, fact_names, article_ids, frozenset(), frozenset())
    found = errors((*reader.problems, *references(content, known)))
    if found:
        raise ContentError(found)
    return content


def read(root: Path) -> Reading:
    """Read everything that can be read and remember what is wrong."""
    reader = Reader(root)
    topics, topic_ids = read_topics(reader)
    facts, fact_names = read_facts(reader)
    articles, article_ids = read_articles(reader)
    network, agency_ids = read_network(reader)
    files, phrases = read_flow_files(reader), read_phrases(reader)
    emergency = read_emergency(reader)
    terms = read_terms(reader)
    catalogues, term_catalogues = read_catalogues(reader), read_catalogues(reader, GLOSSARY) if terms else {}
    content = Content(
        knowledge=KnowledgeBase(
            topics, articles, facts, build_terms(terms, term_catalogues), read_elsewhere(reader), read_vocabulary(reader)
        ),
        flows={id: build_flow(file, catalogues) for id, file in files.items()},
        phrases=build_phrases(phrases, catalogues),
        network=network,
        crises=build_crises(emergency),
        alarms=read_alarms(reader),
        canned=read_canned(reader),
        papers=read_papers(reader),
    )
    flow_ids = frozenset(path.stem for path in (root / "flows").glob("*.yaml"))
    known = Known(topic_ids, fact_names, article_ids, agency_ids, flow_ids)
    sources = [*phrase_sources(phrases), *(source for file in files.values() for source in flow_sources(file))]
    problems = (*reader.problems, *references(content, known))
    return Reading(root, content, problems, known, tuple(sources), catalogues, term_catalogues, emergency)
