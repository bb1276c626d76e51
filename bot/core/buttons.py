"""Buttons and commands: their ids, and what pressing one does.

Ids are `kind:argument…`; they need no memory of the message they hung on, so an old button still works.
"""

from bot.core import (
    agreements,
    answers,
    booking_buttons,
    bookings,
    case_buttons,
    diary,
    guide,
    handoff,
    replies,
    terms,
    waitlist,
    where,
)
from bot.core.contacts import AskingPlace
from bot.core.events import Erased, Withdrawn
from bot.core.locales import plain_date
from bot.core.messages import Choice
from bot.core.network import Nearby
from bot.core.talk import Talk

_NEED_CONSENT = ("nav:person", "case:", "book:")


def press(talk: Talk, choice: str) -> None:
    """Do what a button says; one that means nothing any more leads to the menu."""
    if choice.startswith(_NEED_CONSENT) and not talk.conversation.keeps:
        talk.update(wish=choice)
        answers.ask_consent(talk, "consent_needed")
        return
    if not choice.startswith("book:"):
        diary.release(talk)
    kind, _, argument = choice.partition(":")
    handler = _HANDLERS.get(kind)
    if handler is None or not handler(talk, argument):
        answers.show_menu(talk, "button_unknown")


def consent(talk: Talk, answer: str) -> None:
    """Note the answer to the question whether the chat may be kept, or do what else is about consent."""
    if answer not in ("yes", "no"):
        agreements.press(talk, answer)
        return
    wish, kept = talk.conversation.wish, talk.conversation.keeps
    talk.answer("keep", answer == "yes")
    talk.update(wish=None)
    if answer == "no":
        talk.update(place=None, trail=(), pending=None, asked=None)
        talk.happen(Withdrawn(talk.conversation.id))
        waitlist.end(talk, talk.situation.waiting())
        if talk.situation.case is not None:
            handoff.end_by_newcomer(talk, talk.situation.case)
            return
    if wish and not (answer == "no" and wish.startswith(_NEED_CONSENT)):
        press(talk, wish)
    elif not guide.repeat(talk):
        rest = [[talk.choice("nav:erase", "command_erase")]] if kept and answer == "no" else []
        answers.show_menu(talk, "welcome" if answer == "yes" else "welcome_anonymous", rest)


def _nav(talk: Talk, argument: str) -> bool:
    match argument:
        case "start" | "menu":
            talk.update(pending=None)
            answers.show_menu(talk)
        case "help":
            answers.show_menu(talk, "help", [[talk.choice("nav:word", "nav_word")]])
        case "back":
            guide.back(talk)
        case "person":
            handoff.begin(talk, guide.current_topic(talk))
        case "language":
            talk.say("choose_language", answers.language_choices())
            _around(talk)
        case "emergency":
            answers.show_emergency(talk)
            talk.with_navigation()
        case "appointments":
            bookings.show_own(talk)
        case "site":
            _site(talk, guide.current_topic(talk))
        case "word":
            terms.show_how(talk)
        case "privacy":
            agreements.show(talk)
        case "mydata":
            for key, file in zip(("mydata", "mydata_machine"), talk.situation.own_files(), strict=False):
                talk.say(key, attachment=file)
            _around(talk)
        case "erase":
            _erase_preview(talk)
            _around(talk)
        case _:
            return False
    return True


def _erase_preview(talk: Talk) -> None:
    """Ask whether to erase, with what would go."""
    kept = talk.situation.kept()
    would_go = talk.words(
        "erase_preview",
        messages=str(kept.messages),
        files=str(kept.files),
        cases=str(kept.cases),
        appointments=str(kept.appointments),
    )
    rows = [("erase:yes", "erase_yes"), ("nav:mydata", "erase_look"), ("nav:menu", "erase_no")]
    language = talk.content.phrases.find("erase_check", talk.language).language
    talk.tell(f"{would_go}\n\n{talk.words('erase_check')}", [[talk.choice(*row)] for row in rows], language=language)


def _around(talk: Talk) -> None:
    """Put the standing buttons under a question that may also be asked before consent, when they lead nowhere yet."""
    if talk.conversation.consent is not None:
        talk.with_navigation()


def _site(talk: Talk, topic: str | None) -> None:
    place = where.known_place(talk)
    if place is None:
        where.ask_place(talk, AskingPlace("site", topic))
    else:
        where.show_near(talk, place, topic)
        talk.with_navigation()


def _topic(talk: Talk, topic: str) -> bool:
    if topic not in talk.content.knowledge.topics:
        return False
    talk.update(pending=None)
    if topic == "emergency":
        answers.show_emergency(talk)
        talk.with_navigation()
        return True
    talk.walked(f"topic:{topic}")
    flow = next((flow for flow in talk.content.flows.values() if flow.topic == topic and flow.menu), None)
    if flow is None:
        answers.show_topic(talk, topic)
    else:
        guide.start(talk, flow)
    return True


def _article(talk: Talk, article_id: str) -> bool:
    article = talk.content.knowledge.articles.get(article_id)
    if article is not None:
        answers.show_article(talk, article, related=True)
        talk.with_navigation()
    return article is not None


def _original(talk: Talk, article_id: str) -> bool:
    article = talk.content.knowledge.articles.get(article_id)
    if article is not None:
        answers.show_article(talk, article, language="de")
        talk.with_navigation()
    return article is not None


def _term(talk: Talk, argument: str) -> bool:
    term_id, _, article_id = argument.partition(":")
    term = talk.content.knowledge.terms.get(term_id)
    if term is not None:
        terms.explain(talk, term, article_id)
    return term is not None


def _word(talk: Talk, text: str) -> bool:
    terms.look_up(talk, text)
    return True


def _flow(talk: Talk, argument: str) -> bool:
    return guide.press(talk, argument)


def _none(talk: Talk, argument: str) -> bool:
    replies.none_of_these(talk)
    return True


def _unfit(talk: Talk, argument: str) -> bool:
    replies.not_helpful(talk)
    return True


def _place(talk: Talk, argument: str) -> bool:
    pending = talk.conversation.pending
    asking = pending if isinstance(pending, AskingPlace) else AskingPlace("site", None)
    if argument == "other":
        talk.update(place=None)
        where.ask_place(talk, AskingPlace("site", guide.current_topic(talk)))
        return True
    if argument == "skip":
        guide.place_given(talk, asking, None)
        return True
    place = where.chosen(talk, f"place:{argument}")
    if place is not None:
        guide.place_given(talk, asking, place)
    return place is not None


def _location(talk: Talk, argument: str) -> bool:
    talk.say("location_how")
    talk.with_navigation()
    return True


def _at(talk: Talk, site_id: str) -> bool:
    """Show one site, from a poster's QR code."""
    site = talk.content.network.sites.get(site_id)
    if site is None:
        return False
    card = answers.site_card(talk, Nearby(site))
    rows: list[list[Choice]] = [[talk.choice(f"book:site:{site.id}", "book_here", site=site.name)]] if site.appointments else []
    talk.tell(card, rows)
    talk.walked(f"site:{site.id}")
    talk.with_navigation()
    return True


def _erase(talk: Talk, argument: str) -> bool:
    if argument != "yes":
        return False
    receipt = talk.situation.new_id()[:12].upper()
    talk.happen(Erased(talk.conversation.contact_id, receipt))
    talk.update(erasing=True)
    talk.say("erase_receipt", number=receipt, date=plain_date(talk.today))
    talk.say("erased")
    return True


_HANDLERS = {
    "nav": _nav,
    "topic": _topic,
    "article": _article,
    "original": _original,
    "term": _term,
    "word": _word,
    "f": _flow,
    "none": _none,
    "unfit": _unfit,
    "place": _place,
    "location": _location,
    "at": _at,
    "case": case_buttons.press,
    "felt": case_buttons.rate,
    "unclear": case_buttons.unclear,
    "book": booking_buttons.press,
    "erase": _erase,
}
