"""What volunteers keep: checking it, counting its translations, bringing the translators' files up to date."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.content.problems import Problem, as_json, errors, warnings
from bot.commands.errors import CommandError, writing


def check(options: argparse.Namespace) -> int:
    """Name every mistake in knowledge, flows and translations at once."""
    from bot.adapters.content.check import check as find_problems

    problems = find_problems(options.content, datetime.now(UTC).date())
    if options.links:
        problems += _dead_links(options.content)
    if options.json:
        print(as_json(problems))
    else:
        for problem in sorted(problems):
            print(f"{'Hinweis: ' if problem.severity == 'warning' else ''}{problem}")
        print(f"{len(errors(problems))} Fehler, {len(warnings(problems))} Hinweise.")
    return 1 if errors(problems) else 0


def _dead_links(root: Path) -> list[Problem]:
    from bot.adapters.content.links import Offline, check_links, collect

    links = collect(root)
    print(f"Asking for {len(links)} addresses, each host at most once a second. This takes some minutes.", file=sys.stderr)
    try:
        return check_links(links)
    except Offline:
        raise CommandError("No address at all could be looked up. Is this computer connected to the internet?") from None


def messages(options: argparse.Namespace) -> None:
    """Bring new and changed German texts into the translators' files."""
    from bot.adapters.content.catalogues import update

    for path in update(options.content):
        print(path)


def coverage(options: argparse.Namespace) -> None:
    """Count what is translated, by language and topic: in the terminal, or as a page for volunteers."""
    from bot import contents
    from bot.adapters.content.coverage import as_html, as_json, as_text, cover

    content = contents.load_content(options.content)
    found = cover(content.knowledge)
    if options.html:
        with writing():
            options.html.write_text(as_html(found, content.phrases, datetime.now(UTC).date()), "utf-8")
        print(options.html)
    else:
        print(as_json(found) if options.json else as_text(found))
