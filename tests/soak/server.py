"""`wegweiser run` again and again: a process that has read everything once is copied for each life, which then starts at once.

The copy does what the command does; only the time is not the machine's, so that days pass within minutes.

    python -m tests.soak.server     reads one life a line, answers with its process
"""

import gc
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.commands import environment
from tests.faults.service import Service


class Life:
    """A copy that runs; looks like a process of `subprocess`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """Return 0 when it has ended; how it ended stands in its log."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended.

        Raises:
            subprocess.TimeoutExpired: it goes on.
        """
        give_up = time.monotonic() + (timeout or 60)
        while self.poll() is None:
            if time.monotonic() > give_up:
                raise subprocess.TimeoutExpired("wegweiser run", timeout or 60)
            time.sleep(0.002)
        return 0

    def send_signal(self, sig: int) -> None:
        """Send a signal, if there is somebody to hear it."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, sig)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


class Reborn(Service):
    """A service whose lives are copies; `ahead` is how far its clock is before the machine's."""

    def __init__(self, folder: Path, **settings: object) -> None:
        super().__init__(folder, **settings)
        self.ahead = timedelta(0)
        with (folder / "womb.log").open("ab") as log:
            self._womb = subprocess.Popen(
                [sys.executable, "-m", "tests.soak.server"],
                env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip

    def now(self) -> datetime:
        """Return the service's time."""
        return datetime.now(UTC) + self.ahead

    def open(self) -> None:
        """Begin another life."""
        assert self._womb.stdin is not None
        assert self._womb.stdout is not None
        life = {"settings": environment(**self.settings), "ahead": self.ahead.total_seconds(), "log": str(self.log)}
        print(json.dumps(life), file=self._womb.stdin, flush=True)
        self.process = Life(int(self._womb.stdout.readline()))

    async def __aexit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.kill()
        self._womb.communicate(timeout=20)


def _live(life: dict[str, Any], content: Any) -> None:
    """Be `wegweiser run` until the end."""
    from bot import cli, contents
    from bot.app import parts

    log = os.open(life["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for stream in (1, 2):
        os.dup2(log, stream)
    sys.stdin = open(os.devnull)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(life["settings"])
    ahead = timedelta(seconds=life["ahead"])
    parts.SystemClock.now = lambda self: datetime.now(UTC) + ahead  # type: ignore[method-assign]
    contents.load_content = lambda root: content
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        cli.main(["run"])
    except Exception:
        traceback.print_exc()


def main() -> None:
    """Read everything, then make a copy for each line; only the copies end otherwise than with the input."""
    from bot import contents
    from bot.adapters.argos import engine, translator
    from bot.adapters.telegram import newcomers, receiver
    from bot.app import serving
    from bot.core.detection import detect
    from bot.settings import CONTENT

    assert all((engine, translator, newcomers, receiver, serving))
    content = contents.load_content(CONTENT)
    content.matcher.warm()
    assert content.network.holidays
    detect("Guten Tag, ich suche eine Wohnung.")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.freeze()
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            try:
                _live(json.loads(line), content)
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(0)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
