"""Staff close a site, or an advisor's times there, at short notice; the content that everything else works with knows it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.core import closings
from bot.core.appointments import Appointment, fits
from bot.core.closings import KEPT, Closing
from bot.core.content import Content
from bot.core.hours import Closure
from bot.core.locales import ZONE, local
from bot.core.network import Network
from bot.services import vacancies
from bot.services.access import Forbidden
from bot.services.casework import coordinates
from bot.services.live import Live
from bot.services.ports import Advisor, Clock, Store, Transaction
from bot.services.team import advises

_Made = tuple[Content, Sequence[Closing], Content]


class Closings:
    """What is closed beside what the files say. Every method that takes who does it checks that they may.

    The coordination closes for everybody of its agency, advisors close their own times.
    """

    def __init__(self, store: Store, files: Callable[[], Content], live: Live, clock: Clock) -> None:
        """`files` returns the content as it was read last; until `take_up` nothing else is closed."""
        self._store = store
        self._files = files
        self._live = live
        self._clock = clock
        self._taken_up: Sequence[Closing] = ()
        self._made: _Made | None = None

    def content(self) -> Content:
        """Return the present content with what is closed."""
        files, entered, made = self._files(), self._taken_up, self._made
        if made is None or made[0] is not files or made[1] is not entered:
            self._made = made = files, entered, files.closed(entered)
        return made[2]

    def take_up(self) -> None:
        """Let everything know what is closed now; where times changed, those who wait for one are asked about what is free."""
        with self._changing():
            pass

    def known(self, advisor: Advisor) -> list[Closing]:
        """Return what is closed at the advisor's agency, what ended of late included, and who is absent; the soonest first.

        Raises:
            Forbidden: the advisor was disabled, or only edits content.
        """
        if not advises(advisor):
            raise Forbidden(advisor.id)
        since = local(self._clock.now() - KEPT).date()
        sites = [site for site in self._files().network.sites.values() if site.agency == advisor.agency]
        here = [each for each in self._taken_up if each.agency == advisor.agency and not each.over(since)]
        # Who has no times of their own closes nothing by being absent.
        here = [each for each in here if each.id or any(site.has(each.advisor) for site in sites)]
        return sorted(here, key=lambda each: (each.when.first, each.when.last, each.id))

    def places(self, advisor: Advisor) -> dict[str, tuple[str, ...]]:
        """Return for whom the advisor may close times ("": a whole site, which only the coordination may), and where.

        Raises:
            Forbidden: the advisor was disabled, or only edits content.
        """
        if not advises(advisor):
            raise Forbidden(advisor.id)
        sites = [site for site in self._files().network.sites.values() if site.agency == advisor.agency]
        found = {"": tuple(site.id for site in sites)} if coordinates(advisor) and sites else {}
        for login in sorted({rule.advisor for site in sites for rule in site.appointments if rule.advisor}):
            if coordinates(advisor) or login == advisor.login:
                found[login] = tuple(site.id for site in sites if site.has(login))
        return found

    def touched(self, advisor: Advisor, closing: Closing) -> list[Appointment]:
        """Return the appointments that could be as they are booked, and cannot with a closing.

        Raises:
            Forbidden: it is not theirs to close.
        """
        self._check(advisor, closing)
        now, others = self._clock.now(), [each for each in self._taken_up if each.id != closing.id]
        before = self._files().closed(others).network
        after = closings.closed(before, [closing])
        start = datetime.combine(max(closing.when.first, local(now).date()), time(), ZONE)
        end = datetime.combine(closing.when.last + timedelta(days=1), time(), ZONE)
        with self._store.transaction() as tx:
            booked = tx.appointments_at([site.id for site in before.sites.values() if closing.shuts(site)], start, end)
        return [each for each in booked if each.ahead(now) and _fits(each, before) and not _fits(each, after)]

    def keep(self, advisor: Advisor, closing: Closing) -> None:
        """Store a closing; one with the same id is replaced. What is booked then stays booked and no longer fits.

        Raises:
            Forbidden: it is not theirs to close, or it was somebody else's.
        """
        with self._changing() as tx:
            self._check(advisor, closing, *_same(tx, closing.id))
            tx.put_closing(replace(closing, by=advisor.id, at=self._clock.now()))

    def remove(self, advisor: Advisor, id: str) -> None:
        """Open again what a closing closed.

        Raises:
            Forbidden: it is not theirs to open, or there is none.
        """
        with self._changing() as tx:
            found = _same(tx, id)
            self._check(advisor, *found)
            if not found:
                raise Forbidden(id)
            tx.drop_closing(id)

    def may(self, advisor: Advisor, closing: Closing) -> bool:
        """Tell whether somebody may enter, change or remove a closing."""
        own = coordinates(advisor) or closing.advisor == advisor.login
        return advises(advisor) and own and closing.agency == advisor.agency

    @contextmanager
    def _changing(self) -> Iterator[Transaction]:
        """Take up what is stored when the transaction within is done."""
        now, before = self._clock.now(), (self._made[2] if self._made else self.content()).network.sites
        today = local(now).date()
        with self._store.transaction() as tx:
            yield tx
            entered = (*tx.closings(), *(_absence(each, today) for each in tx.advisors() if each.away(today)))
            after = self._files().closed(entered).network.sites
            changed = [site for site in after.values() if site != before.get(site.id)]
            for site in changed:
                vacancies.look(tx, site.id, now)
        self._taken_up = entered
        self._live.touch("timers", *(f"agency:{site.agency}" for site in changed))

    def _check(self, advisor: Advisor, *concerned: Closing) -> None:
        if not advises(advisor) or not all(self.may(advisor, each) for each in concerned):
            raise Forbidden(advisor.id)


def _same(tx: Transaction, id: str) -> list[Closing]:
    return [each for each in tx.closings() if each.id == id]


def _absence(member: Advisor, today: date) -> Closing:
    return Closing("", member.agency, "", member.login, Closure(today, member.away_until or today))


def _fits(appointment: Appointment, network: Network) -> bool:
    site = network.sites.get(appointment.slot.site)
    return site is not None and fits(appointment.slot, site, network.holidays)
