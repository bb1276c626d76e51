"""What an advisor typed but did not send: kept sealed, for themselves, until it is sent."""

from bot.services.desk import MAX_REPLY, Desk
from bot.services.ports import Advisor, Store
from bot.services.presence import Presence


class Drafts:
    """One draft per case and advisor. Somebody who writes one is typing, hence the newcomer sees that."""

    def __init__(self, store: Store, desk: Desk, presence: Presence) -> None:
        self._store = store
        self._desk = desk
        self._presence = presence

    def keep(self, advisor: Advisor, case_id: str, text: str) -> None:
        """Keep a draft; an empty one is forgotten.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            ValueError: it is longer than a reply may be.
        """
        case = self._desk.case(advisor, case_id)
        if len(text) > MAX_REPLY:
            raise ValueError(f"a draft has at most {MAX_REPLY} characters")
        with self._store.transaction() as tx:
            tx.keep_draft(case_id, advisor.id, text if text.strip() else "")
            conversation = tx.conversation(case.conversation_id)
        if conversation is not None and text.strip() and case.open and case.advisor == advisor.id:
            self._presence.advisor_types(conversation.id, conversation.address)

    def forget(self, advisor: Advisor, case_id: str) -> None:
        """Forget a draft: it was sent."""
        with self._store.transaction() as tx:
            tx.keep_draft(case_id, advisor.id, "")

    def kept(self, advisor: Advisor, case_id: str) -> str:
        """Return the draft that was kept, or nothing."""
        with self._store.transaction() as tx:
            return tx.draft(case_id, advisor.id)
