"""An agency's own finished replies, with placeholders that are filled from the case's site."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.knowledge import Status
from bot.core.language import SOURCE
from bot.core.network import Site
from bot.core.texts import placeholders

PLACEHOLDERS = ("name", "site", "hours", "phone")
"""Who writes, where from, when it is open there, and its number."""


@dataclass(frozen=True, slots=True)
class CannedWording:
    """A finished reply in one language, and whether somebody has read it who speaks it."""

    text: str
    status: Status


@dataclass(frozen=True, slots=True)
class Canned:
    """A finished reply in all its languages; German is always there."""

    id: str
    wordings: Mapping[str, CannedWording]

    def fits(self, site: Site) -> bool:
        """Tell whether a site can fill it: what nobody has checked is never said as a fact."""
        used = placeholders(self.wordings[SOURCE].text)
        known = {"hours": bool(site.hours.week), "phone": bool(site.phone)}
        checked = site.example or site.verified_on is not None
        return all(checked and known[each] for each in used & known.keys())
