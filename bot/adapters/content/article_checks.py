"""What the check finds in articles and facts."""

from collections.abc import Iterator
from datetime import date

from bot.adapters.content import wording as rules
from bot.adapters.content.problems import Problem
from bot.adapters.content.readability import too_hard
from bot.adapters.content.references import Known, article_file
from bot.core.knowledge import Article, KnowledgeBase, Wording
from bot.core.language import LANGUAGES, SOURCE
from bot.core.locales import plain_date
from bot.core.text import MAX_QUESTION, fold
from bot.core.texts import fill, placeholders

TITLE_LENGTH = 60


def check_articles(knowledge: KnowledgeBase, known: Known, today: date) -> Iterator[Problem]:
    """Yield what is wrong with articles in all their languages."""
    for article in knowledge.articles.values():
        yield from _state(article, today)
        german = article.wordings[SOURCE]
        for message in too_hard(german.body):
            yield Problem(article_file(article.id, f"{SOURCE}.md"), "", message, "warning")
        for wording in article.wordings.values():
            file = article_file(article.id, f"{wording.language}.md")
            for message in faults(wording, german, knowledge, known.facts):
                yield Problem(file, "", message)
            yield from _left_german(file, wording, german)
            yield from _of_title(file, wording, german)
            yield from _of_phrasings(file, wording)
    yield from _shared_phrasings(knowledge)


def check_facts(knowledge: KnowledgeBase, today: date) -> Iterator[Problem]:
    """Yield the facts whose last day is over."""
    for fact in knowledge.facts.values():
        if fact.valid_until and fact.valid_until < today:
            last = plain_date(fact.valid_until)
            message = f"Der Wert galt bis {last}. Tragen Sie den neuen ein; bis dahin zeigt der Bot keinen."
            yield Problem("knowledge/facts.yaml", fact.name, message, "warning")


def _state(article: Article, today: date) -> Iterator[Problem]:
    if article.review_by < today:
        message = (
            f"Der Artikel sollte bis {plain_date(article.review_by)} geprüft sein. Prüfen Sie ihn und setzen Sie ein neues Datum."
        )
        yield Problem(article_file(article.id), "review_by", message, "warning")
    missing = [code for code in LANGUAGES if code not in article.wordings]
    if missing:
        yield Problem(article_file(article.id), "", f"Die Übersetzung fehlt: {', '.join(missing)}.", "warning")
    for code in article.wordings:
        if article.outdated(code):
            message = f"Der deutsche Text ist neuer. Gleichen Sie die Übersetzung an und schreiben Sie of: {article.revision}."
            yield Problem(article_file(article.id, f"{code}.md"), "of", message, "warning")


def faults(wording: Wording, german: Wording, knowledge: KnowledgeBase, facts: frozenset[str]) -> Iterator[str]:
    """Yield why an article cannot be shown in a language as it stands."""
    text = f"{wording.title}\n\n{wording.body}"
    used = placeholders(text)
    yield from rules.unknown(used - facts)
    yield from rules.differing(placeholders(f"{german.title}\n\n{german.body}"), used)
    yield from rules.amounts(text)
    yield from rules.unshowable(wording.body)
    yield from rules.too_long(rendered(text, wording.language, knowledge))


def _left_german(file: str, wording: Wording, german: Wording) -> Iterator[Problem]:
    for message in rules.still_german(wording.body, german.body) if wording.language != SOURCE else ():
        # What a machine is not sure of it leaves, and the reader is told of the machine; a person who translates is not done yet.
        yield Problem(file, "", message, "warning" if wording.status == "machine" else "error")


def rendered(text: str, language: str, knowledge: KnowledgeBase) -> str:
    """Return a text with its facts filled in, whatever day it is."""
    return fill(text, {name: knowledge.facts[name].show(language) for name in placeholders(text) if name in knowledge.facts})


def _of_title(file: str, wording: Wording, german: Wording) -> Iterator[Problem]:
    if len(wording.title) > TITLE_LENGTH:
        yield Problem(file, "Titel", f"Der Titel hat mehr als {TITLE_LENGTH} Zeichen. Kürzen Sie ihn.", "warning")
    # One word may well be the same, Jobcenter; and now and then a name that is kept on purpose.
    if wording.language != SOURCE and wording.title == german.title and " " in german.title:
        yield Problem(file, "Titel", "Der Titel ist noch deutsch. Übersetzen Sie ihn.", "warning")


def _of_phrasings(file: str, wording: Wording) -> Iterator[Problem]:
    seen: set[str] = set()
    for phrasing in wording.phrasings:
        if fold(phrasing) in seen:
            yield Problem(file, "phrasings", f"'{phrasing}' steht zweimal da. Löschen Sie die Frage einmal.", "warning")
        if len(phrasing) > MAX_QUESTION:
            message = (
                f"'{phrasing[:40]}…' hat {len(phrasing)} Zeichen, der Bot liest höchstens {MAX_QUESTION}. Kürzen Sie die Frage."
            )
            yield Problem(file, "phrasings", message)
        seen.add(fold(phrasing))


def _shared_phrasings(knowledge: KnowledgeBase) -> Iterator[Problem]:
    claimed: dict[str, str] = {}
    for article in knowledge.articles.values():
        for wording in article.wordings.values():
            for phrasing in wording.phrasings:
                first = claimed.setdefault(fold(phrasing), article.id)
                if first != article.id:
                    message = (
                        f"'{phrasing}' steht auch beim Artikel '{first}'. Lassen Sie die Frage nur bei einem Artikel stehen."
                    )
                    yield Problem(article_file(article.id, f"{wording.language}.md"), "phrasings", message)
