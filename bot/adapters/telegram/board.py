"""Alerts in the agencies' groups: posted when somebody waits, and settled once nobody needs to act on them any more."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram import error as errors

from bot.adapters.telegram.alerts import AlertTexts
from bot.adapters.telegram.posting import failure
from bot.adapters.telegram.receiver import InvalidToken
from bot.adapters.telegram.rooms import Groups
from bot.core.appointments import Appointment
from bot.core.cases import Case
from bot.core.content import Content
from bot.services.live import Live
from bot.services.ports import Alert, AppointmentChange, DeliveryError, Posted, Store

log = logging.getLogger(__name__)
ALERT = "alert"
CLAIM = "claim"
_IDLE_SECONDS = 30.0


class Board:
    """Posts alerts and remembers them, so that a claim in the console takes their button away."""

    def __init__(
        self,
        bot: Bot,
        ready: Callable[[], Awaitable[None]],
        groups: Groups,
        words: AlertTexts,
        store: Store,
        content: Callable[[], Content],
    ) -> None:
        self._bot = bot
        self._ready = ready
        self._groups = groups
        self._words = words
        self._store = store
        self._content = content

    async def run(self, live: Live, stop: asyncio.Event) -> None:
        """Settle alerts until stopped."""
        with live.watch(*(f"agency:{agency}" for agency in self._groups.all()), "staff", "stop") as watch:
            while not stop.is_set():
                try:
                    await self.settle()
                except Exception as error:
                    log.warning("staff: alerts are not up to date (%s)", type(error).__name__)
                if not stop.is_set():
                    await watch.changed(_IDLE_SECONDS)

    async def case_waiting(self, case: Case) -> None:
        """Tell the agency's group that a case waits, or what somebody who has it should see at once.

        Nothing happens if the agency has no group.

        Raises:
            DeliveryError: it did not arrive, or nobody knows.
        """
        waiting = _waits(case)
        message = await self._tell(case.agency, self._words.waiting(case), self.buttons(case.id, waiting=waiting))
        chat = self._groups.chat(case.agency)
        if message is not None and chat is not None and waiting:
            with self._store.transaction() as tx:
                before = tx.posted(case.id, chat).get(ALERT)
                tx.put_posted(case.id, chat, Posted(ALERT, (*(before.messages if before else ()), message), ""))

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

    async def settle(self) -> None:
        """Take the button from every alert whose case is taken, closed or gone to another agency."""
        with self._store.transaction() as tx:
            found = [(alert, tx.case(alert.case_id)) for alert in tx.alerts()]
            names = {each.id: each.name for each in tx.advisors()}
        for alert, case in found:
            if case is None:
                continue
            away = self._groups.chat(case.agency) != alert.chat
            if away or not case.open or not _waits(case):
                holder = names.get(case.advisor or "", "") or self._words.say("jemand anderes")
                text = f"{self._words.heading(case)}\n{self._words.left(case)}" if away else self._words.settled(case, holder)
                await self._settle(alert, text, None if away else self.buttons(case.id, waiting=False))

    def buttons(self, case_id: str, *, waiting: bool) -> InlineKeyboardMarkup | None:
        """Return what stands under an alert or a card."""
        row = []
        if waiting:
            row.append(InlineKeyboardButton(self._words.say("Übernehmen"), callback_data=f"{CLAIM}:{case_id}"))
        url = self._words.button_url(case_id)
        if url is not None:
            row.append(InlineKeyboardButton(self._words.say("In der Konsole öffnen"), url=url))
        return InlineKeyboardMarkup([row]) if row else None

    async def _settle(self, alert: Alert, text: str, buttons: InlineKeyboardMarkup | None) -> None:
        await self._ready()
        for message in alert.messages:
            try:
                await self._bot.edit_message_text(text, alert.chat, message, reply_markup=buttons)
            except (errors.BadRequest, errors.Forbidden):
                continue  # it says so already, or nobody sees it any more
        with self._store.transaction() as tx:
            tx.drop_posted(alert.case_id, alert.chat, ALERT)

    async def _tell(self, agency: str, text: str, buttons: InlineKeyboardMarkup | None) -> int | None:
        """Post into an agency's group; return the message's number."""
        trouble: DeliveryError | None = None
        try:
            return await self._post(agency, text, buttons)
        except (errors.TelegramError, InvalidToken) as error:
            trouble = failure(error)
        raise trouble

    async def _post(self, agency: str, text: str, buttons: InlineKeyboardMarkup | None) -> int | None:
        group = self._groups.chat(agency)
        if group is None:
            return None
        await self._ready()
        try:
            return (await self._bot.send_message(group, text, reply_markup=buttons)).message_id
        except errors.ChatMigrated as moved:
            self._groups.move(group, moved.new_chat_id)
            return await self._post(agency, text, buttons)


def _waits(case: Case) -> bool:
    """Tell whether somebody else may have to take a case."""
    return case.status == "queued" or "at_risk" in case.flags
