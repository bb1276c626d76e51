"""The button under an alert or a card: whoever presses it first has the case."""

from telegram import CallbackQuery, InlineKeyboardMarkup
from telegram import error as errors

from bot.adapters.telegram.alerts import AlertTexts
from bot.adapters.telegram.board import CLAIM, Board
from bot.adapters.telegram.people import People
from bot.adapters.telegram.rooms import Groups
from bot.core.cases import CaseError
from bot.services.desk import Desk, Forbidden
from bot.services.ports import Advisor, Store


class Claims:
    """Claims cases for those who press; the desk decides whether they may."""

    def __init__(self, desk: Desk, store: Store, groups: Groups, people: People, words: AlertTexts, board: Board) -> None:
        self._desk = desk
        self._store = store
        self._groups = groups
        self._people = people
        self._words = words
        self._board = board

    async def press(self, query: CallbackQuery) -> None:
        """Do what a press asks for; one from a strange group asks for nothing."""
        chat = query.message.chat.id if query.message else 0
        agencies = self._groups.agencies(chat)
        kind, _, case_id = (query.data or "").partition(":")
        if not agencies or kind != CLAIM:
            return
        advisor = self._people.advisor(query.from_user.id)
        if advisor is None:
            await _answer(query, self._words.unlinked(), alert=True)
        elif advisor.agency not in agencies:
            await _answer(query, self._words.say("Diese Gruppe gehört zu einer anderen Beratungsstelle."), alert=True)
        else:
            await self._claim(query, advisor, case_id, alerted=self._groups.room_at(chat) is None)

    async def _claim(self, query: CallbackQuery, advisor: Advisor, case_id: str, *, alerted: bool) -> None:
        """Claim the case, tell the person who pressed, and let the group see how it stands; a topic shows that by itself."""
        try:
            self._desk.claim(advisor, case_id)
        except Forbidden:
            await _answer(query, self._words.say("Diese Anfrage gibt es nicht mehr."), alert=True)
            return await _edit(query, self._words.say("Diese Anfrage gibt es nicht mehr."), None)
        except CaseError as error:
            holder = self._people.name(error.holder)
            await _answer(query, self._words.refused(error, holder), alert=True)
        else:
            holder = advisor.name
            await _answer(query, self._words.say("Sie haben die Anfrage übernommen."))
        with self._store.transaction() as tx:
            case = tx.case(case_id)
        if case is not None and alerted:
            await _edit(query, self._words.settled(case, holder), self._board.buttons(case.id, waiting=False))


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
