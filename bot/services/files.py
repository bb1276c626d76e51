"""Gives out the file of one message, to whom it belongs, without reading all the others."""

from bot.core.messages import Address
from bot.services.access import Forbidden, note_reading
from bot.services.desk import Desk
from bot.services.ports import Advisor, Clock, Store, TranscriptLine


class Files:
    """Lines that may carry a file; the numbers are those of the transcript."""

    def __init__(self, store: Store, desk: Desk, clock: Clock) -> None:
        self._store = store
        self._desk = desk
        self._clock = clock

    def of_newcomer(self, address: Address, n: int) -> TranscriptLine | None:
        """Return a line of the newcomer's own conversation."""
        with self._store.transaction() as tx:
            conversation = tx.find_conversation(address)
            return tx.line(conversation.id, n) if conversation else None

    def of_case(self, advisor: Advisor, case_id: str, n: int) -> TranscriptLine | None:
        """Return a line of a case; nothing if it is another agency's. That somebody reads it whose case it is not is noted."""
        try:
            case = self._desk.case(advisor, case_id)
        except Forbidden:
            return None
        with self._store.transaction() as tx:
            line = tx.line(case.conversation_id, n)
            if line is None or line.case_id != case.id:
                return None
            note_reading(tx, advisor, case, self._clock.now())
            return line
