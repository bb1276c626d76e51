"""The rows of the queue: one that many look at is rendered once."""

from datetime import datetime, timedelta

from markupsafe import Markup

from bot.adapters.web.cases import Card
from bot.adapters.web.pages import Pages
from bot.adapters.web.parts import Gettext
from bot.services.ports import Advisor, Clock

_FRESH = timedelta(minutes=1)
"""How long rows are kept at most: they say how long a case waits."""


class Rows:
    """What a row shows is all in its card and in how its reader stands to the case: whoever gets the same gets the same row."""

    def __init__(self, pages: Pages, clock: Clock) -> None:
        self._pages = pages
        self._clock = clock
        self._since: datetime | None = None
        self._rows: dict[tuple[Card, str, bool, bool, bool], Markup] = {}

    def row(self, card: Card, reader: Advisor, texts: Gettext, language: str, *, pick: bool) -> Markup:
        """Return a card as its reader sees it; with `pick` it can be chosen to be given to somebody."""
        now = self._clock.now()
        if self._since is None or now - self._since >= _FRESH:
            self._since, self._rows = now, {}
        held, knows = card.case.advisor not in (None, reader.id), card.case.preferred == reader.id
        key = card, language, held, knows, pick
        if key not in self._rows:
            shown = {"card": card, "case": card.case, "held": held, "knows": knows, "pick": pick, "_": texts}
            self._rows[key] = self._pages.fragment("console/row.html", **shown)
        return self._rows[key]
