"""The web server's end."""

import asyncio
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn


class _WithoutValues(logging.Filter):
    """Keeps what was written out of the log: of an exception only its kind, never its text, which may quote a newcomer."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0] is not None:
            record.msg, record.args = f"{record.getMessage()}: {record.exc_info[0].__name__}", None
            record.exc_info = record.exc_text = None
        return True


_FILTER = _WithoutValues()


class Server(uvicorn.Server):
    """Ends by signal like uvicorn's own, without raising the signal again: the rest still has to end in order."""

    def __init__(self, config: uvicorn.Config, stop: asyncio.Event) -> None:
        super().__init__(config)
        logging.getLogger("uvicorn.error").addFilter(_FILTER)  # added once, however many servers there are
        self._stop = stop

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Tell everything to stop, the web among it."""
        self._stop.set()
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals through the event loop."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)
