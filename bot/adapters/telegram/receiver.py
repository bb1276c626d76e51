"""Takes updates from Telegram, by polling or by webhook, and confirms each only after it was committed.

The libraries' own reception confirms first and loses what was being handled when the process dies; hence this one.
"""

import asyncio
import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

import httpx

Json = dict[str, Any]
T = TypeVar("T")

LONG_POLL = 50
BATCH = 100
PATIENCE = (1.0, 5.0, 25.0)
"""Seconds before each new attempt at an update that could not be handled."""
LONGEST_PAUSE = 60.0
TAKEN_PAUSE = 30.0
SECRET_HEADER = "x-telegram-bot-api-secret-token"

_log = logging.getLogger(__name__)


class InvalidToken(Exception):
    """Telegram does not know the token; no retry will help."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Telegram refuses the token of the bot {name!r}: copy it again from @BotFather into the settings")


class _Trouble(Exception):
    """A call failed and may be tried again, after `wait` seconds if Telegram said so."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class _Stopped(Exception):
    """The receiver was asked to stop while it waited."""


class _HideTokens(logging.Filter):
    """httpx logs the address of every request, and Telegram's addresses contain the token."""

    _token = re.compile(r"/bot\d+:[\w-]+")

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._token.sub("/bot…", record.getMessage()), ()
        return True


_HIDE_TOKENS = _HideTokens()


def hide_tokens() -> None:
    """Keep bot tokens out of what httpx logs."""
    logging.getLogger("httpx").addFilter(_HIDE_TOKENS)


class Receiver:
    """Receives one bot's updates. `handle` returns after an update is committed, and raises if it is not.

    An update that fails again and again is skipped, except when it fails by one of the `outages` (a full disk): no update
    is to blame for those, and all of them wait until they are over.
    """

    def __init__(
        self,
        name: str,
        token: str,
        api_url: str,
        handle: Callable[[Json], Awaitable[None]],
        allowed_updates: Iterable[str],
        outages: tuple[type[Exception], ...] = (OSError,),
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        hide_tokens()
        self.name = name
        self.skipped = 0
        self._url = f"{api_url.rstrip('/')}/bot{token}/"
        self._handle = handle
        self._allowed = tuple(allowed_updates)
        self._outages = outages
        self._pause = pause
        self._secret = ""

    async def accept(self, update: Json) -> None:
        """Hand an update over, unless it is of a kind nobody asked for; both ways of receiving end here."""
        if any(kind in update for kind in self._allowed):
            await self._handle(update)

    async def run_polling(self, stop: asyncio.Event) -> None:
        """Ask for updates until `stop` is set; an update being handled is finished first.

        Raises:
            InvalidToken: Telegram does not know the token.
        """
        timeout = httpx.Timeout(10, read=LONG_POLL + 10)
        async with httpx.AsyncClient(timeout=timeout) as client:
            with suppress(_Stopped):
                await self._insist(client, "deleteWebhook", {}, stop)
                offset = None
                while not stop.is_set():
                    offset = await self._poll(client, offset, stop)

    async def set_webhook(self, url: str, secret: str) -> None:
        """Tell Telegram where to send updates; from now on `webhook` takes only those that carry the secret.

        Raises:
            InvalidToken: Telegram does not know the token.
        """
        self._secret = secret
        wanted = {"url": url, "secret_token": secret, "allowed_updates": self._allowed}
        async with httpx.AsyncClient(timeout=10) as client:
            await self._insist(client, "setWebhook", wanted, asyncio.Event())

    async def webhook(self, headers: Mapping[str, str], body: bytes) -> int:
        """Take one request of Telegram's and return the status to answer; after 500 Telegram repeats it."""
        given = next((value for key, value in headers.items() if key.lower() == SECRET_HEADER), "")
        if not self._secret or not hmac.compare_digest(given.encode(), self._secret.encode()):
            return 403
        update = _parse(body)
        if update is None:
            return 400
        try:
            await self.accept(update)
        except Exception as error:
            _log.warning(
                "%s: update %d failed (%s), Telegram will repeat it", self.name, update["update_id"], type(error).__name__
            )
            return 500
        return 200

    async def _poll(self, client: httpx.AsyncClient, offset: int | None, stop: asyncio.Event) -> int | None:
        """Ask once, handle what came and return the offset that confirms it.

        After an empty answer there is nothing to confirm, and the next id may be lower than the last (Telegram starts
        anew after a quiet week): the offset is forgotten.
        """
        wanted: Json = {"timeout": LONG_POLL, "limit": BATCH, "allowed_updates": self._allowed}
        updates = await self._insist(client, "getUpdates", wanted | ({} if offset is None else {"offset": offset}), stop)
        offset = None
        for update in updates:
            await self._accept_or_skip(update, stop)
            offset = update["update_id"] + 1
            if stop.is_set():
                break
        return offset

    async def _accept_or_skip(self, update: Json, stop: asyncio.Event) -> None:
        waits = iter(PATIENCE)
        while True:
            try:
                return await self.accept(update)
            except self._outages as error:
                reason, wait = type(error).__name__, LONGEST_PAUSE
            except Exception as error:
                reason, wait = type(error).__name__, next(waits, 0.0)
            if not wait:
                break
            _log.warning("%s: update %d failed (%s), next attempt in %.0f s", self.name, update["update_id"], reason, wait)
            await _unless(stop, self._pause(wait))
        self.skipped += 1
        _log.error("%s: update %d skipped, it failed %d times (%s)", self.name, update["update_id"], len(PATIENCE) + 1, reason)

    async def _insist(self, client: httpx.AsyncClient, method: str, wanted: Json, stop: asyncio.Event) -> Any:
        """Call a method until it works, more and more slowly."""
        failures = 0
        while True:
            try:
                return await _unless(stop, self._call(client, method, wanted))
            except _Trouble as trouble:
                failures += 1
                wait = trouble.wait if trouble.wait is not None else min(2.0**failures, LONGEST_PAUSE)
                _log.warning("%s: %s failed (%s), next attempt in %.0f s", self.name, method, trouble, wait)
            await _unless(stop, self._pause(wait))

    async def _call(self, client: httpx.AsyncClient, method: str, wanted: Json) -> Any:
        """Call a method of the Bot API. What is raised never holds the address, which contains the token."""
        try:
            answer = await client.post(self._url + method, json=wanted)
            body = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            failure: Exception = _Trouble(type(error).__name__)
        except httpx.InvalidURL:
            failure = InvalidToken(self.name)
        else:
            if not isinstance(body, dict):  # something on the way answers in Telegram's place
                body = {}
            if answer.status_code == 200 and "result" in body:
                return body["result"]
            failure = self._refusal(answer.status_code, body)
        raise failure

    def _refusal(self, status: int, body: Json) -> Exception:
        if status in (401, 404):
            return InvalidToken(self.name)
        if status == 409:
            return _Trouble("another process receives with this token: run only one", TAKEN_PAUSE)
        wait = (body.get("parameters") or {}).get("retry_after")
        return _Trouble(f"{status} {body.get('description', '')}", wait)


def _parse(body: bytes) -> Json | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if isinstance(update, dict) and isinstance(update.get("update_id"), int) else None


async def _unless(stop: asyncio.Event, work: Awaitable[T]) -> T:
    """Return what the work returns, or give it up as soon as `stop` is set."""
    task, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise _Stopped
    finally:
        stopping.cancel()
        task.cancel()
        await asyncio.gather(task, stopping, return_exceptions=True)
