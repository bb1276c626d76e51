"""Machine translations of what volunteers write, for translators to review."""

import argparse
import asyncio
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bot.commands.errors import CommandError, writing
from bot.core.content import Content
from bot.core.language import SOURCE
from bot.core.protection import Wordings
from bot.services.content_translation import Broken, ContentTranslation, Draft
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from bot.adapters.argos.packages import Package
    from bot.adapters.content.machine import Catalogue
    from bot.adapters.content.po import Source
    from bot.core.knowledge import Article
    from bot.services.ports import Store

KINDS = ("articles", "flows", "glossary")
MOST_GERMAN = 0.2
"""The share of an article that may stay German; above it, a reader is better off with the German article."""
_AT_ONCE = 40
"""Texts of a translators' file that are written at once."""
_NAMED = 8
_WHY = {
    "unsafe": "the models are not sure",
    "people": "only people may translate it",
    "same_language": "seems to be translated",
}


@dataclass
class Plan:
    """What is to be translated, and by reason what is left as it is."""

    articles: "list[Article]" = field(default_factory=list)
    catalogues: "list[Catalogue]" = field(default_factory=list)
    left: dict[str, list[str]] = field(default_factory=dict)

    def leave(self, what: str, why: str) -> None:
        """Note what is left and why."""
        self.left.setdefault(why, []).append(what)

    @property
    def texts(self) -> int:
        """How many texts of translators' files are to be translated."""
        return sum(len(each.wanted) for each in self.catalogues)


@dataclass
class Work:
    """Translating what was planned, file by file, so that it can be interrupted at any time."""

    root: Path
    language: str
    engine: str
    content: Content
    plan: Plan
    articles: int = 0
    texts: int = 0

    async def do(self, drafts: ContentTranslation) -> None:
        """Translate and write everything; what does not succeed is noted in the plan."""
        for number, article in enumerate(self.plan.articles, 1):
            german = article.wordings[SOURCE]
            title, body = await asyncio.gather(drafts.draft(german.title), drafts.draft(german.body))
            written = self._article(article, title, body)
            print(f"{number}/{len(self.plan.articles)} {article.id}: {'written' if written else 'not written'}", flush=True)
            _show_refused(title, body)
        for each in self.plan.catalogues:
            for start in range(0, len(each.wanted), _AT_ONCE):
                sources = each.wanted[start : start + _AT_ONCE]
                said = await asyncio.gather(*(drafts.draft(source.german) for source in sources))
                count = self._texts(each, dict(zip(sources, said, strict=True)))
                print(f"{each.path.name}: {start + len(sources)}/{len(each.wanted)}, {count} written", flush=True)
                _show_refused(*said)

    def _article(self, article: "Article", title: Draft, body: Draft) -> bool:
        from bot.adapters.content.machine import article_faults, write_article

        why = _too_german(title, body)
        why = why or "; ".join(article_faults(article, self.language, title.text, body.text, self.content.knowledge))
        if not why:
            try:
                with writing():
                    write_article(self.root, article, self.language, title.text, body.text, self.engine)
                self.articles += 1
            except FileExistsError:
                why = "somebody translated it meanwhile"
        if why:
            self.plan.leave(article.id, why)
        return not why

    def _texts(self, catalogue: "Catalogue", said: "Mapping[Source, Draft]") -> int:
        from bot.adapters.content.text_checks import faults

        found: dict[str, str] = {}
        for source, draft in said.items():
            key = source.key or ""
            problems = list(faults(source, draft.text, self.language, self.content.knowledge))
            if draft.refused:
                self.plan.leave(key, _WHY[draft.refused[0].reason])
            elif problems:
                self.plan.leave(key, "; ".join(problems))
            else:
                found[key] = draft.text
        if found:
            with writing():
                catalogue.write(found, self.engine)
        self.texts += len(found)
        return len(found)


def translate_content(options: argparse.Namespace) -> None:
    """Fill a language's gaps with machine translations, marked as such, for translators to review."""
    from bot.contents import load_content

    if options.language == SOURCE:
        raise CommandError("German is what is translated from. Choose another language.")
    settings = None if options.models else read_settings()
    models: Path = settings.models_folder if settings else options.models
    hops = _way(models, options.language, options.anyway)
    content = load_content(options.content)
    plan = _plan(options, content)
    engine = "Argos " + " + ".join(each.name for each in hops)
    if options.dry_run:
        _foresee(plan)
    elif plan.articles or plan.texts:
        work = Work(options.content, options.language, engine, content, plan)
        try:
            asyncio.run(_translate(work, models, settings))
        except KeyboardInterrupt:
            print("Interrupted. What is written stays; the same command goes on from there.", file=sys.stderr)
            raise
        print(f"\nWritten, for translators to review: articles {work.articles}, texts {work.texts}.")
    else:
        print(f"There is nothing to translate to {options.language}.")
    _show_left(plan)
    if not options.dry_run and (plan.articles or plan.texts):
        print("Next: wegweiser check; people read what was written (knowledge/README.md, locales/README.md); make vectors.")


async def _translate(work: Work, models: Path, settings: Settings | None) -> None:
    from sentencex import segment

    from bot.adapters.argos.translator import ArgosTranslator
    from bot.services.translation import Translation

    with _memory(settings) as store:
        translation = Translation(ArgosTranslator(models), lambda: work.content, store)
        wordings = Wordings(SOURCE, work.language, work.content.knowledge.terms)
        drafts = ContentTranslation(lambda text: translation.draft(text, work.language), segment, wordings)
        try:
            await work.do(drafts)
        except Broken as error:
            raise CommandError(f"The models do not work any more ({error}). What is written stays; try again.") from None
        finally:
            await translation.close()


@contextmanager
def _memory(settings: Settings | None) -> "Iterator[Store]":
    """Open the store that remembers translations; without settings it remembers nothing afterwards."""
    from bot.app import open_store

    with TemporaryDirectory() as nowhere:
        data, key = (settings.data, settings.key) if settings else (Path(nowhere) / "data", Path(nowhere) / "key")
        store = open_store(data, key, alone=False)
        try:
            yield store
        finally:
            store.close()


def _way(folder: Path, language: str, anyway: bool) -> "Sequence[Package]":
    """Return the models to go through; say what they are worth."""
    from bot.adapters.argos.packages import NO_MODELS, installed
    from bot.adapters.argos.quality import measured, quality
    from bot.adapters.argos.translator import missing, route

    if reason := missing():
        raise CommandError(f"Nothing can be translated here: {reason}.")
    hops = route(installed(folder), SOURCE, language)
    if hops is None and language in NO_MODELS:
        raise CommandError(f"There is no Argos model for {NO_MODELS[language]} ({language}): people translate its texts.")
    if hops is None:
        wanted = "de-en" if language == "en" else f"de-en en-{language}"
        raise CommandError(f"No model in {folder} leads from German to {language}. Perhaps: wegweiser models download {wanted}")
    figures = measured(quality(folder), hops)
    if figures and not figures.live and not anyway:
        raise CommandError(
            f"{SOURCE}-{language} was measured and is weak (chrF {figures.chrf:.0f}): correcting takes longer than translating. "
            "To do it nevertheless: --anyway"
        )
    if any(each.rehearsed for each in hops):
        print("These models are for tests: they know rehearsed sentences and leave all others German.", file=sys.stderr)
    elif figures is None:
        print(f"Nobody measured these models yet: wegweiser models evaluate {SOURCE}-{language} --write", file=sys.stderr)
    return hops


def _plan(options: argparse.Namespace, content: Content) -> Plan:
    """Return what is to be done.

    Raises:
        CommandError: an article that is named cannot be translated by a machine.
    """
    from bot.adapters.content.catalogues import read_sources
    from bot.adapters.content.machine import catalogue, why_not
    from bot.adapters.content.reading import Reader

    plan, articles = Plan(), content.knowledge.articles
    for id in dict.fromkeys(options.article or (articles if "articles" in options.kind else ())):
        if id not in articles:
            raise CommandError(f"There is no article {id!r}. Nothing was changed.")
        why = why_not(options.content, articles[id], options.language)
        if why and options.article:
            raise CommandError(f"The article {id!r} is left as it is: {why}. Nothing was changed.")
        if why:
            plan.leave(id, why)
        else:
            plan.articles.append(articles[id])
    reader = Reader(options.content)
    for domain, sources in read_sources(reader).items() if not options.article else ():
        if domain in options.kind:
            found = catalogue(reader, domain, options.language, sources)
            plan.catalogues.append(found)
            for key, why in found.left.items():
                plan.leave(key, why)
    return plan


def _too_german(title: Draft, body: Draft) -> str:
    """Return why an article would be too German to be shown, or nothing."""
    if title.refused:
        return "its title would stay German"
    return f"more than {MOST_GERMAN:.0%} of it would stay German" if body.german > MOST_GERMAN else ""


def _show_refused(*drafts: Draft) -> None:
    for each in (each for draft in drafts for each in draft.refused):
        print(f"  stays German ({_WHY[each.reason]}): {each.sentence}")


def _show_left(plan: Plan) -> None:
    for why, what in sorted(plan.left.items()):
        print(f"Left as it is: {_few(what)}: {why}")


def _foresee(plan: Plan) -> None:
    print(f"To translate: articles {len(plan.articles)}, texts {plan.texts}. Nothing was written.")
    if plan.articles:
        print(f"Articles: {', '.join(each.id for each in plan.articles)}")
    for each in plan.catalogues:
        if each.wanted:
            print(f"{each.path.name}: {_few([source.key or '' for source in each.wanted])}")


def _few(names: Iterable[str]) -> str:
    every = list(names)
    more = len(every) - _NAMED
    return ", ".join(every[:_NAMED]) + (f" and {more} more" if more > 0 else "")
