"""Consent in the chat: what somebody allows, changing it, and the whole text of whoever is concerned."""

from bot.core import answers, bookings, consents, handoff, privacy
from bot.core.cases import Case, put_away, take_back
from bot.core.consents import Purpose
from bot.core.events import CaseTakenBack
from bot.core.messages import Choice
from bot.core.talk import Talk


def press(talk: Talk, argument: str) -> None:
    """Do what a button about consent says; one that means nothing any more explains what is kept."""
    action, _, about = argument.partition(":")
    purpose, _, agency = about.partition(":")
    if action == "full":
        _show_full_text(talk)
    elif talk.conversation.consent is None:
        answers.ask_consent(talk, "consent_details")
    elif (action, purpose) == ("no", "partner"):
        _end_passing(talk, agency)
    elif purpose == "reminders" and action in ("yes", "no"):
        _note(talk, "reminders", action == "yes")
    elif purpose == "research" and (action == "no" or (action == "yes" and talk.situation.terms.research)):
        _note(talk, "research", action == "yes")
    elif purpose == "research" and talk.situation.terms.research:
        talk.say("consent_research", [_answers(talk, "research")])
        talk.with_navigation()
    else:
        answers.ask_consent(talk, "consent_details")


def show(talk: Talk) -> None:
    """List what is allowed, each with the button that changes it; who was not asked yet reads the terms first."""
    if talk.conversation.consent is None:
        answers.ask_consent(talk, "consent_details")
        return
    lines, rows = [], []
    for purpose in _listed(talk):
        allowed = consents.allows(talk.conversation.consents, purpose)
        lines.append(f"- {'✅' if allowed else '❌'} {talk.words(f'consent_for_{purpose}')}")
        yes, no = _answers(talk, purpose)
        rows.append([no if allowed else _ask_research(talk) if purpose == "research" else yes])
    for agency in dict.fromkeys(case.agency for case in _passed_on(talk)):
        lines.append(f"- ✅ {talk.words('consent_for_partner', agency=_name(talk, agency))}")
        rows.append([talk.choice(f"consent:no:partner:{agency}", "consent_end_partner", agency=_name(talk, agency))])
    rows.append([talk.choice("consent:details", "consent_more"), talk.choice("consent:full", "consent_full")])
    rows.append([talk.choice("nav:mydata", "command_mydata"), talk.choice("nav:erase", "command_erase")])
    language = talk.content.phrases.find("consent_overview", talk.language).language
    talk.tell(f"{talk.words('consent_overview')}\n\n" + "\n".join(lines), rows, language=language)
    talk.with_navigation()


def _listed(talk: Talk) -> tuple[Purpose, ...]:
    """Return the purposes that are listed; research only where it is offered, or was."""
    research = talk.situation.terms.research or consents.allows(talk.conversation.consents, "research")
    return ("keep", "reminders", "research") if research else ("keep", "reminders")


def _answers(talk: Talk, purpose: Purpose) -> list[Choice]:
    """Return the buttons yes and no of a question."""
    suffix, key = ("", "consent") if purpose == "keep" else (f":{purpose}", f"consent_{purpose}")
    return [talk.choice(f"consent:{answer}{suffix}", f"{key}_{answer}") for answer in ("yes", "no")]


def _ask_research(talk: Talk) -> Choice:
    """Return the button to the question, which nobody answers before they have read it."""
    return talk.choice("consent:ask:research", "consent_for_research")


def _note(talk: Talk, purpose: Purpose, given: bool) -> None:
    talk.answer(purpose, given)
    key = f"consent_{purpose}_{'on' if given else 'off'}"
    if purpose == "reminders" and bookings.ahead(talk):
        bookings.show_own(talk, key)
        return
    talk.say(key)
    talk.with_navigation()


def _end_passing(talk: Talk, agency: str) -> None:
    """Take back that an agency may read what was passed to it: it cannot from now on."""
    passed_on = [case for case in _passed_on(talk) if case.agency == agency]
    if not passed_on:
        show(talk)
        return
    talk.say("consent_partner_ended", agency=_name(talk, agency))
    for case in passed_on:
        talk.answer("partner", False, agency, case.id)
        _take_back(talk, case)
    talk.with_navigation()


def _passed_on(talk: Talk) -> list[Case]:
    """Return the cases that are with an agency because the person allowed to pass them on."""
    given = consents.standing(talk.conversation.consents, "partner")
    found = [(each.recipient, talk.situation.find_case(each.case)) for each in given]
    return list({case.id: case for recipient, case in found if case is not None and case.agency == recipient}.values())


def _take_back(talk: Talk, case: Case) -> None:
    """Put a case back to where the person had asked; if nobody is there any more, nobody reads it."""
    network = talk.content.network
    site = network.sites.get(consents.origin(talk.conversation.consents, case.id))
    if site is None or site.agency == case.agency:
        talk.happen(CaseTakenBack(put_away(case, talk.now), case.agency))
        if case.open:
            talk.update(owner="bot", epoch=talk.conversation.epoch + 1, pending=None)
            answers.show_menu(talk, "case_ended_by_you")
        return
    back = take_back(case, site.agency, site.id, talk.now, network.promise(site, talk.now))
    talk.happen(CaseTakenBack(back, case.agency))
    if back.open:
        talk.update(epoch=talk.conversation.epoch + 1)
        talk.say("case_transferred", agency=_name(talk, site.agency), site=site.name)
        handoff.say_promise(talk, back)


def _show_full_text(talk: Talk) -> None:
    """Show the notice of the agency that has the person's case, else of the operator; where there are pages, the way there."""
    case = talk.situation.case or talk.situation.last_case()
    network, address = talk.content.network, talk.situation.terms.address
    agency = case.agency if case and case.agency in network.agencies else network.operator
    rows = [] if talk.conversation.consent else [[each] for each in _answers(talk, "keep")]
    notice = privacy.notice(talk.content.papers, network, talk.situation.periods(), agency, talk.language)
    if address or talk.conversation.address.channel == "web" or notice is None:
        page = f"{address}/privacy/{agency}".removesuffix("/")
        talk.tell(f"📄 [{talk.words('consent_full_of', agency=_name(talk, agency))}]({page}?language={talk.language})", rows)
    else:
        talk.tell(notice.text, rows, language=notice.language)
    if talk.conversation.consent is not None:
        talk.with_navigation()


def _name(talk: Talk, agency: str) -> str:
    known = talk.content.network.agencies.get(agency)
    return known.name if known else "Wegweiser"
