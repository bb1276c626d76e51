"""What was searched for: remembered here, since addresses stand in the browser's history and in the proxy's log."""

import secrets
from collections import OrderedDict

_REMEMBERED = 1_000


class Searches:
    """The last searches of all, in memory only; an address names one by a number nobody can guess."""

    def __init__(self) -> None:
        self._words: OrderedDict[tuple[str, str], str] = OrderedDict()

    def keep(self, advisor: str, words: str) -> str:
        """Remember what somebody searches for, and return what an address calls it."""
        search = secrets.token_urlsafe(9)
        self._words[advisor, search] = words
        if len(self._words) > _REMEMBERED:
            self._words.popitem(last=False)
        return search

    def words(self, advisor: str, search: str) -> str:
        """Return what somebody searched for; nothing when it is another's search, or was forgotten."""
        return self._words.get((advisor, search), "")
