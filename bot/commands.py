"""What the subcommands of `wegweiser` do; each imports what it needs when it runs, so that the others start fast."""

import argparse
import asyncio
import getpass
import json
import re
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.core.language import LANGUAGES, parse_language
from bot.settings import Settings, read_settings


class CommandError(Exception):
    """What a command cannot do, said so that the reader knows what to do instead."""


def demo(options: argparse.Namespace) -> None:
    """Everything on loopback with example data; thrown away at the end unless a folder is given."""
    from bot.demo import run_demo

    if options.data:
        run_demo(Path(options.data), options.port, options.content)
    else:
        with tempfile.TemporaryDirectory(prefix="wegweiser-demo-") as folder:
            run_demo(Path(folder), options.port, options.content)


def run(options: argparse.Namespace) -> None:
    """Production, with the settings of WEGWEISER_* or wegweiser.toml."""
    from bot import app

    settings = read_settings()
    content = app.load_content(settings.content)
    store = app.open_store(settings.data, settings.key_file)
    try:
        _warn(store, settings)
        asyncio.run(
            app.serve(app.wire(store, content), settings, started=lambda: print(f"Wegweiser is ready on port {settings.port}."))
        )
    finally:
        store.close()


def _warn(store: Any, settings: Settings) -> None:
    with store.transaction() as tx:
        if not tx.advisors():
            print("Nobody can sign in yet. Add a member of staff in another terminal: wegweiser staff add", file=sys.stderr)
    if not settings.telegram_token:
        print("No telegram_token: newcomers reach Wegweiser in the web chat only.", file=sys.stderr)


def check(options: argparse.Namespace) -> int:
    """Name every mistake in knowledge, flows and translations at once."""
    from bot.adapters.content.check import check as find_problems
    from bot.adapters.content.problems import as_json, errors, warnings

    problems = find_problems(options.content, datetime.now(UTC).date())
    if options.json:
        print(as_json(problems))
    else:
        for problem in sorted(problems):
            print(f"{'Hinweis: ' if problem.severity == 'warning' else ''}{problem}")
        print(f"{len(errors(problems))} Fehler, {len(warnings(problems))} Hinweise.")
    return 1 if errors(problems) else 0


def messages(options: argparse.Namespace) -> None:
    """Bring new and changed German texts into the translators' files."""
    from bot.adapters.content.catalogues import update

    for path in update(options.content):
        print(path)


def ask(options: argparse.Namespace) -> None:
    """Answer a question, or a file of questions, from the content alone."""
    from bot import app
    from bot.core.matching import decide

    if bool(options.text) == bool(options.queries):
        raise CommandError(
            'Give a question: wegweiser ask "Wie finde ich eine Wohnung?" or a file: wegweiser ask --queries FILE.jsonl'
        )
    if options.top < 1:
        raise CommandError(f"--top {options.top} would show nothing: give at least 1.")
    language = _language(options.language)
    content = app.load_content(options.content, answers_only=True)

    def answer(question: dict[str, Any]) -> dict[str, Any]:
        # Whether it is answered must not depend on how many are shown: two are compared.
        matches = content.matcher.rank(question["text"], max(2, options.top))
        given = question.get("language") or language
        return {
            "id": question.get("id"),
            "answered": decide(matches).answer is not None and not content.crises.recognise(question["text"]),
            "language": parse_language(given) if isinstance(given, str) else None,
            "results": [{"article": match.article, "score": match.score} for match in matches[: options.top]],
        }

    for question in _lines(options.queries) if options.queries else ():
        print(json.dumps(answer(question), ensure_ascii=False))
    if options.text:
        result = answer({"text": options.text})
        if options.json:
            print(json.dumps(result, ensure_ascii=False))
        else:
            _print_answer(content, options.text, result, language)


def _print_answer(content: Any, text: str, result: dict[str, Any], language: str | None) -> None:
    for crisis in content.crises.recognise(text):
        print(f"emergency card: {crisis.id}")
    for found in result["results"]:
        article = content.knowledge.articles[found["article"]]
        print(f"{found['score']:5.1f}  {article.id:28} {article.wording(language or 'de').title}")
    if not result["results"]:
        print("I do not know.")


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


def _language(text: str | None) -> str | None:
    if text is None:
        return None
    code = parse_language(text)
    if code is None:
        raise CommandError(f"{text!r} is not a language Wegweiser speaks. Choose one of: {', '.join(LANGUAGES)}.")
    return code


def talk(options: argparse.Namespace) -> None:
    """The same conversation in a terminal; reads a pipe as well. The chat is thrown away at the end."""
    from bot import app
    from bot.adapters.sqlite import SqliteStore, Vault
    from bot.adapters.terminal import Terminal

    language = _language(options.language)

    async def conversation(store: SqliteStore) -> None:
        parts = app.wire(store, app.load_content(options.content))
        startable = sorted(flow.id for flow in parts.content.flows.values() if flow.topic and flow.menu)
        if options.flow and options.flow not in startable:
            raise CommandError(f"There is no flow {options.flow!r} to begin with. There are: {', '.join(startable)}.")
        terminal = Terminal(parts.inbox, parts.clock, sys.stdout)
        if language:
            await terminal.press(f"lang:{language}")
        else:
            await terminal.send("/start")
        if options.flow:
            await terminal.press("consent:no")
            await terminal.press(f"topic:{parts.content.flows[options.flow].topic}")
        while line := await asyncio.to_thread(sys.stdin.readline):
            await terminal.send(line.rstrip("\n"))
        await parts.inbox.stop()

    with tempfile.TemporaryDirectory(prefix="wegweiser-talk-") as folder:
        store = SqliteStore(Path(folder), Vault(b"talk" * 8))
        try:
            asyncio.run(conversation(store))
        finally:
            store.close()


def staff(options: argparse.Namespace) -> None:
    """Add, list or disable members of staff; works beside a running server."""
    from bot import app

    settings = read_settings()
    store = app.open_store(settings.data, settings.key_file, alone=False)
    try:
        {"add": _staff_add, "list": _staff_list, "disable": _staff_disable}[options.action](store, settings, options)
    finally:
        store.close()


def _staff_add(store: Any, settings: Settings, options: argparse.Namespace) -> None:
    from bot import app
    from bot.adapters.web.auth import hash_password
    from bot.services.ports import Advisor

    agencies = app.load_content(settings.content).network.agencies
    login = options.login or input("Login: ").strip()
    if not login:
        raise CommandError("A login needs at least one character, for example the first name.")
    agency = options.agency or input(f"Agency ({', '.join(agencies)}): ").strip()
    if agency not in agencies:
        raise CommandError(f"There is no agency {agency!r}. There are: {', '.join(agencies)}.")
    password = getpass.getpass("Password (at least 12 characters): ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if len(password) < 12:
        raise CommandError("The password is too short: use at least 12 characters, for example four words.")
    with store.transaction() as tx:
        same = next((each for each in tx.advisors() if each.login == login), None)
        tx.add_advisor(
            Advisor(
                id=same.id if same else app.new_id(),
                login=login,
                name=options.name or login,
                agency=agency,
                role=options.role,
                language=options.language,
                password_hash=hash_password(password),
                telegram_id=options.telegram,
            )
        )
        if same:
            tx.end_sessions(same.id)
    print(f"{login} can sign in at /console." if same is None else f"{login} has a new password; open sign-ins are ended.")


def _staff_list(store: Any, settings: Settings, options: argparse.Namespace) -> None:
    with store.transaction() as tx:
        for advisor in tx.advisors():
            state = "disabled" if advisor.disabled else "active"
            print(f"{advisor.login:20} {advisor.name:24} {advisor.agency:20} {advisor.role:12} {state}")


def _staff_disable(store: Any, settings: Settings, options: argparse.Namespace) -> None:
    if not options.login:
        raise CommandError("Whose sign-in shall be disabled? For example: wegweiser staff disable beate")
    with store.transaction() as tx:
        advisor = next((each for each in tx.advisors() if each.login == options.login), None)
        if advisor is None:
            raise CommandError(f"There is no member of staff with the login {options.login!r}. See: wegweiser staff list")
        tx.add_advisor(replace(advisor, disabled=True))
        tx.end_sessions(advisor.id)
    print(f"{options.login} cannot sign in any more. Open cases of theirs stay in the queue of the agency.")


def qr(options: argparse.Namespace) -> None:
    """Make a printable QR code that leads to a topic or a site in the Telegram chat or on the web."""
    import segno

    from bot import app

    content = app.load_content(options.content)
    kind, _, name = options.target.partition("-")
    known = {"topic": content.knowledge.topics, "site": content.network.sites}.get(kind, {})
    if name not in known:
        examples = [f"topic-{next(iter(content.knowledge.topics))}", f"site-{next(iter(content.network.sites), 'id')}"]
        raise CommandError(f"{options.target!r} is no topic or site. Write for example {' or '.join(examples)}.")
    link = _link(options)
    out = options.out or Path(f"{options.target}.svg")
    if out.suffix not in (".svg", ".png", ".pdf"):
        raise CommandError(f"{out} must end in .svg, .png or .pdf.")
    try:
        segno.make(link, error="m").save(str(out), scale=10, border=4)
    except OSError as error:
        raise CommandError(f"{out} cannot be written: {error.strerror}.") from None
    print(f"{out} leads to {link}")


def _link(options: argparse.Namespace) -> str:
    if options.bot is None:
        if not options.url.startswith(("http://", "https://")):
            raise CommandError(f"{options.url!r} is no address of a page. Write for example https://chat.example.org")
        return f"{options.url.rstrip('/')}/?start={options.target}"
    name = options.bot.removeprefix("@")
    if not re.fullmatch(r"\w{5,32}", name, re.ASCII):
        raise CommandError(f"{options.bot!r} is no user name of a Telegram bot. It looks like this: wegweiser_bot")
    return f"https://t.me/{name}?start={options.target}"
