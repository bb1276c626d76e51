"""What stands in for the services: an inbox that remembers, a desk and a store with the advisors of two agencies."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from aiohttp import web

from bot.adapters.telegram.advisors import StaffServices
from bot.adapters.telegram.receiver import Receiver
from bot.core import cases
from bot.core.cases import Case
from bot.core.content import Content
from bot.core.crisis import Crises
from bot.core.knowledge import KnowledgeBase, Topic
from bot.core.messages import Address, InboundMessage
from bot.core.network import Network
from bot.core.places import Gazetteer
from bot.core.texts import Texts
from bot.services.desk import Desk, Forbidden
from bot.services.inbox import Inbox, Receipt
from bot.services.live import Live
from bot.services.ports import Advisor, Posted, Store
from tests.botapi.clock import Signal

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECRET = "a-secret_of-the-webhook"

PHRASES = {
    "de": {
        "command_menu": "Themen",
        "command_site": "Stelle in der Nähe",
        "command_word": "Ein Wort erklären",
        "command_emergency": "Notfall",
        "command_privacy": "Datenschutz",
        "command_language": "Sprache wechseln",
        "command_person": "Mit einem Menschen sprechen",
        "command_appointments": "Meine Termine",
        "command_mydata": "Meine Daten ansehen",
        "command_erase": "Alles über mich löschen",
        "command_help": "Hilfe",
        "topic_housing": "Wohnen",
    },
    "ar": {"command_menu": "المواضيع", "command_language": "تغيير اللغة"},
}
CONTENT = Content(
    knowledge=KnowledgeBase({"housing": Topic("housing", "🏠", 1)}, {}, {}),
    flows={},
    phrases=Texts(PHRASES),
    network=Network({}, {}, Gazetteer(()), {}),
    crises=Crises((), ()),
)


class FixedClock:
    """It is always nine o'clock."""

    def now(self) -> datetime:
        return NOW


class Pauses:
    """Instead of waiting, remembers how long it would have waited."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


class MemoryInbox(Inbox):
    """Stores messages once each, like the real one; fails as often as a test wishes."""

    def __init__(self) -> None:
        self.messages: list[InboundMessage] = []
        self.redelivered: list[str] = []
        self.failing: list[Exception] = []
        self.keeping = False
        self._signal = Signal()

    async def receive(self, message: InboundMessage) -> Receipt:
        if self.failing:
            raise self.failing.pop(0)
        known = any(one.external_id == message.external_id for one in self.messages)
        if known:
            self.redelivered.append(message.external_id)
        else:
            self.messages.append(message)
        self._signal.notify()
        return Receipt("conversation", not known)

    def keeps_files(self, address: Address) -> bool:
        return self.keeping

    async def holds(self, count: int) -> InboundMessage:
        """Wait until so many messages are stored, and return the newest."""
        await self._signal.wait(lambda: len(self.messages) >= count, 5, lambda: f"{len(self.messages)} messages of {count}")
        return self.messages[-1]

    async def redeliveries(self, count: int) -> list[str]:
        """Wait until so many messages came a second time."""
        await self._signal.wait(lambda: len(self.redelivered) >= count, 5, lambda: f"{self.redelivered}")
        return self.redelivered


class Office:
    """The desk's cases and staff in memory, used as store and by `OfficeDesk`."""

    def __init__(self, *staff: Advisor) -> None:
        self.staff = list(staff)
        self.cases: dict[str, Case] = {}
        self.values: dict[str, str] = {}
        self.told: dict[tuple[str, int], Posted] = {}

    @contextmanager
    def transaction(self) -> Iterator["Office"]:
        yield self

    def advisors(self) -> list[Advisor]:
        return self.staff

    def case(self, case_id: str) -> Case | None:
        return self.cases.get(case_id)

    def get_value(self, name: str) -> str | None:
        return self.values.get(name)

    def set_value(self, name: str, value: str) -> None:
        self.values[name] = value

    def topic_at(self, chat: int, thread: int) -> None:
        """Nobody has topics here."""

    def posted(self, case_id: str, chat: int) -> dict[str, Posted]:
        return {"alert": self.told[case_id, chat]} if (case_id, chat) in self.told else {}

    def put_posted(self, case_id: str, chat: int, posted: Posted) -> None:
        self.told[case_id, chat] = posted

    @property
    def store(self) -> Store:
        return cast(Store, self)

    def services(self, content: Content = CONTENT) -> StaffServices:
        """Return what the staff bot works with."""
        return StaffServices(
            OfficeDesk(self), Nowhere(), self.store, Live(), FixedClock(), lambda: content, lambda _: [], not_in_german
        )


class OfficeDesk(Desk):
    """Claims by the core's rules, without a database."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def claim(self, advisor: Advisor, case_id: str) -> Case:
        case = self.office.cases.get(case_id)
        if case is None or case.agency != advisor.agency:
            raise Forbidden(case_id)
        self.office.cases[case_id] = cases.claim(case, advisor.id, NOW)
        return self.office.cases[case_id]


class Nowhere:
    """Passes no case on."""

    def transfer(self, advisor: Advisor, case_id: str, site_id: str, note: str) -> None:
        raise Forbidden(case_id)


async def not_in_german(text: str, language: str) -> str | None:
    """Translate nothing."""
    return None


def advisor(name: str, agency: str, telegram_id: int | None) -> Advisor:
    """Return a member of staff."""
    return Advisor(name.lower(), name.lower(), name, agency, "advisor", "de", "", telegram_id)


CASE = Case(
    id="0192f00c-7a51-4c1e-9f44-5d2c8e1b7a10",
    number=12,
    contact_id="contact",
    conversation_id="conversation",
    agency="north",
    site="north-office",
    topic="housing",
    language="ar",
    place="Elmshorn",
    question="Amina fragt nach ihrer Kaution",
    trail=("topic:housing",),
    opened_at=NOW,
    promised_until=datetime(2026, 11, 25, 16, 0, tzinfo=UTC),
)


def case(**changes: Any) -> Case:
    """Return the case of a newcomer who waits, with some things different."""
    return replace(CASE, **changes)


@asynccontextmanager
async def receiving(receiver: Receiver, way: str) -> AsyncIterator[None]:
    """Receive by polling or by webhook while the block runs."""
    async with polling(receiver) if way == "polling" else pushed(receiver):
        yield


@asynccontextmanager
async def polling(receiver: Receiver) -> AsyncIterator[asyncio.Event]:
    """Poll while the block runs; yields what stops it."""
    stop = asyncio.Event()
    task = asyncio.create_task(receiver.run_polling(stop))
    try:
        yield stop
    finally:
        stop.set()
        await task


@asynccontextmanager
async def pushed(receiver: Receiver) -> AsyncIterator[str]:
    """Let Telegram push to a small web server while the block runs; yields its address."""

    async def endpoint(request: web.Request) -> web.Response:
        headers: Mapping[str, str] = request.headers
        return web.Response(status=await receiver.webhook(headers, await request.read()))

    app = web.Application()
    app.router.add_post("/telegram", endpoint)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    try:
        await receiver.set_webhook(url, SECRET)
        yield url
    finally:
        await runner.cleanup()
