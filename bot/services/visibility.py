"""What an agency may read of a case that another one had before: what was said, not what was noted there, nor by whom."""

from collections.abc import Collection, Mapping, Sequence

from bot.core.network import Network
from bot.services.ports import Advisor, HistoryLine, Note


def names(staff: Sequence[Advisor], agencies: Collection[str], network: Network) -> Mapping[str, str]:
    """Return what staff are called for the people of these agencies: others by the name of their agency."""
    known = network.agencies
    return {
        each.id: each.name if each.agency in agencies else known[each.agency].name if each.agency in known else each.agency
        for each in staff
    }


def notes(
    noted: Sequence[Note], history: Sequence[HistoryLine], staff: Sequence[Advisor], agencies: Collection[str], network: Network
) -> Mapping[int, Note]:
    """Return the notes that the people of these agencies may read, by their place among all: their own, and what came along."""
    ours = {each.id for each in staff if each.agency in agencies}
    sites = {f"transferred:{site.id}" for site in network.sites.values() if site.agency in agencies}
    arrived = {line.at for line in history if line.what in sites}
    return {n: each for n, each in enumerate(noted) if each.advisor in ours or (each.kind == "transfer" and each.at in arrived)}
