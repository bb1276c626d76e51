"""Appointments that cannot be as they were booked: which these are, what else is possible, and asking newcomers about it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.appointments import Appointment, Slot, fits
from bot.core.contacts import Conversation
from bot.core.content import Content
from bot.core.proposals import Misfit, Reason, ask, proposal
from bot.core.talk import Situation
from bot.services.ports import Transaction
from bot.services.turns import Turns


class Misfits:
    """Compares appointments with what is offered now; an advisor asks newcomers, or the reminder does at the latest."""

    def __init__(self, content: Callable[[], Content], turns: Turns) -> None:
        self._content = content
        self._turns = turns

    def find(self, tx: Transaction, appointment: Appointment, now: datetime, others: Sequence[Slot] = ()) -> Misfit | None:
        """Return why an appointment cannot be, with another free time; `others` are proposed to others already.

        None when it can be as it is booked, or is over.
        """
        reason = self._reason(tx, appointment) if appointment.ahead(now) else None
        if reason is None:
            return None
        held = tx.hold_of(appointment.contact_id)
        if held is not None and held.offered == appointment.id and held.expires_at > now:
            return Misfit(appointment, held.slot, held.expires_at, reason)
        misfit, site = Misfit(appointment, None, None, reason), self._content().network.sites[appointment.slot.site]
        if not misfit.needs_time:
            return misfit
        return replace(misfit, proposal=proposal(self._situation(tx, appointment, now), appointment, site, others))

    def ask(self, tx: Transaction, misfit: Misfit, now: datetime) -> Conversation | None:
        """Ask a newcomer whether they want the other time, which is kept for a day, or tell them that there is none.

        Return their conversation; None when they are asked already, have no chat, or when only somebody else needs to interpret.
        """
        if misfit.asked_until or not misfit.needs_time or misfit.appointment.guest:
            return None
        situation = self._situation(tx, misfit.appointment, now)
        self._turns.store(tx, ask(situation, misfit), now)
        return situation.conversation

    def _reason(self, tx: Transaction, appointment: Appointment) -> Reason | None:
        network, slot, who = self._content().network, appointment.slot, appointment.interpreting
        site = network.sites.get(slot.site)
        if site is None:
            return None
        if not fits(slot, site, network.holidays):
            return "hours"
        if tx.is_busy(slot.resource, slot):
            return "busy"
        return "interpreter" if who and who.interpreter and tx.is_busy(who.resource, slot) else None

    def _situation(self, tx: Transaction, appointment: Appointment, now: datetime) -> Situation:
        conversation = tx.conversation(appointment.conversation_id)
        assert conversation is not None, "an appointment has a conversation as long as it exists"
        return self._turns.situation(tx, conversation, now)
