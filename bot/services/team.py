"""The people of an agency: who is on duty, how much they carry, who stands in for whom."""

from collections.abc import Mapping
from datetime import datetime

from bot.core.locales import local
from bot.core.network import Network
from bot.core.roles import opens
from bot.core.routing import Load
from bot.services.ports import Advisor, Transaction


def advises(advisor: Advisor) -> bool:
    """Tell whether somebody may work with newcomers at all."""
    return not advisor.disabled and opens(advisor.role, "cases")


def on_duty(advisor: Advisor, now: datetime) -> bool:
    """Tell whether somebody works with newcomers and is not absent today."""
    return advises(advisor) and not advisor.away(local(now).date())


def loads(tx: Transaction, network: Network, now: datetime) -> Mapping[str, Load]:
    """Return how busy each site is; the room is not known where no advisor has been entered."""
    counts, staff = tx.case_counts(), [each for each in tx.advisors() if advises(each)]
    carried = {each.id: sum(one.cases for one in counts if one.advisor == each.id) for each in staff}
    found = {}
    for site in network.sites.values():
        team = [each for each in staff if each.agency == site.agency and each.works_at(site.id)]
        room = sum(max(0, each.capacity - carried[each.id]) for each in team if on_duty(each, now))
        waiting = sum(one.cases for one in counts if one.site == site.id and one.advisor is None)
        found[site.id] = Load(waiting, room if team else None)
    return found
