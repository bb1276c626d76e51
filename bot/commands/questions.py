"""The questions that found no answer: what editors do with them."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.commands.errors import CommandError, writing
from bot.core.anonymous import OpenQuestion
from bot.core.grouping import Group, groups
from bot.core.language import SOURCE
from bot.core.text import fold
from bot.settings import read_settings


def questions(options: argparse.Namespace) -> int | None:
    """List the questions that found no answer, without the people; put them into an article, begin one with them, drop them."""
    from bot import app, contents

    settings = read_settings()
    root = options.content or settings.content
    if (options.n is None) != (options.action == "list"):
        raise CommandError("Which question? For example: wegweiser questions drop 7. The numbers: wegweiser questions")
    store = app.open_store(settings.data, settings.key, alone=False)
    try:
        with store.transaction() as tx:
            kept = [each for each in tx.open_questions() if options.since is None or each.day >= options.since]
        # Comparing takes a while: no transaction is open meanwhile, since a server may be working beside this.
        content, embedder = contents.load_answers(root)
        vectors = embedder.stored([each.text for each in kept]) if embedder and kept else None
        groups = [_of_language(group, options.language) for group in _groups(kept, vectors, content)]
        groups = [group for group in groups if group.questions]
        if options.action == "list":
            _list(groups, options.json)
            return None
        group = _chosen(groups, options.n, options.only)
        done, refused = {"add": _add, "new": _new, "drop": _drop}[options.action](group, content, root, options)
        with store.transaction() as tx:
            tx.drop_questions(done)
    finally:
        store.close()
    for sentence in refused:
        print(sentence, file=sys.stderr)
    return 1 if refused else 0


def _groups(kept: Sequence[OpenQuestion], vectors: Any, content: Any) -> list[Group]:
    return groups(kept, vectors, content.matcher.centres() if vectors is not None else None)


def _of_language(group: Group, language: str | None) -> Group:
    return Group(tuple(each for each in group.questions if language in (None, each.language)))


def _chosen(groups: Sequence[Group], n: int, only: bool) -> Group:
    for group in groups:
        for question in group.questions:
            if question.n == n:
                return Group((question,)) if only else group
    raise CommandError(f"There is no question {n} (any more, or with these options). See: wegweiser questions")


def _list(groups: Sequence[Group], as_json: bool) -> None:
    if as_json:
        print(json.dumps([_as_dict(group) for group in groups], ensure_ascii=False, indent=2, default=str))
        return
    for group in groups:
        size = len(group.questions)
        reasons = ", ".join(f"{reason} {count}" for reason, count in group.reasons.items())
        print(f"{group.n:5}  {size} x  {' '.join(group.languages)}  ({reasons})  nearest article: {group.article or '-'}")
        for question in (examples := group.examples()):
            print(f"       {question.n:5} {question.language}  {question.text}")
        if size > len(examples):
            print(f"             and {size - len(examples)} more; all of them: wegweiser questions --json")
    if groups:
        print("wegweiser questions add N --to ARTICLE | new N --id ID --topic TOPIC | drop N   (--only: N alone, not its group)")
    else:
        print("No question is waiting for an answer.")


def _as_dict(group: Group) -> dict[str, object]:
    return {
        "n": group.n,
        "size": len(group.questions),
        "languages": group.languages,
        "reasons": group.reasons,
        "article": group.article,
        "questions": [asdict(question) for question in group.questions],
    }


Outcome = tuple[list[int], list[str]]
"""The numbers that are done, and a sentence for each question that is not."""


def _add(group: Group, content: Any, root: Path, options: argparse.Namespace) -> Outcome:
    from bot.adapters.content.phrasings import NoPlace, add_phrasings

    if not options.to:
        raise CommandError("Which article answers it? For example: wegweiser questions add 7 --to kita-place")
    article = content.knowledge.articles.get(options.to)
    if article is None:
        raise CommandError(f"There is no article {options.to!r}. To begin one: wegweiser questions new")
    free, done, refused = _unclaimed(group, content, article.id)
    for language in dict.fromkeys(question.language for question in free):
        asked = [question for question in free if question.language == language]
        path = root / "knowledge" / "articles" / article.id / f"{language}.md"
        texts = list({fold(question.text): question.text for question in reversed(asked)}.values())[::-1]
        if language not in article.wordings:
            refused += [
                f"Question {question.n} stays: {article.id} has no text in {language}. "
                f"First: wegweiser translation new {language} {article.id}"
                for question in asked
            ]
            continue
        try:
            with writing():
                add_phrasings(path, texts)
        except NoPlace:
            refused.append(
                f"{path} has its phrasings in a form no program should touch. Write it there by hand: {'; '.join(texts)}"
            )
            continue
        done += [question.n for question in asked]
        for text in texts:
            print(f"{path}: {text}")
    if done:
        print("Read the new lines once more: a name may be left in them. Then: wegweiser check")
    return done, refused


def _new(group: Group, content: Any, root: Path, options: argparse.Namespace) -> Outcome:
    from bot.commands.drafting import lay_out

    if not options.id or not options.topic:
        raise CommandError("A new article needs an id and a topic: wegweiser questions new 7 --id dog-tax --topic money")
    german = Group(tuple(question for question in group.questions if question.language == SOURCE))
    free, done, refused = _unclaimed(german, content, options.id)
    texts = list(dict.fromkeys(question.text for question in free))
    lay_out(root, content.knowledge, options.id, options.topic, options.title, texts)
    others = [question for question in group.questions if question.language != SOURCE]
    for question in others:
        print(f"asked in {question.language} ({question.n}): {question.text}")
    if others:
        print(f"They stay until the translations are there: wegweiser questions add {others[0].n} --to {options.id}")
    return [*done, *(question.n for question in free)], refused


def _drop(group: Group, content: Any, root: Path, options: argparse.Namespace) -> Outcome:
    print(f"Dropped {len(group.questions)}: {'; '.join(question.text for question in group.examples())}")
    return [question.n for question in group.questions], []


def _unclaimed(group: Group, content: Any, article: str) -> tuple[list[OpenQuestion], list[int], list[str]]:
    """Return the questions no article has as a phrasing, the numbers of those this one has, and a sentence for each other."""
    from bot.adapters.content.phrasings import claimed

    claims = claimed(content.knowledge.articles)
    owners = {question.n: claims.get(fold(question.text)) for question in group.questions}
    refused = [
        f"Question {question.n} stays: '{question.text}' is a phrasing of {owners[question.n]}; "
        f"no two articles may have the same. Take it out there first, or: wegweiser questions drop {question.n} --only"
        for question in group.questions
        if owners[question.n] not in (None, article)
    ]
    free = [question for question in group.questions if owners[question.n] is None]
    return free, [n for n, owner in owners.items() if owner == article], refused
