"""An advisor changes the words of an answer that was sent already."""

from dataclasses import replace

from bot.core.cases import CaseError
from bot.services.access import conversation_of, own
from bot.services.desk import Desk
from bot.services.ports import Advisor, Clock, Store


class Underway(Exception):
    """An answer is being delivered at this moment: what becomes of a change is not known before it has arrived."""


class Rewording:
    """Beside the desk, whose rules hold here as well: one's own answers, in an open case."""

    def __init__(self, store: Store, desk: Desk, clock: Clock) -> None:
        self._store = store
        self._desk = desk
        self._clock = clock

    async def reword(self, advisor: Advisor, case_id: str, n: int, text: str) -> None:
        """Change the words of an answer; where it was delivered already, it is edited.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            CaseError: the case is closed, or somebody else wrote the answer.
            Underway: it is being delivered at this moment.
            ValueError: there is no such answer, or the text is empty or longer than MAX_REPLY characters.
        """
        message = await self._desk.worded(advisor, case_id, text)
        with self._store.transaction() as tx:
            case = own(tx, advisor, case_id)
            line = tx.line(case.conversation_id, n)
            if line is None or line.message is None or line.case_id != case.id:
                raise ValueError("there is no such answer")
            if not case.open or line.advisor != advisor.id:
                raise CaseError("not_yours" if case.open else "closed", line.advisor)
            if line.delivery == "sending":
                raise Underway
            if (line.message.original or line.message.text) == (message.original or message.text):
                return
            tx.reword(n, replace(message, attachment=line.attachment))
            if message.label in ("machine", "untranslated"):
                tx.translate_later(n, self._clock.now())
            conversation = conversation_of(tx, case)
        self._desk.touch(case, conversation)
