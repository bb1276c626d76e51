"""Handing over to a human: a topic, one sentence, a place if the person likes, then a case."""

from dataclasses import replace

from bot.core import answers, cases, locales, where
from bot.core.cases import Case
from bot.core.contacts import AskingPlace, AskingQuestion
from bot.core.events import CaseChanged, CaseOpened, PassedOn
from bot.core.locales import clock, local
from bot.core.messages import Attachment
from bot.core.network import Nearby
from bot.core.places import Place
from bot.core.talk import Talk


def begin(talk: Talk, topic: str | None) -> None:
    """Start the hand-over: ask for what is not known yet."""
    if talk.situation.case is not None:
        say_waiting(talk, talk.situation.case)
        return
    if topic is None:
        rows = [*answers.topic_choices(talk, "case"), [talk.choice("case:everyday", "something_else")]]
        talk.update(pending=AskingQuestion(None))
        talk.say("person_which_topic", rows)
        talk.with_navigation(person=False)
        return
    talk.update(pending=AskingQuestion(topic))
    talk.say("person_question", [[talk.choice("case:skip", "skip")]])
    talk.with_navigation(person=False)


def with_question(talk: Talk, topic: str | None, question: str) -> None:
    """Go on when the question is written or skipped: ask for the place, or open the case."""
    topic = topic or "everyday"
    place = where.known_place(talk)
    if place is not None:
        open_case(talk, topic, question, place)
    else:
        where.ask_place(talk, AskingPlace("handoff", topic, question=question), "person_place")


def open_case(talk: Talk, topic: str, question: str, place: Place | None) -> None:
    """Open the case and say who reads it and by when."""
    s = talk.situation
    site = talk.content.network.desk_for(topic, talk.language, place, talk.conversation.contact_id)
    case = Case(
        id=s.new_id(),
        number=s.case_number(),
        contact_id=talk.conversation.contact_id,
        conversation_id=talk.conversation.id,
        agency=site.agency,
        site=site.id,
        topic=topic,
        language=talk.language,
        place=place.name if place else None,
        question=question,
        trail=talk.conversation.trail,
        opened_at=talk.now,
        promised_until=talk.content.network.promise(site, talk.now),
        flags=("crisis",) if talk.content.crises.recognise(question) else (),
    )
    talk.happen(CaseOpened(case))
    talk.update(pending=None, owner="desk", epoch=talk.conversation.epoch + 1, acknowledged_at=talk.now)
    opened = talk.words("case_opened", agency=talk.content.network.agencies[site.agency].name, site=site.name)
    talk.tell(f"{opened}\n\n{answers.site_card(talk, Nearby(site, remote=site.remote_only))}")
    _say_promise(talk, case)


def say_waiting(talk: Talk, case: Case) -> None:
    """Say that somebody has been asked already, and until when they answer."""
    talk.update(pending=None)
    talk.say("case_waiting" if case.status == "queued" else "case_active")
    if case.status == "queued":
        _say_promise(talk, case)
    else:
        talk.say("case_end_hint", [[talk.choice("case:end", "case_end")]])


def _say_promise(talk: Talk, case: Case) -> None:
    rows = [[talk.choice("case:end", "case_cancel"), talk.choice("nav:menu", "nav_menu")]]
    site = talk.content.network.sites.get(case.site)
    now_open = answers.opening(talk, site) if site else ""
    if case.promised_until is None:
        talk.say("case_promise_open", rows, opening=now_open)
        return
    day = locales.full_day(local(case.promised_until).date(), talk.language)
    talk.say("case_promise", rows, day=day, time=clock(case.promised_until), opening=now_open)


def pass_on(talk: Talk, case: Case, attachment: Attachment | None = None, *, acknowledge: bool) -> None:
    """Give a message to the case; the first one in a while is acknowledged as long as nobody has taken it.

    A file of which nothing arrived is named as such, to both sides.
    """
    talk.happen(PassedOn(case))
    if attachment is not None and not attachment.data:
        talk.say("file_not_received")
        return
    last = talk.conversation.acknowledged_at
    if acknowledge and (last is None or (talk.now - last).total_seconds() > 600):
        talk.update(acknowledged_at=talk.now)
        talk.say("passed_on", [[talk.choice("case:end", "case_cancel"), talk.choice("nav:menu", "nav_menu")]])


def end_by_newcomer(talk: Talk, case: Case) -> None:
    """Close the case because the newcomer wants to be with the bot again."""
    talk.happen(CaseChanged(cases.close(case, talk.now)))
    talk.update(owner="bot", epoch=talk.conversation.epoch + 1, pending=None)
    answers.show_menu(talk, "case_ended_by_you")


def flagged(talk: Talk, case: Case) -> None:
    """Mark the case because of a crisis and pass the message on."""
    marked = cases.flag(case, "crisis")
    if marked is not case:
        talk.happen(CaseChanged(marked))
        case = replace(marked, version=marked.version + 1)
    talk.happen(PassedOn(case))
