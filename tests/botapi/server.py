"""A strict local Telegram Bot API on a loopback socket, for tests with the real libraries."""

import asyncio
from dataclasses import dataclass, field
from time import time
from typing import Any, Self

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, web

from tests.botapi import receiving
from tests.botapi.calls import Call
from tests.botapi.chats import Bot
from tests.botapi.clock import Clock, Sleep
from tests.botapi.errors import NO_SUCH_METHOD, UNAUTHORIZED, ApiError
from tests.botapi.faults import Fault, Faults, Limits
from tests.botapi.methods import METHODS, NAMES
from tests.botapi.params import Params, Upload, from_request, from_webhook_answer
from tests.botapi.webhook import Outcome, Post
from tests.botapi.world import World

Json = dict[str, Any]

LARGEST_REQUEST = 55 << 20
RETRY_DELAYS = (0.02, 0.05, 0.1, 0.2)
WEBHOOK_TIMEOUT = ClientTimeout(total=60)


@dataclass(frozen=True)
class Record:
    """A call that was made, and how it ended."""

    method: str
    bot: Bot
    params: dict[str, str]
    files: dict[str, Upload] = field(default_factory=dict)
    status: int = 200
    description: str = ""


class BotApi(World):
    """The server. `async with BotApi() as api:` starts it; `api.url` is what the libraries need."""

    def __init__(
        self,
        *,
        clock: Clock = time,
        sleep: Sleep = asyncio.sleep,
        retry_delays: tuple[float, ...] = RETRY_DELAYS,
        rate_limits: bool = False,
    ) -> None:
        super().__init__(clock)
        self.records: list[Record] = []
        self.faults = Faults()
        self.limits = Limits(clock) if rate_limits else None
        self.port = 0
        self._sleep = sleep
        self._retry_delays = retry_delays
        self._runner: web.AppRunner | None = None
        self._client: ClientSession | None = None

    @property
    def url(self) -> str:
        """The base address, as in TelegramAPIServer.from_base(url)."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Open the socket; after a stop on the same port, so that an outage can be played."""
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self._answer)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._download)
        self._client = ClientSession(timeout=WEBHOOK_TIMEOUT)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]
        for bot in self.bots.values():
            if bot.webhook is not None:
                bot.webhook.start()

    async def stop(self) -> None:
        """Close the socket; updates, messages and webhooks are kept."""
        for bot in self.bots.values():
            bot.updates.end_poll()
            if bot.webhook is not None:
                await bot.webhook.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._client is not None:
            await self._client.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def fault(
        self,
        method: str,
        *,
        retry_after: int | None = None,
        status: int | None = None,
        description: str | None = None,
        delay: float = 0,
        drop: bool = False,
        count: int = 1,
        chat_id: int | None = None,
    ) -> Fault:
        """Let the next `count` calls of a method go wrong; "download" means the file server."""
        if method != "download" and method.lower() not in NAMES:
            raise ValueError(f"No method {method}")
        fault = Fault(method, retry_after, status, description, delay, drop, count, chat_id)
        self.faults.planned.append(fault)
        return fault

    def calls(self, method: str | None = None, *, bot: Bot | None = None) -> list[Record]:
        """Return the calls that were made, refused and dropped ones included."""
        by_bot = [record for record in self.records if bot is None or record.bot is bot]
        return [record for record in by_bot if method is None or record.method.lower() == method.lower()]

    async def wait_calls(self, method: str, count: int = 1, *, bot: Bot | None = None, timeout: float = 5) -> list[Record]:
        """Wait until a method was called so often."""
        return await self.signal.wait(
            lambda: found if len(found := self.calls(method, bot=bot)) >= count else [],
            timeout,
            lambda: f"{len(self.calls(method, bot=bot))} of {count} calls of {method}",
        )

    async def wait_polling(self, bot: Bot, timeout: float = 5) -> None:
        """Wait until the bot hangs in a long getUpdates."""
        await self.signal.wait(lambda: bot.updates.polled, timeout, lambda: f"{bot.username} does not poll")

    async def wait_taken(self, bot: Bot, timeout: float = 5) -> None:
        """Wait until the bot took all its updates, by offset or by webhook."""
        await self.signal.wait(lambda: not bot.updates.alive(), timeout, lambda: f"{bot.updates.pending} are pending")

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        params, fault = Params(), None
        try:
            bot = self._bot(request)
            method = NAMES.get(request.match_info["method"].lower())
            if method is None:
                raise ApiError(*NO_SUCH_METHOD)
            params = await _read(request)
            fault = self.faults.take(method, params.text("chat_id"))
            response = _success(await self._perform(bot, method, params, fault))
        except ApiError as error:
            response = _failure(error)
        if fault is not None and fault.delay:
            await self._sleep(fault.delay)
        if fault is not None and fault.drop and request.transport is not None:
            request.transport.abort()
        return response

    def _bot(self, request: web.Request) -> Bot:
        bot = self.bots.get(request.match_info["token"])
        if bot is None:
            raise ApiError(*UNAUTHORIZED)
        return bot

    async def _perform(self, bot: Bot, method: str, params: Params, fault: Fault | None = None) -> Any:
        error: ApiError | None = None
        try:
            if fault is not None:
                fault.refuse()
            if self.limits is not None:
                self.limits.check(bot.id, method, params.text("chat_id"))
            return await self._run(Call(self, bot, params), method)
        except ApiError as refusal:
            error = refusal
            raise
        finally:
            ending = (error.code, error.description) if error else (200, "")
            self.records.append(Record(method, bot, params.values, params.files, *ending))
            self.signal.notify()

    async def _run(self, call: Call, method: str) -> Any:
        if method == "getUpdates":
            return await receiving.get_updates(call)
        if method == "setWebhook":
            return await receiving.set_webhook(call, self._post(call.bot))
        if method == "deleteWebhook":
            return await receiving.delete_webhook(call)
        return METHODS[method](call)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        try:
            bot = self._bot(request)
            fault = self.faults.take("download", "")
            if fault is not None:
                fault.refuse()
        except ApiError as error:
            return _failure(error)
        if fault is not None and fault.delay:
            await self._sleep(fault.delay)
        if bot.links.get(path, 0) < self.clock():
            return _failure(ApiError(404, "Not Found"))
        if fault is not None and fault.drop and request.transport is not None:
            request.transport.abort()
        return web.Response(body=next(file.data for file in self.files.values() if file.path == path))

    def _post(self, bot: Bot) -> Post:
        async def deliver(url: str, headers: dict[str, str], update: Json) -> Outcome:
            return await self._deliver(bot, url, headers, update)

        return Post(deliver, self._sleep, self._retry_delays, self.clock)

    async def _deliver(self, bot: Bot, url: str, headers: dict[str, str], update: Json) -> Outcome:
        assert self._client is not None
        try:
            async with self._client.post(url, json=update, headers=headers, allow_redirects=False) as answer:
                if not 200 <= answer.status < 300:
                    wrong = f"Wrong response from the webhook: {answer.status} {answer.reason}"
                    return Outcome(wrong, _seconds(answer.headers.get("Retry-After", "")))
                await self._perform_answer(bot, answer)
                return Outcome()
        except (ClientError, TimeoutError) as error:
            return Outcome("Read timeout expired" if isinstance(error, TimeoutError) else "Connection refused")

    async def _perform_answer(self, bot: Bot, answer: ClientResponse) -> None:
        params = await from_webhook_answer(answer)
        method = NAMES.get(params.values.pop("method", "").lower(), "")
        # A bot never learns how this call ended; methods that only ask something are ignored, as at Telegram.
        if not method or method.startswith("get") or method in {"setWebhook", "deleteWebhook", "close", "logOut"}:
            return
        try:
            await self._perform(bot, method, params, self.faults.take(method, params.text("chat_id")))
        except ApiError:
            return


async def _read(request: web.Request) -> Params:
    try:
        return await from_request(request)
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(413, "Request Entity Too Large") from None


def _success(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _failure(error: ApiError) -> web.Response:
    headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    return web.json_response(error.body(), status=error.code, headers=headers)


def _seconds(header: str) -> float:
    return float(header) if header.isdecimal() else 0
