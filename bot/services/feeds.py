"""Private addresses under which calendar programs read the appointments of somebody's sites."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta

from bot.core.appointments import Appointment
from bot.core.content import Content
from bot.services.agenda import DAYS
from bot.services.desk import Forbidden
from bot.services.ports import Advisor, Clock, Feed, Store
from bot.services.team import advises

BACK = timedelta(days=30)
"""How long what is over, or was cancelled, is still to be seen."""
_TOKEN_BYTES = 16


class Feeds:
    """Whoever knows an address reads, and does nothing else; here only the hash of it is kept."""

    def __init__(self, store: Store, content: Callable[[], Content], clock: Clock) -> None:
        self._store = store
        self._content = content
        self._clock = clock

    def open(self, advisor: Advisor, site: str = "") -> str:
        """Return the secret of a new address, of one site or of all; the one before is not valid any more.

        Raises:
            Forbidden: the advisor was disabled, only edits content, or does not work at that site.
        """
        if not advises(advisor) or (site and site not in self._sites(advisor)):
            raise Forbidden(site)
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        with self._store.transaction() as tx:
            tx.open_feed(Feed(advisor.id, site), _hash(token), self._clock.now())
        return token

    def close(self, advisor: Advisor) -> int:
        """Make all addresses of somebody invalid; return how many there were."""
        with self._store.transaction() as tx:
            return tx.close_feeds(advisor.id)

    def has(self, advisor: Advisor) -> bool:
        """Tell whether there is an address of somebody."""
        with self._store.transaction() as tx:
            return bool(tx.feeds(advisor.id))

    def read(self, token: str) -> tuple[Advisor, list[Appointment]] | None:
        """Return whose address it is and the appointments, cancelled ones too; None when it is nobody's (any more).

        What is booked with a colleague by name is in the address of a site only.
        """
        today = self._clock.now()
        with self._store.transaction() as tx:
            feed = tx.feed(_hash(token))
            advisor = next((each for each in tx.advisors() if feed and each.id == feed.advisor_id), None)
            if feed is None or advisor is None or not advises(advisor):
                return None
            sites = [site for site in self._sites(advisor) if feed.site in ("", site)]
            entered = tx.entered(sites, today - BACK, today + timedelta(days=DAYS))
        own = ("", advisor.login)
        return advisor, [each for each in entered if feed.site or each.slot.advisor in own]

    def _sites(self, advisor: Advisor) -> list[str]:
        sites = self._content().network.sites.values()
        return [site.id for site in sites if site.agency == advisor.agency and advisor.works_at(site.id)]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
