"""What the buttons about appointments do."""

from bot.core import bookings, diary, guide, waitlist
from bot.core.contacts import ChoosingAppointment
from bot.core.network import KINDS
from bot.core.talk import Talk

_WAIT = ("wait", "earlier")
_NARROW = ("only", "all")
_OF_OWN = {"move": diary.start_move, "off": bookings.ask_cancel, "drop": bookings.cancel, "come": bookings.come}


def press(talk: Talk, argument: str) -> bool:
    """Do what a button about an appointment says; what was held while choosing is free again, unless it goes on from there."""
    action, _, rest = argument.partition(":")
    pending = talk.conversation.pending
    if not isinstance(pending, ChoosingAppointment):
        pending = ChoosingAppointment(guide.current_topic(talk))
    if action not in ("time", "yes", "take", "accept"):
        diary.release(talk)
    if action in ("start", "topic"):
        diary.begin(talk, rest if rest in talk.content.knowledge.topics else pending.topic, pending.moving)
    elif action in _OF_OWN:
        _OF_OWN[action](talk, rest)
    elif action == "take":
        appointment, _, moment = rest.partition(":")
        diary.take(talk, appointment, diary.read_start(moment) or talk.now)
    elif action in _OF_WAITING:
        if not _OF_WAITING[action](talk, rest):
            bookings.show_own(talk)
    else:
        talk.update(pending=pending)
        return diary.narrow(talk, rest, on=action == "only") if action in _NARROW else _at_site(talk, action, rest)
    return True


def _accept(talk: Talk, rest: str) -> bool:
    waiting, _, moment = rest.partition(":")
    start = diary.read_start(moment)
    if start is not None:
        diary.accept(talk, waiting, start)
    return start is not None


def _refuse(talk: Talk, rest: str) -> bool:
    waiting, _, moment = rest.partition(":")
    return waitlist.refuse(talk, waiting, diary.read_start(moment))


_OF_WAITING = {"accept": _accept, "refuse": _refuse, "leave": waitlist.leave, "speak": waitlist.choose_language}


def _at_site(talk: Talk, action: str, rest: str) -> bool:
    site_id, _, moment = rest.partition(":")
    moment, _, kind = moment.partition(":")
    site = talk.content.network.sites.get(site_id)
    start = diary.read_start(f"{moment}0000" if action == "day" else moment)
    if site is None or (action not in ("site", *_WAIT) and start is None):
        return False
    if action == "site":
        diary.offer_days(talk, site)
    elif action in _WAIT:
        diary.wait(talk, site)
    elif action == "day" and start:
        diary.offer_times(talk, site, start.date())
    elif action == "time" and start:
        diary.hold(talk, site, start)
    elif action == "yes" and start:
        diary.confirm(talk, site, start, next((each for each in KINDS if each == kind), None))
    else:
        return False
    return True
