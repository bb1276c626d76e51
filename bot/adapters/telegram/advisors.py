"""The staff bot, by python-telegram-bot: alerts and topics in the agencies' groups, and what advisors do there."""

import asyncio
import logging
import os
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Message, Update
from telegram import error as errors
from telegram.ext import Application, CallbackQueryHandler, ChatMemberHandler, ContextTypes, MessageHandler, filters

from bot.adapters.telegram.alerts import AlertTexts
from bot.adapters.telegram.board import Board
from bot.adapters.telegram.claims import Claims
from bot.adapters.telegram.orders import Orders, Transfers
from bot.adapters.telegram.people import People
from bot.adapters.telegram.posting import Poster
from bot.adapters.telegram.receiver import InvalidToken, hide_tokens
from bot.adapters.telegram.relay import InGerman, Relay
from bot.adapters.telegram.rooms import Groups
from bot.adapters.telegram.topics import TopicTexts
from bot.core.appointments import Appointment
from bot.core.cases import Case
from bot.core.content import Content
from bot.services.desk import Desk
from bot.services.live import Live
from bot.services.outbox import Pace
from bot.services.ports import Advisor, AppointmentChange, Clock, Store
from bot.services.rewording import Rewording

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
CALL_SECONDS = 20

# Else the library warns, even when it makes an error itself, that periods will be timedeltas.
os.environ["PTB_TIMEDELTA"] = "true"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StaffServices:
    """What the staff bot works with. `trail` says how somebody came to ask, `in_german` translates for staff."""

    desk: Desk
    transfers: Transfers
    store: Store
    live: Live
    clock: Clock
    content: Callable[[], Content]
    trail: Callable[[Case], list[str]]
    in_german: InGerman


class AdvisorsBot:
    """Alerts for staff, and a topic for every case of an agency that wants it (`relay`). The library parses and sends; who may do
    what is decided by the desk.

    `groups` says which group belongs to which agency; `console_url` is the address of the console's first page; `texts`
    translates the German texts for staff.
    """

    name = "staff"

    def __init__(
        self,
        token: str,
        services: StaffServices,
        groups: Mapping[str, int],
        console_url: str,
        texts: Callable[[str], str],
        api_url: str,
        relay: Collection[str] = (),
        pace: Pace | None = None,
    ) -> None:
        hide_tokens()
        self._store, self._live = services.store, services.live
        self._words = AlertTexts(texts, services.content, console_url)
        self._groups = Groups(groups, services.store, relay)
        self._strange: set[int] = set()
        self._told: set[tuple[int, int]] = set()
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._failures: dict[int, Exception] = {}
        self._starting = asyncio.Lock()
        # No updater and no job queue: updates come from our receiver, and due work is in the store.
        builder = Application.builder().token(token).base_url(f"{api_url}/bot").base_file_url(f"{api_url}/file/bot")
        builder = builder.connect_timeout(CALL_SECONDS).read_timeout(CALL_SECONDS).write_timeout(CALL_SECONDS)
        self._app: Application[Any, Any, Any, Any, Any, Any] = builder.updater(None).job_queue(None).build()
        self._app.add_handler(MessageHandler(filters.UpdateType.MESSAGE, self._on_message))
        self._app.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE, self._on_edit))
        self._app.add_handler(CallbackQueryHandler(self._on_press))
        self._app.add_handler(ChatMemberHandler(self._on_membership))
        self._app.add_error_handler(self._remember)
        self._board = Board(self._app.bot, self._ready, self._groups, self._words, services.store, services.content)
        self._people = People(services.store, self._words)
        self._claims = Claims(services.desk, services.store, self._groups, self._people, self._words, self._board)
        rewording = Rewording(services.store, services.desk, services.clock)
        self._orders = Orders(
            services.desk, rewording, services.transfers, services.store, self._people, self._words, services.content
        )
        self._relay = Relay(
            Poster(self._app.bot, self._board.buttons),
            self._ready,
            self._groups,
            TopicTexts(self._words, services.trail),
            services.store,
            services.live,
            services.clock,
            services.in_german,
            pace,
        )

    async def start(self) -> None:
        """Check the token; without a connection the bot starts all the same.

        Raises:
            InvalidToken: Telegram does not know the token.
        """
        try:
            await self._ready()
        except errors.TelegramError as error:
            _log.warning("%s: no connection yet (%s)", self.name, type(error).__name__)

    async def close(self) -> None:
        """Close the connections."""
        await self._app.shutdown()
        # Without a connection the application was never initialized and leaves its bot alone.
        await self._app.bot.shutdown()

    async def accept(self, update: dict[str, Any]) -> None:
        """Take an update; what a handler raises is raised here, so that the update comes again."""
        await self._ready()
        parsed = Update.de_json(update, self._app.bot)
        await self._app.process_update(parsed)
        failure = self._failures.pop(parsed.update_id, None)
        if failure is not None:
            raise failure

    async def run(self, stop: asyncio.Event) -> None:
        """Keep alerts and topics true until stopped."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._board.run(self._live, stop))
            tasks.create_task(self._relay.run(stop))

    async def case_waiting(self, case: Case) -> None:
        """Tell the agency's group that a case waits, by its topic or by an alert; nothing happens if it has no group.

        Raises:
            DeliveryError: it did not arrive, or nobody knows.
        """
        if not await self._relay.show(case):
            await self._board.case_waiting(case)

    async def appointment_changed(self, appointment: Appointment, what: AppointmentChange) -> None:
        """Tell the group of the site's agency what a newcomer did; nothing happens if it has no group.

        Raises:
            DeliveryError: it did not arrive, or nobody knows.
        """
        await self._board.appointment_changed(appointment, what)

    async def _ready(self) -> None:
        """Let the library learn its own name, once there is a connection."""
        refused = False
        async with self._starting:
            try:
                await self._app.initialize()
            except errors.InvalidToken:
                refused = True
        if refused:  # Outside the handler: the library's error carries the token.
            raise InvalidToken(self.name)

    async def _remember(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Keep a handler's exception, which the library would only log."""
        if isinstance(update, Update) and context.error is not None:
            self._failures[update.update_id] = context.error

    async def _on_message(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        if message is None or message.from_user is None or not self._known(message):
            return
        if message.migrate_to_chat_id is not None:
            return self._groups.move(message.chat.id, message.migrate_to_chat_id)
        command = self._command(message.text or message.caption or "")
        number = str(message.from_user.id)
        if command == "/id":
            await message.reply_text(self._words.say("Ihre Telegram-Nummer: {number}", number=number))
        elif command == "/start" and message.chat.type == "private":
            await message.reply_text(
                self._words.say(
                    "Ich melde neue Anfragen in der Gruppe Ihrer Beratungsstelle.\n"
                    "Ihre Telegram-Nummer: {number}\n"
                    "Bitte geben Sie die Nummer Ihrer Koordination. Dann können Sie Anfragen übernehmen.",
                    number=number,
                )
            )
        else:
            await self._in_topic(message, command)

    async def _in_topic(self, message: Message, command: str) -> None:
        """Do what an advisor writes in a case's topic; what is written elsewhere is nobody's."""
        with self._store.transaction() as tx:
            topic = tx.topic_at(message.chat.id, message.message_thread_id or 0)
        advisor = await self._writer(message) if topic else None
        if topic is None or advisor is None:
            return
        async with self._turns[message.chat.id]:  # one after the other, as they were written
            said = await self._orders.take(advisor, topic.case_id, message, command)
        if said:
            await message.reply_text(said)

    async def _on_edit(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.edited_message
        if message is None or message.from_user is None or self._groups.room_at(message.chat.id) is None:
            return
        advisor = self._people.advisor(message.from_user.id)
        if advisor is not None:
            async with self._turns[message.chat.id]:
                said = await self._orders.change(advisor, message)
            if said:
                await message.reply_text(said)

    async def _writer(self, message: Message) -> Advisor | None:
        """Return who wrote; somebody unknown is told once that it goes nowhere."""
        writer = message.from_user
        if writer is None or (writer.is_bot and not message.sender_chat):
            return None
        advisor = self._people.advisor(writer.id)
        if advisor is None and (message.chat.id, writer.id) not in self._told:
            self._told.add((message.chat.id, writer.id))
            text = self._words.say("Was Sie hier schreiben, geht nicht an die Person.")
            await message.reply_text(f"{text} {self._words.unlinked()}")
        return advisor

    async def _on_membership(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Notice that the bot was thrown out of a group, or is back in it."""
        change = update.my_chat_member
        if change is None or not self._groups.agencies(change.chat.id):
            return
        if change.new_chat_member.status in ("left", "kicked"):
            _log.error(
                "%s: thrown out of the group %d: its agency learns nothing here until it is back", self.name, change.chat.id
            )
        elif room := self._groups.room_at(change.chat.id):
            room.wake()
            self._live.touch("staff")

    def _known(self, message: Message) -> bool:
        """Tell whether the bot listens in this chat; the number of a strange group is logged once, for whoever sets it up."""
        chat = message.chat
        if chat.type == "private" or self._groups.agencies(chat.id):
            return True
        if chat.id not in self._strange:
            self._strange.add(chat.id)
            _log.warning("%s: ignoring the group %d, which is no agency's group in the settings", self.name, chat.id)
        return False

    def _command(self, text: str) -> str:
        """Return the command a text begins with, unless it is for another bot."""
        word = text.split(maxsplit=1)[0] if text.strip() else ""
        command, _, addressee = word.partition("@")
        return command if word.startswith("/") and addressee.casefold() in ("", self._app.bot.username.casefold()) else ""

    async def _on_press(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.callback_query is not None:
            await self._claims.press(update.callback_query)
