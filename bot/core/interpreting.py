"""Who interprets at an appointment where nobody speaks the language: a volunteer, else a service on the telephone, else open."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from bot.core import interpreters
from bot.core.appointments import Appointment, Interpreting, shown
from bot.core.language import LANGUAGES, SOURCE
from bot.core.network import Site
from bot.core.talk import Situation, Talk, Turn

_AHEAD = timedelta(days=28)
"""Who has least to do in this time is asked first."""


def needed(appointment: Appointment, site: Site, speaks: Collection[str] = ()) -> bool:
    """Tell whether nobody speaks the language of who comes.

    What the rules of the site say about the advisor (or its own seats) counts, else what the advisor `speaks`, else the site.
    """
    rules = [rule.languages for rule in site.appointments if rule.advisor == appointment.slot.advisor]
    said = {language for languages in rules for language in languages}
    known = said if said and all(rules) else said | set(speaks if appointment.slot.advisor and speaks else site.languages)
    return appointment.language not in {SOURCE, *known}


def arrange(situation: Situation, appointment: Appointment, site: Site, before: Appointment | None = None) -> Appointment:
    """Return an appointment with how it is interpreted; when it was moved, the one `before` gives up its volunteer's time."""
    if not needed(appointment, site, situation.speaks(appointment.slot.advisor)):
        return replace(appointment, interpreting=None)
    found = able(situation, appointment, before)
    line = Interpreting("line" if appointment.language in site.phone_interpreting else "open")
    return replace(appointment, interpreting=found[0] if found else line)


def able(situation: Situation, appointment: Appointment, before: Appointment | None = None) -> list[Interpreting]:
    """Return the volunteers who could interpret, the best first: who did before, who comes, who has least to do."""
    slot, network = appointment.slot, situation.content.network
    kept = before.interpreting.interpreter if before and before.interpreting else ""
    found = []
    for each in situation.interpreters():
        way = each.way(slot.kind)
        if way and each.suits(slot, appointment.language, network):
            who = Interpreting(way, each.id)
            if interpreters.is_free(who, slot, situation.taken, before.cells if before else ()):
                found.append(who)

    def order(who: Interpreting) -> tuple[bool, bool, int, str]:
        busy = situation.taken(who.resource, situation.now, situation.now + _AHEAD)
        return who.interpreter != kept, who.how != "there", len(busy), who.interpreter

    return sorted(found, key=order)


def words(talk: Talk, appointment: Appointment) -> str:
    """Return what the newcomer is told about interpreting; nothing where nobody need interpret."""
    if appointment.interpreting is None:
        return ""
    language = LANGUAGES[appointment.language].name if appointment.language in LANGUAGES else appointment.language
    key = {"there": "interpreter_there", "open": "interpreter_open"}.get(appointment.interpreting.how, "interpreter_phone")
    return f"🗣 {talk.words(key, language=language)}"


def changed(situation: Situation, before: Appointment, after: Appointment) -> Turn | None:
    """Tell the newcomer that somebody else interprets, or in another way; None when what they know stays true, or to a guest."""
    talk = Talk(situation)
    news = words(talk, after)
    if after.guest or news == words(talk, before) or not after.ahead(situation.now):
        return None
    talk.say("interpreter_changed", when=shown(after.slot, talk.language), news=news)
    return talk.turn()
