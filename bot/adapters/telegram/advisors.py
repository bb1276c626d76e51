"""The staff bot, by python-telegram-bot: tells an agency's group that somebody waits and lets advisors claim the case there."""

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import httpx
from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram import error as errors
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, MessageHandler, filters

from bot.adapters.telegram.alerts import AlertTexts
from bot.adapters.telegram.receiver import InvalidToken, hide_tokens
from bot.core.appointments import Appointment
from bot.core.cases import Case, CaseError
from bot.core.content import Content
from bot.services.desk import Desk, Forbidden
from bot.services.ports import Advisor, AppointmentChange, DeliveryError, Store

ALLOWED_UPDATES = ("message", "callback_query")
CLAIM = "claim"
CALL_SECONDS = 20

# Else the library warns, even when it makes an error itself, that periods will be timedeltas.
os.environ["PTB_TIMEDELTA"] = "true"

_log = logging.getLogger(__name__)


class AdvisorsBot:
    """Alerts for staff. The library parses and sends; who may do what is decided by the desk.

    `groups` says which group belongs to which agency; `console_url` is the address of the console's first page; `texts`
    translates the German texts for staff.
    """

    name = "staff"

    def __init__(
        self,
        token: str,
        desk: Desk,
        store: Store,
        groups: Mapping[str, int],
        console_url: str,
        texts: Callable[[str], str],
        content: Callable[[], Content],
        api_url: str,
    ) -> None:
        hide_tokens()
        self._desk = desk
        self._store = store
        self._groups = dict(groups)
        self._content = content
        self._words = AlertTexts(texts, content, console_url)
        self._strange: set[int] = set()
        self._failures: dict[int, Exception] = {}
        self._starting = asyncio.Lock()
        # No updater and no job queue: updates come from our receiver, and due work is in the store.
        builder = Application.builder().token(token).base_url(f"{api_url}/bot").base_file_url(f"{api_url}/file/bot")
        builder = builder.connect_timeout(CALL_SECONDS).read_timeout(CALL_SECONDS).write_timeout(CALL_SECONDS)
        self._app: Application[Any, Any, Any, Any, Any, Any] = builder.updater(None).job_queue(None).build()
        self._app.add_handler(MessageHandler(filters.UpdateType.MESSAGE, self._on_message))
        self._app.add_handler(CallbackQueryHandler(self._on_press))
        self._app.add_error_handler(self._remember)

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

    async def case_waiting(self, case: Case) -> None:
        """Tell the agency's group that a case waits; nothing happens if it has no group.

        Raises:
            DeliveryError: it did not arrive, or nobody knows.
        """
        await self._tell(case.agency, self._words.waiting(case), self._buttons(case, waiting=True))

    async def appointment_changed(self, appointment: Appointment, what: AppointmentChange) -> None:
        """Tell the group of the site's agency what a newcomer did; nothing happens if it has no group.

        Raises:
            DeliveryError: it did not arrive, or nobody knows.
        """
        site = self._content().network.sites.get(appointment.slot.site)
        if site is None:
            return
        url = self._words.agenda_url()
        row = [InlineKeyboardButton(self._words.say("In der Konsole öffnen"), url=url)] if url else []
        await self._tell(site.agency, self._words.changed(appointment, what), InlineKeyboardMarkup([row]) if row else None)

    async def _tell(self, agency: str, text: str, buttons: InlineKeyboardMarkup | None) -> None:
        failure: DeliveryError | None = None
        try:
            await self._post(agency, text, buttons)
        except (errors.TelegramError, InvalidToken) as error:
            failure = _failure(error)
        if failure is not None:
            raise failure

    async def _post(self, agency: str, text: str, buttons: InlineKeyboardMarkup | None) -> None:
        group = self._groups.get(agency)
        if group is None:
            return
        await self._ready()
        try:
            await self._app.bot.send_message(group, text, reply_markup=buttons)
        except errors.ChatMigrated as moved:
            _log.error("%s: change the group of %s to %d in the settings", self.name, agency, moved.new_chat_id)
            self._groups[agency] = moved.new_chat_id
            await self._post(agency, text, buttons)

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
        command = self._command(message.text or "")
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

    def _known(self, message: Message) -> bool:
        """Tell whether the bot listens in this chat; the number of a strange group is logged once, for whoever sets it up."""
        chat = message.chat
        if chat.type == "private" or chat.id in self._groups.values():
            return True
        if chat.id not in self._strange:
            self._strange.add(chat.id)
            _log.warning("%s: ignoring the group %d, which is no agency's group in the settings", self.name, chat.id)
        return False

    def _command(self, text: str) -> str:
        """Return the command a text begins with, unless it is for another bot."""
        word = text.split(maxsplit=1)[0] if text.strip() else ""
        command, _, addressee = word.partition("@")
        return command if addressee.casefold() in ("", self._app.bot.username.casefold()) else ""

    async def _on_press(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        if query is None or query.message is None:
            return
        agencies = [agency for agency, group in self._groups.items() if group == query.message.chat.id]
        kind, _, case_id = (query.data or "").partition(":")
        if not agencies or kind != CLAIM:
            return
        advisors = self._advisors()
        advisor = advisors.get(query.from_user.id)
        if advisor is None:
            text = self._words.say(
                "Ihr Telegram-Konto ist noch nicht verknüpft. Bitte schreiben Sie mir /id "
                "und geben Sie die Nummer Ihrer Koordination."
            )
            await _answer(query, text, alert=True)
        elif advisor.agency not in agencies:
            await _answer(query, self._words.say("Diese Gruppe gehört zu einer anderen Beratungsstelle."), alert=True)
        else:
            await self._claim(query, advisor, case_id)

    def _advisors(self) -> dict[int, Advisor]:
        """Return who may act, by Telegram account."""
        with self._store.transaction() as tx:
            known = tx.advisors()
        return {advisor.telegram_id: advisor for advisor in known if advisor.telegram_id and not advisor.disabled}

    async def _claim(self, query: CallbackQuery, advisor: Advisor, case_id: str) -> None:
        """Claim the case, tell the person who pressed, and let the group see how the case stands."""
        try:
            self._desk.claim(advisor, case_id)
        except Forbidden:
            await _answer(query, self._words.say("Diese Anfrage gibt es nicht mehr."), alert=True)
            return await _edit(query, self._words.say("Diese Anfrage gibt es nicht mehr."), None)
        except CaseError as error:
            holder = self._name(error.holder)
            await _answer(query, self._words.refused(error, holder), alert=True)
        else:
            holder = advisor.name
            await _answer(query, self._words.say("Sie haben die Anfrage übernommen."))
        with self._store.transaction() as tx:
            case = tx.case(case_id)
        if case is not None:
            await _edit(query, self._words.settled(case, holder), self._buttons(case, waiting=False))

    def _name(self, advisor_id: str | None) -> str:
        with self._store.transaction() as tx:
            names = {advisor.id: advisor.name for advisor in tx.advisors()}
        return names.get(advisor_id or "", "") or self._words.say("jemand anderes")

    def _buttons(self, case: Case, *, waiting: bool) -> InlineKeyboardMarkup | None:
        row = []
        if waiting:
            row.append(InlineKeyboardButton(self._words.say("Übernehmen"), callback_data=f"{CLAIM}:{case.id}"))
        url = self._words.button_url(case)
        if url is not None:
            row.append(InlineKeyboardButton(self._words.say("In der Konsole öffnen"), url=url))
        return InlineKeyboardMarkup([row]) if row else None


async def _answer(query: CallbackQuery, text: str, *, alert: bool = False) -> None:
    """Answer a press; an answer that comes too late for Telegram is not missed."""
    try:
        await query.answer(text, show_alert=alert)
    except errors.BadRequest:
        return


async def _edit(query: CallbackQuery, text: str, buttons: InlineKeyboardMarkup | None) -> None:
    """Change the alert; one that says this already, or is gone, is left as it is."""
    try:
        await query.edit_message_text(text, reply_markup=buttons)
    except errors.BadRequest:
        return


def _failure(error: Exception) -> DeliveryError:
    """Say what an error of the library means for the alert."""
    reason = type(error).__name__
    match error:
        case errors.RetryAfter():
            period = error.retry_after
            return DeliveryError(reason, retry_after=period.total_seconds() if isinstance(period, timedelta) else period)
        case errors.Forbidden() | errors.BadRequest():
            return DeliveryError(f"{reason}: {error.message}", permanent=True)
        case errors.NetworkError():
            broken = isinstance(error.__cause__, httpx.HTTPError)
            unsent = isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
            return DeliveryError(reason, uncertain=broken and not unsent)
    return DeliveryError(reason)
