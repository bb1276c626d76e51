"""Who has read what: an open page tells what somebody had in front of them."""

from bot.core.messages import Address
from bot.services.desk import Desk
from bot.services.live import Live
from bot.services.ports import NEWCOMER, Advisor, Store


class Reading:
    """Notes how far both sides have read; neither looking at a page nor asking for it does."""

    def __init__(self, store: Store, desk: Desk, live: Live) -> None:
        self._store = store
        self._desk = desk
        self._live = live

    def newcomer(self, address: Address, n: int) -> None:
        """Note that a newcomer had an advisor's message in front of them; advisors who look at the case see that."""
        with self._store.transaction() as tx:
            conversation = tx.find_conversation(address)
            if conversation is None or not tx.mark_read(conversation.id, NEWCOMER, n):
                return
            case = tx.open_case(conversation.contact_id) or tx.last_case(conversation.contact_id)
        if case is not None:
            self._live.touch(f"case:{case.id}")

    def advisor(self, advisor: Advisor, case_id: str, n: int) -> None:
        """Note that an advisor had a newcomer's message in front of them.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
        """
        case = self._desk.case(advisor, case_id)
        with self._store.transaction() as tx:
            tx.mark_read(case.conversation_id, advisor.id, n)
