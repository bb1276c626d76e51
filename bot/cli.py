"""The command `wegweiser`: its words and options; argparse, so that asking for help costs no start-up time."""

import argparse
import io
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from bot import commands
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
    from bot.adapters.content.problems import ContentError
    from bot.adapters.sqlite import DataInUse, KeyFileError, NewerDatabase, StoreUnavailable, WrongKey
    from bot.adapters.telegram.receiver import InvalidToken

    ours = (commands.CommandError, SettingsError, ContentError, InvalidToken)
    return (*ours, DataInUse, KeyFileError, NewerDatabase, StoreUnavailable, WrongKey)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is no port, write a number from 1 to 65535")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wegweiser", description="A self-hosted chat assistant for people who are new in a German district."
    )
    names = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Command, *, content: bool = True) -> argparse.ArgumentParser:
        made = names.add_parser(name, help=command.__doc__, description=command.__doc__)
        made.set_defaults(command=command)
        if content:
            made.add_argument(
                "--content", type=Path, default=CONTENT, metavar="DIR", help="folder with knowledge, flows and locales"
            )
        return made

    one = add("demo", commands.demo)
    one.add_argument("--port", type=_port, default=8080)
    one.add_argument("--data", metavar="DIR", help="keep the data in this folder")
    add("run", commands.run, content=False)
    one = add("check", commands.check)
    one.add_argument("--json", action="store_true")
    add("messages", commands.messages)
    one = add("ask", commands.ask)
    one.add_argument("text", nargs="?")
    one.add_argument("--queries", type=Path, metavar="FILE.jsonl")
    one.add_argument("--language")
    one.add_argument("--top", type=int, default=5)
    one.add_argument("--json", action="store_true")
    one = add("talk", commands.talk)
    one.add_argument("--language")
    one.add_argument("--flow")
    one = add("qr", commands.qr)
    one.add_argument("target", help="topic-<id> or site-<id>")
    where = one.add_mutually_exclusive_group(required=True)
    where.add_argument("--bot", metavar="NAME", help="the Telegram bot's user name")
    where.add_argument("--url", help="the address of the web chat")
    one.add_argument("--out", type=Path, help="an .svg, .png or .pdf file")
    one = add("staff", commands.staff, content=False)
    one.add_argument("action", choices=["add", "list", "disable"])
    one.add_argument("login", nargs="?")
    one.add_argument("--name")
    one.add_argument("--agency")
    one.add_argument("--role", choices=["advisor", "coordinator"], default="advisor")
    one.add_argument("--language", choices=["de", "en"], default="de")
    one.add_argument("--telegram", type=int, metavar="ID", help="the Telegram number that may claim cases in the staff group")
    return parser
