"""Who may see and change a case: the people of its agency."""

from collections.abc import Mapping

from bot.core.appointments import Appointment
from bot.core.cases import Case
from bot.core.contacts import Conversation
from bot.core.network import Site
from bot.services.ports import Advisor, Transaction
from bot.services.team import advises


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
