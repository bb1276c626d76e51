"""Who may see and change a case: the people of its agency."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.core.appointments import Appointment
from bot.core.cases import Case
from bot.core.contacts import Conversation
from bot.core.network import Site
from bot.services.ports import Advisor, Transaction
from bot.services.team import advises

READING = timedelta(minutes=15)
"""A page that is open reads its case again whenever something changes: that is one reading."""


class Forbidden(Exception):
    """The case is another agency's, or there is none: for the advisor both look the same."""


def own(tx: Transaction, advisor: Advisor, case_id: str) -> Case:
    """Return a case of the advisor's agency.

    Raises:
        Forbidden: it is another agency's, there is none, or the advisor may not advise.
    """
    case = tx.case(case_id)
    if case is None or case.agency != advisor.agency or not advises(advisor):
        raise Forbidden(case_id)
    return case


def note_reading(tx: Transaction, advisor: Advisor, case: Case, now: datetime) -> None:
    """Note in the log that somebody reads a case that is not theirs."""
    if case.advisor != advisor.id:
        tx.audit(advisor.id, "read", f"case {case.number}", now, once_in=READING)


def conversation_of(tx: Transaction, case: Case) -> Conversation:
    """Return the conversation of a case."""
    conversation = tx.conversation(case.conversation_id)
    assert conversation is not None, "a case has a conversation as long as it exists"
    return conversation


def own_appointment(
    tx: Transaction, advisor: Advisor, appointment_id: str, sites: Mapping[str, Site]
) -> tuple[Appointment, Site]:
    """Return an appointment at a site of the advisor's agency, and that site.

    Raises:
        Forbidden: it is at another agency's, there is none, or the advisor may not advise.
    """
    appointment = tx.appointment(appointment_id)
    site = sites.get(appointment.slot.site) if appointment else None
    if appointment is None or site is None or site.agency != advisor.agency or not advises(advisor):
        raise Forbidden(appointment_id)
    return appointment, site
