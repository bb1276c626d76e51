"""Who is who among the staff: by their Telegram account, and by name."""

from bot.adapters.telegram.alerts import AlertTexts
from bot.services.ports import Advisor, Store


class People:
    """Looks people up; nothing is remembered, since accounts are linked and disabled at any time."""

    def __init__(self, store: Store, words: AlertTexts) -> None:
        self._store = store
        self._words = words

    def advisor(self, account: int) -> Advisor | None:
        """Return whose account this is, if they may act."""
        with self._store.transaction() as tx:
            known = tx.advisors()
        return next((each for each in known if each.telegram_id == account and not each.disabled), None)

    def name(self, advisor_id: str | None) -> str:
        """Return somebody's name."""
        with self._store.transaction() as tx:
            names = {each.id: each.name for each in tx.advisors()}
        return names.get(advisor_id or "", "") or self._words.say("jemand anderes")
