"""Laying out files for volunteers: a new article, translations, a language."""

import argparse
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.commands.errors import CommandError, writing
from bot.core.knowledge import KnowledgeBase
from bot.core.language import LANGUAGES, SOURCE, parse_language


def article(options: argparse.Namespace) -> None:
    """Lay out a new article with hints to replace; `wegweiser check` names those that are left."""
    from bot.adapters.content.loader import load_knowledge

    knowledge = load_knowledge(options.content).knowledge
    lay_out(options.content, knowledge, options.id, options.topic, options.title)


def lay_out(root: Path, knowledge: KnowledgeBase, id: str, topic: str, title: str, phrasings: Sequence[str] = ()) -> None:
    """Lay out an article, with German questions that people asked, and say what to do next."""
    from bot.adapters.content.drafts import new_article

    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id):
        raise CommandError(f"{id!r} is no id. Use small letters a-z, digits and hyphens, for example kita-place.")
    if topic not in knowledge.topics:
        raise CommandError(f"There is no topic {topic!r}. There are: {', '.join(knowledge.topics)}.")
    try:
        with writing():
            paths = new_article(root, id, topic, " ".join(title.split()), datetime.now(UTC).date(), phrasings)
    except FileExistsError:
        raise CommandError(f"There is an article {id!r} already. Nothing was changed.") from None
    for path in paths:
        print(path)
    print("Replace every [[hint]], then run: wegweiser check")


def translation(options: argparse.Namespace) -> None:
    """Lay out translations to write in, of the articles named or of all a language lacks."""
    from bot.adapters.content.drafts import new_translation, untranslated
    from bot.adapters.content.loader import load_knowledge

    language = parse_language(options.language)
    if language is None:
        raise CommandError(f"Wegweiser does not speak {options.language!r} yet. First: wegweiser language add {options.language}")
    if language == SOURCE:
        raise CommandError("German is what is translated from. For a new German text: wegweiser article new")
    articles = load_knowledge(options.content).knowledge.articles
    missing = untranslated(articles, language)
    for id in options.articles:
        if id not in articles:
            raise CommandError(f"There is no article {id!r}. Nothing was changed.")
        if id not in missing:
            raise CommandError(f"The article {id!r} has a translation to {language} already. Nothing was changed.")
    for id in dict.fromkeys(options.articles or missing):
        with writing():
            print(new_translation(options.content, articles[id], language))
    if missing:
        print("Write over the German text in these files, then run: wegweiser check")
    else:
        print(f"Every article has a translation to {language}. What is outdated: wegweiser coverage")


def language(options: argparse.Namespace) -> None:
    """Lay out the translators' files of a language and say what else it needs."""
    from bot.adapters.content.drafts import language_entry, new_language

    code = parse_language(options.code) or options.code
    entry = language_entry(code)
    if code == SOURCE or entry is None:
        raise CommandError(f"{options.code!r} is no language to translate to. Give its ISO 639 code, for example so.")
    with writing():
        for path in new_language(options.content, code):
            print(path)
    if code in LANGUAGES:
        print(f"Translate these files, then lay out the articles: wegweiser translation new {code}")
    else:
        print(
            f"Wegweiser does not speak {code} yet, so nobody can choose it.\n"
            f"A developer adds this line to LANGUAGES in bot/core/language.py: {entry}\n"
            "and the plural forms of the language to PLURAL_FORMS in bot/adapters/content/po.py.\n"
            f"Then: its words for every crisis in knowledge/emergency.yaml, wegweiser translation new {code}, wegweiser check"
        )
