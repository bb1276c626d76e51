"""Running the command `wegweiser` as a person does: within this process where it ends by itself, else as another."""

import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from bot.cli import main


@dataclass(frozen=True)
class Ran:
    """How a command ended: its status and what it wrote."""

    status: int
    out: str
    err: str


def wegweiser(*arguments: object, typed: str = "", **settings: object) -> Ran:
    """Run a command; `typed` is what comes through the pipe, `settings` are WEGWEISER_*.

    Raises:
        BaseException: the command let an exception through, which a person would see as a traceback.
    """
    out, err = io.StringIO(), io.StringIO()
    given = environment(**settings)
    with (
        _as_loud_as_before(),
        redirect_stdout(out),
        redirect_stderr(err),
        mock.patch.dict(os.environ, given, clear=True),
        mock.patch.object(sys, "stdin", io.StringIO(typed)),
        pytest.raises(SystemExit) as ended,
    ):
        main([str(argument) for argument in arguments])
    status = ended.value.code
    return Ran(status if isinstance(status, int) else 0, out.getvalue(), err.getvalue())


@contextmanager
def _as_loud_as_before() -> Iterator[None]:
    """Undo what a command sets for its process: how much the libraries log."""
    loggers = [logging.getLogger(name) for name in ("httpx", "apscheduler", "aiogram", "uvicorn.error")]
    levels = [logger.level for logger in loggers]
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def environment(**settings: object) -> dict[str, str]:
    """Return this process's environment with other settings than its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WEGWEISER_")}
    return kept | {f"WEGWEISER_{name.upper()}": str(value) for name, value in settings.items()}


@contextmanager
def started(*arguments: object, folder: Path, **settings: object) -> Iterator[subprocess.Popen[str]]:
    """Start a command as a process of its own; it is killed when the block is left. Its words go to files in the folder."""
    command = [sys.executable, "-m", "bot", *map(str, arguments)]
    with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
        process = subprocess.Popen(command, env=environment(**settings), stdout=out, stderr=err, text=True)
        try:
            yield process
        finally:
            process.kill()
            process.wait(10)
