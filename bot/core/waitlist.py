"""The list of those who wait for an earlier time, in the chat: joining, being asked about a free time, saying no, leaving."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from bot.core import appointments
from bot.core import waiting as rules
from bot.core.appointments import Appointment, Slot, Wish
from bot.core.events import HoldReleased, SlotHeld, WaitingChanged, WaitingEnded
from bot.core.language import LANGUAGES
from bot.core.locales import clock, full_day, local
from bot.core.messages import Choice
from bot.core.network import Kind, Site
from bot.core.night import is_night
from bot.core.talk import Situation, Talk, Turn
from bot.core.waiting import Waiting


def earlier(talk: Talk, site: Site, before: datetime | None) -> list[Choice]:
    """Return the button for those who want an earlier time than there is; none when nothing could be earlier."""
    if not rules.worthwhile(site, before, talk.now):
        return []
    return [join_choice(talk, site) if before is None else talk.choice(f"book:earlier:{site.id}", "waiting_earlier")]


def join_choice(talk: Talk, site: Site) -> Choice:
    """Return the button for those who wait for any time at a site."""
    return talk.choice(f"book:wait:{site.id}", "waiting_join", site=site.name)


def join(
    talk: Talk, site: Site, topic: str, before: datetime | None, moving: Appointment | None = None, kind: Kind | None = None
) -> None:
    """Put somebody on the list of a site; who waits for the same already keeps their place, another one they give up."""
    conversation, known = talk.conversation, talk.situation.waiting()
    entry = Waiting(
        talk.situation.new_id(), conversation.contact_id, conversation.id, site.id, topic, talk.speaks, talk.now,
        rules.deadline(before, talk.now), before, moving.id if moving else None, kind,
    )  # fmt: skip
    if known is not None and known.same_wish(entry):
        entry = known
    else:
        _let_go(talk, known)
        talk.happen(WaitingChanged(entry))
    talk.update(pending=None)
    _say_joined(talk, entry, site)


def choose_language(talk: Talk, waiting_id: str) -> bool:
    """Wait only for advisors who speak the reader's language, or for all again; False when they do not wait there (any more)."""
    entry = own(talk, waiting_id)
    site = talk.content.network.sites.get(entry.site) if entry else None
    if entry is None or site is None:
        return False
    entry = replace(entry, language=talk.speaks, only=not entry.only)
    talk.happen(WaitingChanged(entry))
    _say_joined(talk, entry, site)
    return True


def refuse(talk: Talk, waiting_id: str, start: datetime | None) -> bool:
    """Note a no, once; False when nothing is open that it could be about."""
    entry, held = own(talk, waiting_id), talk.situation.hold()
    if entry is None or held is None or (held.id, held.slot.start) != (entry.open, start) or held.expires_at <= talk.now:
        return False
    kept = rules.refuse(entry)
    talk.happen(HoldReleased(entry.contact_id))
    talk.happen(WaitingChanged(kept) if kept else WaitingEnded(entry.contact_id, entry.site))
    talk.say("waiting_refused_once" if kept else "waiting_refused", [[_leave(talk, kept)] if kept else [_appointments(talk)]])
    talk.with_navigation()
    return True


def leave(talk: Talk, waiting_id: str) -> bool:
    """Take somebody off the list; False when they are not on it."""
    entry = own(talk, waiting_id)
    if entry is None:
        return False
    end(talk, entry)
    talk.with_navigation()
    return True


def end(talk: Talk, entry: Waiting | None) -> None:
    """End waiting because of what somebody did, and say so."""
    if entry is not None:
        _let_go(talk, entry)
        talk.happen(WaitingEnded(entry.contact_id, entry.site))
        talk.say("waiting_left")


def end_with(talk: Talk, appointment: Appointment) -> None:
    """End waiting for something earlier than an appointment that the newcomer cancelled."""
    entry = talk.situation.waiting()
    end(talk, entry if entry and entry.appointment == appointment.id else None)


def go_on(talk: Talk, appointment: Appointment) -> None:
    """Let somebody wait for any time whose appointment the site cancelled, and say so."""
    entry = talk.situation.waiting()
    if entry is not None and entry.appointment == appointment.id:
        talk.happen(WaitingChanged(rules.loosened(entry, talk.now)))
        talk.say("waiting_goes_on", [[_leave(talk, entry)]], site=_name(talk, entry))


def described(talk: Talk) -> tuple[str, list[Choice]]:
    """Return what somebody waits for, in words, and the button to leave; nothing when they do not."""
    entry = talk.situation.waiting()
    if entry is None:
        return "", []
    return talk.words("waiting_own", site=_name(talk, entry), wish=_wish(talk, entry)), [_leave(talk, entry)]


# --- What is said by itself


Obstacle = Literal["asked", "choosing", "full", "away", "night"]
"""Why somebody cannot be asked: a question is open, a time is held for them, they have enough, cannot be reached, or sleep."""


def obstacle(situation: Situation, entry: Waiting) -> Obstacle | None:
    """Return why somebody cannot be asked now, or could not take what they are asked about."""
    conversation, held, now = situation.conversation, situation.hold(), situation.now
    if conversation.erasing or not (conversation.reachable and conversation.keeps):
        return "away"
    if entry.open is not None:
        return "asked"
    if held is not None and held.expires_at > now:
        return "choosing"
    if entry.appointment is None and sum(each.ahead(now) for each in situation.appointments()) >= appointments.MAX_OPEN:
        return "full"
    return "night" if is_night(now) else None


def find(situation: Situation, entry: Waiting, site: Site, free: list[Slot]) -> Slot | None:
    """Return the time that somebody is to be asked about; None when nothing fits, or when they cannot be asked."""
    if obstacle(situation, entry):
        return None
    return rules.find(entry, site, free, situation.appointments(), situation.now)


def possible(situation: Situation, entry: Waiting, site: Site) -> list[Slot]:
    """Return the times that an advisor can offer to somebody, those kept for the desk included."""
    wish = Wish(entry.topic, entry.language, entry.kind, desk=True)
    free = appointments.free_slots(site, situation.now, situation.content.network.holidays, situation.taken, wish)
    return list(rules.possible(entry, site, free, situation.appointments(), situation.now))


def ask(situation: Situation, entry: Waiting, site: Site, slot: Slot) -> Turn:
    """Ask somebody about a free time, which is kept for them meanwhile."""
    talk = Talk(situation)
    until = rules.answer_by(site, situation.now)
    entry, hold = rules.ask(entry, slot, until, situation.new_id())
    talk.happen(SlotHeld(hold))
    talk.happen(WaitingChanged(entry))
    kept = f"{full_day(local(until).date(), talk.language)}, {clock(until)}"
    text = talk.words("waiting_offer", when=_when(talk, slot), site=site.name, until=kept)
    moved = _ahead(situation, entry)
    if moved is not None:
        text += "\n\n" + talk.words("waiting_instead", when=_when(talk, moved.slot))
    about = f"{entry.id}:{slot.start:%Y%m%d%H%M}"
    rows = [
        [talk.choice(f"book:accept:{about}", "proposal_take")],
        [talk.choice(f"book:refuse:{about}", "waiting_no"), _leave(talk, entry)],
    ]
    talk.tell(text, rows, language=talk.content.phrases.find("waiting_offer", talk.language).language)
    return talk.turn()


def went_on(situation: Situation, entry: Waiting) -> Turn:
    """Tell somebody who did not answer that the next is asked; they keep their place."""
    talk = Talk(situation)
    talk.happen(WaitingChanged(rules.answered(entry)))
    if situation.conversation.reachable and entry.asked:
        talk.say("waiting_went_on", [[_leave(talk, entry)]], when=_when_at(talk, entry.asked[-1]))
    return talk.turn()


def ended(situation: Situation, entry: Waiting) -> Turn:
    """Tell somebody that waiting is over and nothing got free; an appointment they have stays."""
    talk = Talk(situation)
    talk.happen(WaitingEnded(entry.contact_id, entry.site))
    if not situation.conversation.reachable:
        return talk.turn()
    text, kept = talk.words("waiting_ended", site=_name(talk, entry)), _ahead(situation, entry)
    if kept is not None:
        text += "\n\n" + talk.words("waiting_keeps", when=_when(talk, kept.slot))
    rows = [[talk.choice("book:start", "book_new")], [_appointments(talk), talk.choice("nav:person", "nav_person")]]
    talk.tell(text, rows, language=talk.content.phrases.find("waiting_ended", talk.language).language)
    return talk.turn()


def _say_joined(talk: Talk, entry: Waiting, site: Site) -> None:
    last = full_day(local(entry.until).date(), talk.language)
    rows = [[_leave(talk, entry)]]
    spoken = {rules.speaks(site, rule.advisor, talk.speaks) for rule in site.appointments}
    if len(spoken) > 1 or entry.only:
        key = "appointment_all_language" if entry.only else "appointment_only_language"
        rows.insert(0, [talk.choice(f"book:speak:{entry.id}", key)])
    talk.say("waiting_joined", rows, site=site.name, wish=_wish(talk, entry), until=last)
    talk.with_navigation()


def _wish(talk: Talk, entry: Waiting) -> str:
    wish = talk.words("waiting_before", when=_when_at(talk, entry.before)) if entry.before else talk.words("waiting_whenever")
    if entry.only and entry.language in LANGUAGES:
        wish += " " + talk.words("waiting_spoken", language=LANGUAGES[entry.language].name)
    return wish


def own(talk: Talk, waiting_id: str) -> Waiting | None:
    """Return somebody's place on the list, if it still is the one that a button is about."""
    entry = talk.situation.waiting()
    return entry if entry is not None and entry.id == waiting_id else None


def _let_go(talk: Talk, entry: Waiting | None) -> None:
    """Free the time that somebody was asked about, if it still is kept for them."""
    held = talk.situation.hold()
    if entry is not None and held is not None and held.id == entry.open:
        talk.happen(HoldReleased(entry.contact_id))


def _ahead(situation: Situation, entry: Waiting) -> Appointment | None:
    own = (each for each in situation.appointments() if each.id == entry.appointment)
    return next((each for each in own if each.ahead(situation.now)), None)


def _leave(talk: Talk, entry: Waiting) -> Choice:
    return talk.choice(f"book:leave:{entry.id}", "waiting_leave")


def _appointments(talk: Talk) -> Choice:
    return talk.choice("nav:appointments", "nav_appointments")


def _name(talk: Talk, entry: Waiting) -> str:
    site = talk.content.network.sites.get(entry.site)
    return site.name if site else entry.site


def _when(talk: Talk, slot: Slot) -> str:
    return appointments.shown(slot, talk.language)


def _when_at(talk: Talk, start: datetime) -> str:
    return f"{full_day(local(start).date(), talk.language)}, {clock(start)}"
