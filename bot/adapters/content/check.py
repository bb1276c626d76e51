"""Checks everything volunteers wrote and says what to do, all problems at once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.adapters.content.article_checks import check_articles, check_facts
from bot.adapters.content.canned import check_canned
from bot.adapters.content.counselling import check_counselling
from bot.adapters.content.flow_checks import check_flows, check_keywords
from bot.adapters.content.glossary_checks import check_glossary
from bot.adapters.content.line_checks import check_lines
from bot.adapters.content.loader import Reading, read
from bot.adapters.content.papers import check_papers
from bot.adapters.content.problems import Problem, as_json, errors, warnings
from bot.adapters.content.schema import EmergencyFile
from bot.adapters.content.site_checks import check_sites
from bot.adapters.content.text_checks import check_console, check_names, check_texts
from bot.core.language import LANGUAGES
from bot.core.network import Network

__all__ = ["Problem", "as_json", "check", "errors", "warnings"]


def check(root: Path, today: date) -> list[Problem]:
    """Return all problems below a folder, errors first, then warnings, each by file and place."""
    reading = read(root)
    found = {*reading.problems, *_found(reading, today)}
    return sorted(found, key=lambda problem: (problem.severity, problem))


def _found(reading: Reading, today: date) -> Iterator[Problem]:
    content, known = reading.content, reading.known
    yield from check_articles(content.knowledge, known, today)
    yield from check_facts(content.knowledge, today)
    yield from check_flows(content.flows, known)
    yield from check_keywords(content)
    yield from check_texts(reading.root, reading.sources, reading.catalogues, content.knowledge)
    yield from check_glossary(reading.root, content.knowledge.terms, reading.term_catalogues, known)
    yield from check_names(reading.root, content)
    yield from check_console(reading.root)
    yield from _unknown_languages(reading.root)
    yield from check_lines(reading.root)
    yield from check_counselling(reading.root)
    yield from _unverified(content.network)
    yield from check_sites(content.network, today)
    yield from check_canned(content.canned, known)
    yield from check_papers(content.papers, content.network)
    yield from _crisis_words(reading.emergency)


def _unknown_languages(root: Path) -> Iterator[Problem]:
    for folder in sorted(path for path in (root / "locales").glob("*") if path.is_dir()):
        if folder.name not in LANGUAGES:
            message = "Der Bot kennt diese Sprache noch nicht. Bitten Sie jemanden, sie in bot/core/language.py einzutragen."
            yield Problem(f"locales/{folder.name}", "", message, "warning")


def _unverified(network: Network) -> Iterator[Problem]:
    for site in network.sites.values():
        if site.verified_on is None and not site.example:
            message = (
                "Adresse und Zeiten sind nicht geprüft, der Bot zeigt sie nicht. Prüfen Sie sie und tragen Sie das Datum ein."
            )
            yield Problem(f"knowledge/network/sites/{site.id}.yaml", "verified_on", message, "warning")


def _crisis_words(file: EmergencyFile | None) -> Iterator[Problem]:
    for crisis in file.crises if file else ():
        for language in LANGUAGES:
            if not crisis.words.get(language):
                message = f"Es fehlen Wörter in der Sprache '{language}'. Ergänzen Sie, wie Menschen in dieser Not schreiben."
                yield Problem("knowledge/emergency.yaml", f"crises → {crisis.id} → words", message)
