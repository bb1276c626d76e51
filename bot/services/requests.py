"""Requests on paper: a coordinator hands a person what their agency keeps about them, or has all of it erased."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from bot.core.cases import Case
from bot.core.content import Content
from bot.core.kept import Kept
from bot.core.language import SOURCE
from bot.core.locales import local
from bot.core.messages import Attachment
from bot.core.network import Network
from bot.services.access import Forbidden, own
from bot.services.casework import coordinates
from bot.services.desk import Desk
from bot.services.live import Live
from bot.services.ports import Advisor, Clock, Record, Store, Transaction
from bot.services.privacy import as_json, as_page, erase, named


class Elsewhere(Exception):
    """Another agency keeps something of the person as well: only the operator can erase for both."""


class Unconfirmed(Exception):
    """The number that confirms an erasure is not the case's."""


@dataclass(frozen=True, slots=True)
class Look:
    """What an agency keeps about the person of a case, in numbers, and whether another agency keeps something, too."""

    case: Case
    kept: Kept
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """What proves an erasure; the number tells nothing about the person."""

    number: str
    day: date


class Requests:
    """For the coordination of the agency that has the case. Who took or erased what is in the audit log.

    An agency answers for its own share: what another one said and noted is neither handed out here nor erased from here.
    """

    def __init__(
        self, store: Store, content: Callable[[], Content], desk: Desk, live: Live, clock: Clock, new_id: Callable[[], str]
    ) -> None:
        self._store = store
        self._content = content
        self._desk = desk
        self._live = live
        self._clock = clock
        self._new_id = new_id

    def look(self, advisor: Advisor, case_id: str) -> Look:
        """Return how much there is.

        Raises:
            Forbidden: it is not a case of the advisor's agency, or the advisor does not coordinate.
        """
        with self._store.transaction() as tx:
            case, record, elsewhere = self._share(tx, advisor, case_id)
        return Look(case, _counted(record), elsewhere)

    def files(self, advisor: Advisor, case_id: str) -> tuple[Attachment, Attachment]:
        """Return the agency's share of what is kept: for people in the person's language, and for programs.

        Raises:
            Forbidden: it is not a case of the advisor's agency, or the advisor does not coordinate.
        """
        content, now = self._content(), self._clock.now()
        with self._store.transaction() as tx:
            case, record, _ = self._share(tx, advisor, case_id)
            tx.audit(advisor.id, "export", named(record), now)
        language = next((each.language for each in record.conversations if each.language), SOURCE)
        page = as_page(record, content.network, content.phrases, language, now, notes=True)
        name = f"wegweiser-{case.number}"
        return (
            Attachment("document", f"{name}.html", "text/html", page),
            Attachment("document", f"{name}.json", "application/json", as_json(record, now, notes=True)),
        )

    def erase(self, advisor: Advisor, case_id: str, typed: str) -> Receipt:
        """Erase the person and everything of theirs, once the number of the case was typed; nobody can bring it back.

        Raises:
            Forbidden: it is not a case of the advisor's agency, or the advisor does not coordinate.
            Elsewhere: another agency keeps something of the person.
            Unconfirmed: another number was typed.
        """
        now, receipt = self._clock.now(), self._new_id()[:12].upper()
        with self._store.transaction() as tx:
            case, _, elsewhere = self._share(tx, advisor, case_id)
            if elsewhere:
                raise Elsewhere
            if typed.strip() != str(case.number):
                raise Unconfirmed
            touched = erase(tx, case.contact_id, self._content().network, now)
            tx.audit(advisor.id, "erase", f"receipt {receipt}", now)
        self._live.touch(*touched, f"agency:{case.agency}")
        return Receipt(receipt, local(now).date())

    def _share(self, tx: Transaction, advisor: Advisor, case_id: str) -> tuple[Case, Record, bool]:
        """Return a case, what the agency keeps about its person, and whether another agency keeps something."""
        case = own(tx, advisor, case_id)
        if not coordinates(advisor):
            raise Forbidden(case_id)
        whole = tx.record_of(case.contact_id)
        record = share(whole, advisor.agency, self._content().network)
        notes = tuple(note for each in record.cases for note in self._desk.notes(tx, advisor, each))
        elsewhere = _kept_there(record) != _kept_there(whole)
        return case, replace(record, notes=notes), elsewhere


def share(record: Record, agency: str, network: Network) -> Record:
    """Return an agency's part of a record: its cases and sites, and what was said to the bot alone."""
    ours = {site.id for site in network.sites.values() if site.agency == agency}
    cases = tuple(case for case in record.cases if case.agency == agency)
    ids = {case.id for case in cases}
    return replace(
        record,
        conversations=tuple(
            replace(each, consents=tuple(one for one in each.consents if not one.case or one.case in ids))
            for each in record.conversations
        ),
        lines=tuple(line for line in record.lines if line.case_id is None or line.case_id in ids),
        cases=cases,
        notes=tuple(note for note in record.notes if note.case_id in ids),
        history=tuple(line for line in record.history if line.case_id in ids),
        appointments=tuple(each for each in record.appointments if each.slot.site in ours),
        hold=record.hold if record.hold and record.hold.slot.site in ours else None,
        waits_for=record.waits_for if record.waits_for and record.waits_for.site in ours else None,
        waiting=record.waiting if len(cases) == len(record.cases) else (),
    )


def _kept_there(record: Record) -> tuple[object, ...]:
    """Return what an agency keeps of somebody because they came to it."""
    return record.cases, record.appointments, record.waits_for


def _counted(record: Record) -> Kept:
    files = sum(line.attachment is not None for line in record.lines)
    return Kept(len(record.lines), files, len(record.cases), len(record.notes), len(record.appointments))
