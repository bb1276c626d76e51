"""Reads topics, facts, articles, the glossary and crisis words into core types."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.adapters.content import po
from bot.adapters.content.reading import Reader
from bot.adapters.content.schema import (
    ArticleFile,
    CrisisEntry,
    EmergencyFile,
    FactEntry,
    GermanHead,
    SubjectEntry,
    TermEntry,
    TopicEntry,
    TranslationHead,
)
from bot.adapters.content.values import Name, Slug
from bot.core.crisis import Crises, Crisis, EmergencyNumber
from bot.core.knowledge import Article, Fact, Source, Subject, Term, TermWording, Topic, Wording
from bot.core.language import LANGUAGES, SOURCE


def read_topics(reader: Reader) -> tuple[dict[str, Topic], frozenset[str]]:
    """Return the topics, and the ids of all, those with mistakes included."""
    entries, ids = reader.entries(reader.root / "knowledge" / "topics.yaml", TopicEntry, Slug)
    return {id: Topic(id, entry.icon, entry.order) for id, entry in entries.items()}, ids


def read_facts(reader: Reader) -> tuple[dict[str, Fact], frozenset[str]]:
    """Return the facts, and the names of all, those with mistakes included."""
    entries, names = reader.entries(reader.root / "knowledge" / "facts.yaml", FactEntry, Name)
    return {name: Fact(name=name, **dict(entry)) for name, entry in entries.items()}, names


def read_articles(reader: Reader) -> tuple[dict[str, Article], frozenset[str]]:
    """Return the articles, and the ids of all, those with mistakes included."""
    folders = sorted(path for path in (reader.root / "knowledge" / "articles").glob("[!.]*") if path.is_dir())
    found = {folder.name: _article(reader, folder) for folder in folders}
    return {id: article for id, article in found.items() if article is not None}, frozenset(found)


def _article(reader: Reader, folder: Path) -> Article | None:
    file = reader.yaml(folder / "article.yaml", ArticleFile)
    german = reader.article(folder / f"{SOURCE}.md", GermanHead)
    translations = _translations(reader, folder, german[0].revision if german else None)
    if file is None or german is None:
        return None
    head, title, body = german
    wording = Wording(SOURCE, title, body, head.phrasings, "reviewed", head.revision)
    return Article(
        id=folder.name,
        topic=file.topic,
        risk=file.risk,
        audience=file.audience,
        jurisdiction=file.jurisdiction,
        sources=tuple(Source(source.title, source.url, source.checked) for source in file.sources),
        review_by=file.review_by,
        related=file.related,
        revision=head.revision,
        wordings={SOURCE: wording, **translations},
    )


def _translations(reader: Reader, folder: Path, revision: int | None) -> dict[str, Wording]:
    wordings: dict[str, Wording] = {}
    for path in sorted(folder.glob("[!.]*.md")):
        language = path.stem
        if language == SOURCE:
            continue
        if language not in LANGUAGES:
            reader.report(path, "", f"'{language}' ist keine Sprache des Bots. Möglich sind: {', '.join(LANGUAGES)}.")
        elif (found := reader.article(path, TranslationHead)) is not None:
            head, title, body = found
            wordings[language] = Wording(language, title, body, head.phrasings, head.status, head.of)
            if revision is not None and head.of > revision:
                message = f"Die deutsche Fassung hat erst die Revision {revision}. Tragen Sie bei 'of' diese Zahl ein."
                reader.report(path, "of", message)
    return wordings


def read_terms(reader: Reader) -> dict[str, TermEntry]:
    """Return the entries of the glossary; none where there is no glossary."""
    path = reader.root / "knowledge" / "glossary.yaml"
    return reader.entries(path, TermEntry, Slug)[0] if path.exists() else {}


def build_terms(entries: Mapping[str, TermEntry], catalogues: po.Catalogues) -> dict[str, Term]:
    """Return the glossary with its wordings in every language that has them."""
    return {
        id: Term(id, entry.term, entry.also, entry.text, entry.article, dict(_term_wordings(id, entry, catalogues)))
        for id, entry in entries.items()
    }


def _term_wordings(id: str, entry: TermEntry, catalogues: po.Catalogues) -> Iterator[tuple[str, TermWording]]:
    for language, known in catalogues.items():
        term, text = known.get(f"{id}.term"), known.get(f"{id}.text")
        if term and text and term.translates(entry.term) and text.translates(entry.text):
            yield language, TermWording(language, term.text, text.text)


def read_elsewhere(reader: Reader) -> tuple[Subject, ...]:
    """Return the subjects there is no article on; none where there is no such file."""
    path = reader.root / "knowledge" / "elsewhere.yaml"
    entries = reader.entries(path, SubjectEntry, Slug)[0] if path.exists() else {}
    return tuple(Subject(id, entry.root) for id, entry in entries.items())


def read_emergency(reader: Reader) -> EmergencyFile | None:
    """Return the emergency numbers and crisis words as they were written."""
    return reader.yaml(reader.root / "knowledge" / "emergency.yaml", EmergencyFile)


def build_crises(file: EmergencyFile | None) -> Crises:
    """Return the crises; the words of all languages count for everybody, since people mix languages."""
    if file is None:
        return Crises((), ())
    return Crises(tuple(EmergencyNumber(each.id, each.number) for each in file.numbers), tuple(map(_crisis, file.crises)))


def _crisis(entry: CrisisEntry) -> Crisis:
    phrases = dict.fromkeys(phrase for words in entry.words.values() for phrase in words)
    unless = dict.fromkeys(phrase for words in entry.unless.values() for phrase in words)
    return Crisis(entry.id, entry.numbers, tuple(phrases), tuple(unless))
