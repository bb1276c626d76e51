"""The command `wegweiser`: its words and options; argparse, so that asking for help costs no start-up time."""

import argparse
import io
import logging
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NoReturn

from bot.commands import asking, content, doctor, drafting, evaluating, models, qr, questions, serving, staff
from bot.commands.errors import CommandError
from bot.core.language import LANGUAGES, parse_language
from bot.settings import CONTENT, SettingsError

Command = Callable[[argparse.Namespace], int | None]


def main(arguments: list[str] | None = None) -> None:
    """Run a command; errors the reader can mend are one clear message and exit status 2."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    for noisy in ("httpx", "apscheduler", "aiogram", "uvicorn.error"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    _take_any_character()
    try:
        sys.exit(options.command(options) or 0)
    except BrokenPipeError:
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
    except EOFError:
        _refuse("The input ended before everything was answered. Give it as options, see --help.")
    except BaseExceptionGroup as group:
        clear = group.subgroup(_clear_errors())
        if clear is None:
            raise
        _refuse(*_leaves(clear))
    except _clear_errors() as error:
        _refuse(error)


def _take_any_character() -> None:
    """Let no character that somebody types or a file holds end the program, whatever the terminal can show."""
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)


def _refuse(*errors: object) -> NoReturn:
    for error in dict.fromkeys(map(str, errors)):
        print(error, file=sys.stderr)
    sys.exit(2)


def _leaves(group: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    return [leaf for each in group.exceptions for leaf in (_leaves(each) if isinstance(each, BaseExceptionGroup) else [each])]


def _clear_errors() -> tuple[type[Exception], ...]:
    from bot.adapters.argos.packages import PackageError
    from bot.adapters.content.problems import ContentError
    from bot.adapters.sqlite import DataInUse, KeyFileError, NewerDatabase, StoreUnavailable, WrongKey
    from bot.adapters.telegram.receiver import InvalidToken

    ours = (CommandError, SettingsError, ContentError, InvalidToken, PackageError)
    return (*ours, DataInUse, KeyFileError, NewerDatabase, StoreUnavailable, WrongKey)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is no port, write a number from 1 to 65535")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day, write for example 2026-11-22") from None


def _language(text: str) -> str:
    code = parse_language(text)
    if code is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a language Wegweiser speaks. Choose one of: {', '.join(LANGUAGES)}.")
    return code


def _code(text: str) -> str:
    """Return a language's code; models know more languages than Wegweiser speaks."""
    code = parse_language(text) or text.strip().lower()
    if not (code.isascii() and code.isalpha() and len(code) in (2, 3)):
        raise argparse.ArgumentTypeError(f"{text!r} is no language, write its code, for example de or ar")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wegweiser", description="A self-hosted chat assistant for people who are new in a German district."
    )
    names = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Command, *, reads: bool = True) -> argparse.ArgumentParser:
        made = names.add_parser(name, help=command.__doc__, description=command.__doc__)
        made.set_defaults(command=command)
        if reads:
            made.add_argument(
                "--content", type=Path, default=CONTENT, metavar="DIR", help="folder with knowledge, flows and locales"
            )
        return made

    one = add("demo", serving.demo)
    one.add_argument("--port", type=_port, default=8080)
    one.add_argument("--data", metavar="DIR", help="keep the data in this folder")
    add("run", serving.run, reads=False)
    one = add("check", content.check)
    one.add_argument("--links", action="store_true", help="also ask every page that is linked; needs the internet")
    one.add_argument("--json", action="store_true")
    add("messages", content.messages)
    add("doctor", doctor.doctor)
    one = add("coverage", content.coverage)
    how = one.add_mutually_exclusive_group()
    how.add_argument("--html", type=Path, metavar="FILE", help="write a page in German that needs no connection")
    how.add_argument("--json", action="store_true")
    one = add("article", drafting.article)
    one.add_argument("action", choices=["new"])
    one.add_argument("id", metavar="ID", help="a short word of its own, for example kita-place")
    one.add_argument("--topic", required=True, help="a topic of knowledge/topics.yaml")
    one.add_argument("--title", default="", help="the German title")
    one = add("translation", drafting.translation)
    one.add_argument("action", choices=["new"])
    one.add_argument("language", metavar="LANG")
    one.add_argument("articles", nargs="*", metavar="ARTICLE")
    one = add("language", drafting.language)
    one.add_argument("action", choices=["add"])
    one.add_argument("code", metavar="CODE", help="the ISO 639 code, for example so")
    one = add("ask", asking.ask)
    one.add_argument("text", nargs="?")
    one.add_argument("--queries", type=Path, metavar="FILE.jsonl")
    one.add_argument("--language", type=_language)
    one.add_argument("--top", type=int, default=5)
    one.add_argument("--json", action="store_true")
    one.add_argument("--explain", action="store_true", help="show what each stage found, with scores")
    one.add_argument("--letters", action="store_true", help="without sentence vectors, as on a machine that cannot use them")
    one = add("evaluate", evaluating.evaluate)
    one.add_argument("folder", type=Path, metavar="DIR", help="questions, for example tests/questions")
    one.add_argument("--letters", action="store_true", help="without sentence vectors")
    one.add_argument("--cache", type=Path, metavar="DIR", help="where vectors of pages are kept; the folder itself if not given")
    one.add_argument("--json", action="store_true")
    one = add("talk", serving.talk)
    one.add_argument("--language", type=_language)
    one.add_argument("--flow")
    one = add("models", models.models, reads=False)
    one.add_argument("action", choices=["list", "install", "remove", "status"])
    one.add_argument("what", nargs="*", metavar="FILE|PAIR", help="install: .argosmodel files; remove: pairs, for example de-en")
    one.add_argument("--models", type=Path, metavar="DIR", help="the folder of the models; else that of the settings")
    one.add_argument("--json", action="store_true")
    one = add("translate", models.translate, reads=False)
    one.add_argument("text")
    one.add_argument("--from", dest="source", required=True, type=_code, metavar="LANG", help="its language, for example de")
    one.add_argument("--to", dest="target", required=True, type=_code, metavar="LANG")
    one.add_argument("--models", type=Path, metavar="DIR", help="the folder of the models; else that of the settings")
    one.add_argument("--json", action="store_true")
    one = add("qr", qr.qr)
    one.add_argument("target", help="topic-<id> or site-<id>")
    where = one.add_mutually_exclusive_group(required=True)
    where.add_argument("--bot", metavar="NAME", help="the Telegram bot's user name")
    where.add_argument("--url", help="the address of the web chat")
    one.add_argument("--out", type=Path, help="an .svg, .png or .pdf file")
    one = add("questions", questions.questions, reads=False)
    one.add_argument("action", nargs="?", choices=["list", "add", "new", "drop"], default="list")
    one.add_argument("n", nargs="?", type=int, metavar="N", help="the number of a question: its whole group is meant")
    one.add_argument("--only", action="store_true", help="this question alone, not its group")
    one.add_argument("--language", type=_language, help="only the questions of this language")
    one.add_argument(
        "--since", type=_day, metavar="DATE", help="only what was asked on this day or later, for example 2026-11-22"
    )
    one.add_argument("--to", metavar="ARTICLE", help="add: the article that answers it")
    one.add_argument("--id", help="new: the article's id, a short word of its own, for example dog-tax")
    one.add_argument("--topic", help="new: a topic of knowledge/topics.yaml")
    one.add_argument("--title", default="", help="new: the German title")
    one.add_argument("--content", type=Path, metavar="DIR", help="folder with knowledge; else that of the settings")
    one.add_argument("--json", action="store_true")
    one = add("staff", staff.staff, reads=False)
    one.add_argument("action", choices=["add", "list", "disable"])
    one.add_argument("login", nargs="?")
    one.add_argument("--name")
    one.add_argument("--agency")
    one.add_argument("--role", choices=["advisor", "coordinator"], default="advisor")
    one.add_argument("--language", choices=["de", "en"], default="de")
    one.add_argument("--telegram", type=int, metavar="ID", help="the Telegram number that may claim cases in the staff group")
    return parser
