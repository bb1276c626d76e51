"""What is translated, written down: for a terminal, for programs, and as a page for volunteers."""

import json
from collections import Counter
from datetime import date

from babel import Locale

from bot.adapters.content.rendering import render
from bot.core.coverage import STATES, Coverage, State, cover, translated_to
from bot.core.language import SOURCE
from bot.core.locales import plain_date
from bot.core.texts import Texts

__all__ = ["Coverage", "as_html", "as_json", "as_text", "cover"]


def as_text(coverage: Coverage) -> str:
    """Return a table for a terminal, with a legend."""
    total = sum(coverage.topics.values())
    rows = [["language", f"total {total}", *(f"{topic} {number}" for topic, number in coverage.topics.items())]]
    rows += [[code, *(_letters(coverage.count(code, topic)) for topic in (None, *coverage.topics))] for code in translated_to()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, "", "  ".join(f"{letter} {state}" for state, letter in STATES.items())])


def _letters(count: Counter[State]) -> str:
    return " ".join(f"{letter}{count[state]}" for state, letter in STATES.items() if count[state])


def as_json(coverage: Coverage) -> str:
    """Return the same for programs, with the files that are outdated or missing."""
    languages = {
        code: {
            "total": _complete(coverage.count(code)),
            "topics": {topic: _complete(coverage.count(code, topic)) for topic in coverage.topics},
            "todo": [{"article": each.article, "state": each.state, "file": each.file} for each in coverage.todo(code)],
        }
        for code in translated_to()
    }
    return json.dumps({"topics": dict(coverage.topics), "languages": languages}, ensure_ascii=False, indent=2)


def _complete(count: Counter[State]) -> dict[State, int]:
    return {state: count[state] for state in STATES}


def as_html(coverage: Coverage, phrases: Texts, today: date) -> str:
    """Return a page in German that needs nothing else: no script, no other file, no connection."""
    return render(
        "coverage.html",
        coverage=coverage,
        states=STATES,
        topics={topic: phrases.say(f"topic_{topic}", SOURCE) for topic in coverage.topics},
        languages={code: Locale.parse(code).get_display_name(SOURCE) for code in translated_to()},
        today=plain_date(today),
    )
