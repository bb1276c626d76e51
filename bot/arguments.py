"""The words and options of the command `wegweiser`; argparse, so that asking for help costs no start-up time."""

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bot.commands import (
    asking,
    audit,
    backup,
    content,
    data,
    doctor,
    drafting,
    evaluating,
    key,
    models,
    outbox,
    privacy,
    qr,
    quality,
    questions,
    serving,
    staff,
    translating,
)
from bot.core.language import LANGUAGES, SOURCE, parse_language
from bot.core.quality import LEAST_CHRF, MOST_LOST
from bot.core.roles import ROLES
from bot.services.ports import CAPACITY
from bot.settings import CONTENT

Command = Callable[[argparse.Namespace], int | None]


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is no port, write a number from 1 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is no number to count with, write 1 or more")
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


def _add_models(parser: argparse.ArgumentParser) -> None:
    names = parser.add_subparsers(required=True, metavar="ACTION")

    def add(name: str, command: Command) -> argparse.ArgumentParser:
        made = names.add_parser(name, help=command.__doc__, description=command.__doc__)
        made.set_defaults(command=command)
        made.add_argument("--models", type=Path, metavar="DIR", help="the folder of the models; else that of the settings")
        return made

    add("list", models.listing).add_argument("--json", action="store_true")
    add("status", models.status).add_argument("--json", action="store_true")
    one = add("download", models.download)
    one.add_argument("pairs", nargs="+", metavar="PAIR", help="for example de-en en-ar")
    one.add_argument("--index", metavar="URL", help="a list of packages; else that of the settings, else the public one of Argos")
    add("install", models.install).add_argument("files", nargs="+", type=Path, metavar="FILE", help=".argosmodel files")
    add("remove", models.remove).add_argument("pairs", nargs="+", metavar="PAIR", help="for example de-en")
    one = add("pack", models.pack)
    one.add_argument("folder", type=Path, metavar="DIR", help="an unpacked OPUS-MT (Marian) or CTranslate2 model")
    one.add_argument("--from", dest="source", required=True, type=_code, metavar="LANG", help="its language, for example de")
    one.add_argument("--to", dest="target", required=True, type=_code, metavar="LANG")
    one.add_argument("--token", default="", metavar="TOKEN", help="for models of several target languages, for example '>>ara<<'")
    one.add_argument("--output", type=Path, metavar="FILE", help="else LANG_LANG.argosmodel in this folder")
    _add_evaluate(add("evaluate", quality.evaluate))


def _add_evaluate(one: argparse.ArgumentParser) -> None:
    one.add_argument("pairs", nargs="*", metavar="PAIR", help="for example de-ar; else all between German and the others")
    one.add_argument("--set", type=Path, metavar="FILE", help="your own sentences: .jsonl with source and reference, or .tsv")
    one.add_argument("--limit", type=_count, metavar="N", help="only the first N sentences")
    one.add_argument("--least-chrf", type=float, default=LEAST_CHRF, metavar="SCORE", help="a pair under it is off (%(default)s)")
    one.add_argument(
        "--most-lost", type=float, default=MOST_LOST, metavar="PERCENT", help="lost negations over it: off (%(default)s)"
    )
    one.add_argument("--write", action="store_true", help="keep the figures beside the models: live chat obeys them")
    one.add_argument("--content", type=Path, default=CONTENT, metavar="DIR", help="folder with knowledge/counselling")
    one.add_argument("--json", action="store_true")


def parser() -> argparse.ArgumentParser:
    """Return what understands a command line; `command` of what it returns is the function to call with it."""
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
    _add_models(names.add_parser("models", help=models.__doc__, description=models.__doc__))
    one = add("translate", models.translate, reads=False)
    one.add_argument("text")
    one.add_argument("--from", dest="source", required=True, type=_code, metavar="LANG", help="its language, for example de")
    one.add_argument("--to", dest="target", required=True, type=_code, metavar="LANG")
    one.add_argument("--models", type=Path, metavar="DIR", help="the folder of the models; else that of the settings")
    one.add_argument("--json", action="store_true")
    one = add("translate-content", translating.translate_content)
    one.add_argument("--language", required=True, type=_language, metavar="LANG", help="for example ro")
    what = one.add_mutually_exclusive_group()
    what.add_argument("--article", nargs="+", default=[], metavar="ID", help="only these articles")
    what.add_argument("--kind", nargs="+", choices=translating.KINDS, default=translating.KINDS, help="only texts of this kind")
    one.add_argument("--dry-run", action="store_true", help="only say what would be translated, and what not")
    one.add_argument("--anyway", action="store_true", help="even with models that were measured and found weak")
    one.add_argument("--models", type=Path, metavar="DIR", help="the folder of the models; else that of the settings")
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
    one = add("backup", backup.backup, reads=False)
    one.add_argument("target", nargs="?", type=Path, metavar="FILE|DIR", help="where to; else the folder of the settings")
    one.add_argument("--keep", type=_count, metavar="N", help="then remove all but the N newest backups from that folder")
    one = add("restore", backup.restore, reads=False)
    one.add_argument("file", type=Path, metavar="FILE")
    one.add_argument("--data", type=Path, metavar="DIR", help="the folder to restore into; else that of the settings")
    one.add_argument("--replace", action="store_true", help="put data that is there already aside, into a folder within")
    one.add_argument("--key", type=Path, metavar="FILE", help="the master key of that time, if it is another than today's")
    one = add("key", key.key, reads=False)
    one.add_argument("action", choices=["rotate"])
    one.add_argument("--to", type=Path, metavar="FILE", help="only write the new key there, to be given in another way by you")
    one = add("data", data.data, reads=False)
    one.add_argument("action", choices=["export", "erase", "purge"])
    one.add_argument("--contact", type=_count, metavar="N", help="the person, by the number of a case of theirs")
    one.add_argument("--address", metavar="WAY:ID", help="the person, by an address, for example telegram:4815162342")
    one.add_argument("--chat", metavar="ID", help="the person, by the beginning of their chat's id, as purge lists it")
    one.add_argument("--booking", metavar="NUMBER", help="the person, by the number of a booking, as it stands on their slip")
    one.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="export: the folder for the files")
    one.add_argument("--language", type=_language, help="export: the language of the page; else the person's")
    one.add_argument("--yes", action="store_true", help="erase: do not ask again")
    one.add_argument("--dry-run", action="store_true", help="purge: only list what would go")
    one.add_argument("--within", type=_count, metavar="DAYS", help="purge --dry-run: also what would go in the days to come")
    one.add_argument("--all", action="store_true", help="purge: list everything, however much it is")
    one = add("privacy", privacy.privacy, reads=False)
    one.add_argument("paper", choices=["record", "page"])
    one.add_argument("--agency", metavar="ID", help="else the agency that runs the machine")
    one.add_argument("--language", type=_language, default=SOURCE, help="page: its language")
    one.add_argument("--out", type=Path, metavar="FILE", help="write it into this file")
    one.add_argument("--content", type=Path, metavar="DIR", help="folder with knowledge; else that of the settings")
    one = add("audit", audit.audit, reads=False)
    one.add_argument("action", choices=["list", "verify"])
    one.add_argument("--mark", metavar="MARK", help="verify: the mark of a line that must still be there")
    one = add("outbox", outbox.outbox, reads=False)
    one.add_argument("action", nargs="?", choices=["list", "send", "drop"], default="list")
    one.add_argument("numbers", nargs="*", type=_count, metavar="N")
    one.add_argument("--all", action="store_true", help="all that are listed")
    one = add("staff", staff.staff, reads=False)
    actions = ["add", "invite", "list", "disable", "reset-second-factor", "identity", "feed", "calendar", "interpreters"]
    one.add_argument("action", choices=actions)
    one.add_argument("login", nargs="?")
    one.add_argument("--revoke", action="store_true", help="feed: make the private addresses invalid, instead of making one")
    one.add_argument("--url", help="calendar: the address of a calendar on a CalDAV server, to be kept in step")
    one.add_argument("--user", metavar="LOGIN", help="calendar: the login there; the password is asked for")
    one.add_argument("--interpreter", metavar="ID", help="calendar: of this volunteer interpreter")
    one.add_argument("--seat", type=_count, metavar="N", help="calendar: of this seat of the site only")
    one.add_argument("--remove", type=_count, metavar="N", help="calendar: forget the one of this number")
    one.add_argument("--resume", action="store_true", help="calendar: go on after a backup was restored")
    one.add_argument("--identity", metavar="E-MAIL|ID", help="identity: who they are where they sign in with OpenID Connect")
    one.add_argument("--name")
    one.add_argument("--agency")
    one.add_argument("--role", choices=ROLES, default="advisor", help="editors, translators and admins see no case")
    one.add_argument("--language", choices=["de", "en"], default="de")
    one.add_argument("--telegram", type=int, metavar="ID", help="the Telegram number that may claim cases in the staff group")
    one.add_argument(
        "--site", action="append", default=[], metavar="ID", help="works at this site only; may be given several times"
    )
    one.add_argument(
        "--speaks", action="append", default=[], metavar="CODE", choices=[*LANGUAGES], help="a language besides German"
    )
    one.add_argument(
        "--capacity", type=int, default=CAPACITY, metavar="N", help="open cases this person carries (default: %(default)s)"
    )
    return parser
