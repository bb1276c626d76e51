"""Answering questions from the content alone."""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot.commands.errors import CommandError
from bot.core.alarm import LEAST
from bot.core.content import Content
from bot.core.crisis import Crisis
from bot.core.language import parse_language
from bot.core.matching import Decision, Ranking, decide
from bot.core.variants import readable


def ask(options: argparse.Namespace) -> None:
    """Answer a question, or a file of questions, from the content alone."""
    from bot.contents import load_answers
    from bot.core.detection import detect

    if bool(options.text) == bool(options.queries):
        raise CommandError(
            'Give a question: wegweiser ask "Wie finde ich eine Wohnung?" or a file: wegweiser ask --queries FILE.jsonl'
        )
    if options.top < 1:
        raise CommandError(f"--top {options.top} would show nothing: give at least 1.")
    content, embedder = load_answers(options.content, letters_only=options.letters)

    def language_of(question: dict[str, Any]) -> str | None:
        given = question.get("language") or options.language
        prior = parse_language(given) if isinstance(given, str) else None
        return prior or detect(question["text"])  # the chosen one is kept, whatever somebody writes

    def rank(text: str, language: str | None) -> Ranking:
        vector = embedder.question(readable(text)) if embedder else None
        # Whether it is answered must not depend on how many are shown: two are compared, three offered.
        return content.matcher.rank(text, vector, limit=max(3, options.top), language=language)

    def answer(question: dict[str, Any]) -> dict[str, Any]:
        language = language_of(question)
        ranking = rank(question["text"], language)
        return {
            "id": question.get("id"),
            "answered": decide(ranking).answer is not None and not content.crises.recognise(question["text"]),
            "language": language,
            "results": [{"article": match.article, "score": match.score} for match in ranking.matches[: options.top]],
        }

    for question in _lines(options.queries) if options.queries else ():
        print(json.dumps(answer(question), ensure_ascii=False), flush=True)
    if options.text and options.json:
        print(json.dumps(answer({"text": options.text}), ensure_ascii=False))
    elif options.text:
        language = detect(options.text, options.language)
        alarm = content.alarm.score(embedder.question(readable(options.text))) if content.alarm and embedder else None
        _show(content, options, rank(options.text, language), language, alarm)


def _show(content: Content, options: argparse.Namespace, ranking: Ranking, language: str | None, alarm: float | None) -> None:
    crises, decision = content.crises.recognise(options.text), decide(ranking)
    if alarm is not None and alarm >= LEAST and not crises:
        print("It may tell of an emergency: the numbers stand before the answer.")
    for crisis in crises:
        print(f"emergency card: {crisis.id}")
    shown = options.language or language or "de"
    for match in ranking.matches[: options.top]:
        print(f"{match.score:6.3f}  {match.article:28} {content.knowledge.articles[match.article].wording(shown).title}")
    print(_verdict(decision, crises))
    if options.explain:
        _explain(ranking, language, options.top)
        if alarm is not None:
            print(f"like an emergency by {alarm:+.2f}, noticed from {LEAST:+.2f}")


def _verdict(decision: Decision, crises: tuple[Crisis, ...]) -> str:
    if crises:
        return "The emergency card is shown, nothing else is decided."
    if decision.answer:
        return f"Answered with {decision.answer.article}."
    if decision.offers:
        return f"Offered: {', '.join(match.article for match in decision.offers)}, or none of these."
    return "I do not know."


def _explain(ranking: Ranking, language: str | None, top: int) -> None:
    print(f"\nlanguage        {language or 'not sure'}")
    print(f"same words      {ranking.exact or 'no phrasing is the same'}")
    for match in ranking.matches[:top]:
        meaning = f"meaning {match.meaning:+.3f}  " if match.meaning is not None else ""
        words = f"words {match.words:.3f}  " if match.words is not None else ""
        print(f"{match.article:28}  {meaning}letters {match.letters:.3f}  {words}like: {match.phrasing}")
    if len(ranking.matches) > 1:
        print(f"ahead of the next article by {ranking.matches[0].score - ranking.matches[1].score:.3f}")
    if ranking.ahead is None:
        print("without sentence vectors: letters alone, never a direct answer unless the words are the same")
    else:
        print(f"ahead of the nearest subject without an article ({ranking.subject or 'none is listed'}) by {ranking.ahead:.3f}")


def _lines(path: Path) -> Iterable[dict[str, Any]]:
    try:
        # Not splitlines: a text may well hold a line separator of Unicode.
        rows = path.read_text("utf-8-sig").split("\n")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"{path} is not in UTF-8. Save it with the encoding UTF-8.") from None
    for number, row in enumerate(rows, 1):
        if not row.strip():
            continue
        try:
            question = json.loads(row)
        except (ValueError, RecursionError) as error:
            reason = getattr(error, "msg", type(error).__name__)
            raise CommandError(
                f"{path}, line {number} is not JSON ({reason}). Each line is one object with id and text."
            ) from None
        if not isinstance(question, dict) or not isinstance(question.get("text"), str):
            raise CommandError(
                f'{path}, line {number}: write an object with a text, for example {{"id": 1, "text": "Wo ist die Kita?"}}.'
            )
        yield question
