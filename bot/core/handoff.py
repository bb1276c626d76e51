"""Handing over to a human: a topic, one sentence, a place if the person likes, then a case; and what they do with it later."""

from dataclasses import replace
from datetime import datetime

from bot.core import answers, cases, consents, locales, where
from bot.core.cases import Case
from bot.core.contacts import AskingPlace, AskingQuestion
from bot.core.events import CaseChanged, CaseOpened, CaseReopened, CaseTransferred, PassedOn
from bot.core.locales import clock, local
from bot.core.messages import Attachment, Choice
from bot.core.network import Nearby, Site
from bot.core.places import Place
from bot.core.routing import Load, Wanted, route
from bot.core.talk import Rows, Talk


def begin(talk: Talk, topic: str | None, *, new: bool = False) -> None:
    """Start the hand-over: ask for what is not known yet; who was here lately is asked whether it is about the same matter."""
    if talk.situation.case is not None:
        say_waiting(talk, talk.situation.case)
        return
    last = None if new else _comes_back(talk)
    if last is not None and topic in (None, last.topic):
        again, other = talk.choice("case:again", "case_again"), talk.choice(f"case:new:{topic or ''}", "case_new")
        talk.update(pending=AskingQuestion(None))
        talk.say("case_same", [[again], [other]])
        talk.with_navigation(person=False)
        return
    if topic is None:
        rows = [*answers.topic_choices(talk, "case"), [talk.choice("case:everyday", "something_else")]]
        talk.update(pending=AskingQuestion(None))
        talk.say("person_which_topic", rows)
        talk.with_navigation(person=False)
        return
    talk.update(pending=AskingQuestion(topic))
    _ask_question(talk, [talk.choice("case:young", "case_young"), talk.choice("case:skip", "skip")])


def say_young(talk: Talk, asking: AskingQuestion) -> None:
    """Note that somebody said they are under 27: there are teams for them."""
    talk.update(pending=replace(asking, young=True))
    _ask_question(talk, [talk.choice("case:skip", "skip")])


def with_question(talk: Talk, asking: AskingQuestion, question: str) -> None:
    """Go on when the question is written or skipped: ask for the place, or open the case."""
    known = AskingPlace("handoff", asking.topic or "everyday", question=question, young=asking.young, concern=asking.concern)
    place = where.known_place(talk)
    if place is not None:
        open_case(talk, known, place)
    else:
        where.ask_place(talk, known, "person_place")


def open_case(talk: Talk, asking: AskingPlace, place: Place | None) -> None:
    """Open the case and say who reads it and by when; when nobody is on duty, it queues itself at the next opening."""
    s, topic = talk.situation, asking.topic or "everyday"
    loads = s.loads()
    wanted = Wanted(topic, talk.speaks, place, talk.conversation.contact_id, asking.young)
    found = route(talk.content.network, wanted, talk.now, loads)
    site = found.site
    crisis = bool(talk.content.crises.recognise(asking.question))
    opens = None if crisis else _opens_later(talk, site)
    case = Case(
        id=s.new_id(),
        number=s.case_number(),
        contact_id=talk.conversation.contact_id,
        conversation_id=talk.conversation.id,
        agency=site.agency,
        site=site.id,
        topic=topic,
        language=talk.speaks,
        place=place.name if place else None,
        question=asking.question,
        trail=talk.conversation.trail,
        opened_at=talk.now,
        promised_until=talk.content.network.promise(site, talk.now, loads.get(site.id, Load()).waiting),
        status="deferred" if opens else "queued",
        queues_at=opens,
        flags=("crisis",) if crisis else ("concern",) if asking.concern else (),
        alarmed_at=talk.now if crisis else None,
        young=asking.young,
        reasons=found.reasons,
    )
    talk.happen(CaseOpened(case))
    talk.update(pending=None, owner="desk", epoch=talk.conversation.epoch + 1, acknowledged_at=talk.now)
    opened = talk.words("case_opened", agency=talk.content.network.agencies[site.agency].name, site=site.name)
    talk.tell(f"{opened}\n\n{answers.site_card(talk, Nearby(site, remote=site.remote_only))}")
    say_promise(talk, case)


def say_waiting(talk: Talk, case: Case) -> None:
    """Say that somebody has been asked already, and until when they answer."""
    talk.update(pending=None)
    talk.say("case_active" if case.status == "active" else "case_waiting")
    if case.status == "active":
        talk.say("case_end_hint", [[talk.choice("case:end", "case_end")]])
    else:
        say_promise(talk, case)


def say_promise(talk: Talk, case: Case) -> None:
    """Say until when somebody answers; while nobody is there, a call or an appointment is offered."""
    rows: list[list[Choice]] = []
    if case.status == "deferred":
        rows = [[talk.choice("case:callback", "case_callback")], [talk.choice("book:start", "book_new")]]
    rows.append([talk.choice("case:end", "case_cancel"), talk.choice("nav:menu", "nav_menu")])
    site = talk.content.network.sites.get(case.site)
    now_open = answers.opening(talk, site)
    if case.promised_until is None or case.promised_until < talk.now:
        talk.say("case_promise_open", rows, opening=now_open)
        return
    day = locales.full_day(local(case.promised_until).date(), talk.language)
    talk.say("case_promise", rows, day=day, time=clock(case.promised_until), opening=now_open)


def pass_on(talk: Talk, case: Case, attachment: Attachment | None = None, *, acknowledge: bool) -> None:
    """Give a message to the case; the first one in a while is acknowledged as long as nobody has taken it.

    A file of which nothing arrived is named as such, to both sides.
    """
    hear(talk, case)
    if attachment is not None and not attachment.data:
        talk.say("file_not_received")
        return
    last = talk.conversation.acknowledged_at
    if acknowledge and (last is None or (talk.now - last).total_seconds() > 600):
        talk.update(acknowledged_at=talk.now)
        talk.say("passed_on", [[talk.choice("case:end", "case_cancel"), talk.choice("nav:menu", "nav_menu")]])


def hear(talk: Talk, case: Case) -> None:
    """Let the case hold a message of the newcomer; from now on an answer is due."""
    site = talk.content.network.sites.get(case.site)
    promise = talk.content.network.promise(site, talk.now) if site else None
    talk.happen(PassedOn(cases.heard(case, talk.now, promise)))


def end_by_newcomer(talk: Talk, case: Case) -> None:
    """Close the case because the newcomer wants to be with the bot again."""
    talk.happen(CaseChanged(cases.close(case, talk.now)))
    talk.update(owner="bot", epoch=talk.conversation.epoch + 1, pending=None)
    answers.show_menu(talk, "case_ended_by_you")


def come_back(talk: Talk) -> None:
    """Open the last case again: who had it is asked first."""
    case = _comes_back(talk)
    if case is None or talk.situation.case is not None:
        begin(talk, None, new=True)
        return
    network = talk.content.network
    site = network.sites[case.site]
    reopened = cases.reopen(case, talk.now, network.promise(site, talk.now))
    talk.happen(CaseReopened(reopened))
    talk.update(pending=None, owner="desk", epoch=talk.conversation.epoch + 1, acknowledged_at=talk.now)
    agency = network.agencies.get(case.agency)
    # Who knows them is asked first only if somebody does.
    key = "case_reopened" if case.advisor else "case_transferred"
    talk.say(key, agency=agency.name if agency else case.agency, site=site.name)
    say_promise(talk, reopened)


def ask_for_call(talk: Talk, case: Case) -> None:
    """Note that somebody would like to be called, and ask for the number."""
    talk.happen(PassedOn(cases.flag(case, "callback")))
    talk.say("case_callback_ask", [[talk.choice("case:end", "case_cancel"), talk.choice("nav:menu", "nav_menu")]])


def decide_passing(talk: Talk, case: Case, site_id: str, *, agreed: bool) -> None:
    """Pass the case to the site the person was asked about, or leave it where it is; an old button changes nothing."""
    proposal, network = case.proposal, talk.content.network
    site = network.sites.get(site_id)
    if proposal is None or site is None or proposal.site != site_id:
        say_waiting(talk, case)
        return
    talk.answer("partner", agreed, site.agency, case.id, origin=case.site)
    if not consents.allows(talk.conversation.consents, "partner", site.agency, case.id):
        hear(talk, replace(case, proposal=None))  # whoever asked must find another way
        talk.say("case_pass_kept", _end(talk))
    else:
        moved = cases.transfer(case, site.agency, site.id, talk.now, network.promise(site, talk.now))
        talk.happen(CaseTransferred(moved, proposal))
        talk.update(epoch=talk.conversation.epoch + 1)
        talk.say("case_transferred", agency=network.agencies[site.agency].name, site=site.name)
        say_promise(talk, moved)


def flagged(talk: Talk, case: Case) -> None:
    """Mark the case because of a crisis, let it wait no longer, and pass the message on."""
    hear(talk, cases.enqueue(cases.alarm(case, talk.now)))


def _ask_question(talk: Talk, row: list[Choice]) -> None:
    talk.say("person_question", [row])
    talk.with_navigation(person=False)


def _end(talk: Talk) -> Rows:
    return [[talk.choice("case:end", "case_end")]]


def _comes_back(talk: Talk) -> Case | None:
    """Return the case of somebody who was here lately, unless its site has gone since."""
    case = talk.situation.last_case()
    there = case is not None and case.site in talk.content.network.sites
    return case if case is not None and there and cases.reopenable(case, talk.now) else None


def _opens_later(talk: Talk, site: Site) -> datetime | None:
    """Return when the site opens next, if it is closed now."""
    holidays = talk.content.network.holidays
    return None if site.hours.open_until(talk.now, holidays) else site.hours.next_opening(talk.now, holidays)
