"""Who may see and change a case: the people of its agency."""

from bot.core.cases import Case
from bot.core.contacts import Conversation
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
