"""What a machine may translate of the content, and the files it writes: never over a person's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.content import po
from bot.adapters.content.article_checks import faults
from bot.adapters.content.catalogues import GLOSSARY, catalogue_path, damaged
from bot.adapters.content.flow_files import PHRASES
from bot.adapters.content.phrasings import quoted
from bot.adapters.content.problems import ContentError
from bot.adapters.content.reading import Reader
from bot.adapters.content.references import article_file
from bot.adapters.content.rendering import render
from bot.adapters.content.schema import TranslationHead
from bot.adapters.content.writing import replace, sign, signed
from bot.core.by_people import for_people
from bot.core.knowledge import Article, KnowledgeBase, Wording
from bot.core.language import SOURCE

PEOPLE = "only people may translate it"


def why_not(root: Path, article: Article, language: str) -> str:
    """Return why a machine may not write an article in a language; "" when it may."""
    wording = article.wordings.get(language)
    if wording is not None and wording.status != "machine":
        return f"translated by people ({wording.status})"
    if wording is not None and not article.outdated(language):
        return "translated by a machine already"
    if article.risk == "red":
        return f"risk red, {PEOPLE}"
    if wording is not None and not _untouched(*_read(root, article, language)):
        return "somebody changed the machine's words, so they are theirs: set status: draft"
    return ""


def write_article(root: Path, article: Article, language: str, title: str, body: str, engine: str) -> None:
    """Write a machine's translation of an article; phrasings that are there stay.

    Raises:
        FileExistsError: meanwhile there is a text that somebody wrote or changed.
    """
    path = _file(root, article, language)
    phrasings: tuple[str, ...] = ()
    if path.exists():
        before = _read(root, article, language)
        if not _untouched(*before):
            raise FileExistsError(path)
        phrasings = before[0].phrasings
    text = render(
        "machine.md",
        of=article.revision,
        machine=quoted(sign(engine, f"{title}\n{body}")),
        phrasings=list(map(quoted, phrasings)),
        title=title,
        body=body,
    )
    replace(path, text.encode())


def article_faults(article: Article, language: str, title: str, body: str, knowledge: KnowledgeBase) -> list[str]:
    """Return what the check would say about a translation."""
    wording = Wording(language, title, body, (), "machine", article.revision)
    return list(faults(wording, article.wordings[SOURCE], knowledge, frozenset(knowledge.facts)))


def _untouched(head: TranslationHead, title: str, body: str) -> bool:
    """Tell whether a text is still as a machine wrote it."""
    return head.status == "machine" and signed(head.machine, f"{title}\n{body}")


def _file(root: Path, article: Article, language: str) -> Path:
    return root / article_file(article.id, f"{language}.md")


def _read(root: Path, article: Article, language: str) -> tuple[TranslationHead, str, str]:
    reader = Reader(root)
    found = reader.article(_file(root, article, language), TranslationHead)
    if found is None:
        raise ContentError(reader.problems)
    return found


@dataclass(frozen=True)
class Catalogue:
    """A translators' file: all its texts, those that a machine may translate, and why it may not do others."""

    path: Path
    language: str
    sources: tuple[po.Source, ...]
    wanted: tuple[po.Source, ...]
    left: Mapping[str, str]

    def write(self, drafts: Mapping[str, str], engine: str) -> None:
        """Write a machine's translations by key, all marked fuzzy; what somebody translated meanwhile stays."""
        po.merge(self.path, self.sources, self.language, drafts, engine)


def catalogue(reader: Reader, domain: str, language: str, sources: list[po.Source]) -> Catalogue:
    """Return what there is to translate in a translators' file.

    Raises:
        ContentError: the file is damaged.
    """
    path = catalogue_path(reader.root, language, domain)
    try:
        gaps = [(source, source.key) for source in po.gaps(path, sources) if source.key]
    except po.CatalogueError as error:
        reader.report(path, "", damaged(error))
        raise ContentError(reader.problems) from None
    left = {key: why for _, key in gaps if (why := _for_people(domain, key))}
    return Catalogue(path, language, tuple(sources), tuple(source for source, key in gaps if key not in left), left)


def _for_people(domain: str, key: str) -> str:
    if domain == GLOSSARY:
        return "the glossary's words are for people, since machines go by them" if key.endswith(".term") else ""
    return PEOPLE if for_people(key.removeprefix(f"{PHRASES}.")) else ""
