"""The command `wegweiser`: errors the reader can mend are one clear message."""

import io
import logging
import sys
from typing import NoReturn

from bot.arguments import parser
from bot.commands.errors import CommandError
from bot.settings import SettingsError


def main(arguments: list[str] | None = None) -> None:
    """Run a command; errors the reader can mend are one clear message and exit status 2."""
    options = parser().parse_args(arguments)
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
    from bot.adapters.sqlite import BackupError, DataInUse, KeyFileError, NewerDatabase, StoreUnavailable, WrongKey
    from bot.adapters.telegram.receiver import InvalidToken

    ours = (CommandError, SettingsError, ContentError, InvalidToken, PackageError)
    return (*ours, BackupError, DataInUse, KeyFileError, NewerDatabase, StoreUnavailable, WrongKey)
