"""What a button says, read from its id: for the transcript, where a pressed button stands as the newcomer's line."""

from bot.core import answers, diary, guide, locales
from bot.core.language import LANGUAGES
from bot.core.locales import clock, local
from bot.core.network import KINDS
from bot.core.talk import Talk

_PRESSED = "✓"
_PHRASES = {
    "consent:yes": "consent_yes",
    "consent:no": "consent_no",
    "consent:details": "consent_more",
    "consent:full": "consent_full",
    "consent:ask:research": "consent_for_research",
    "consent:yes:reminders": "consent_reminders_yes",
    "consent:no:reminders": "consent_reminders_no",
    "consent:yes:research": "consent_research_yes",
    "consent:no:research": "consent_research_no",
    "book:only:language": "appointment_only_language",
    "book:all:language": "appointment_all_language",
    "book:only:afternoon": "appointment_only_afternoon",
    "book:all:afternoon": "appointment_all_afternoon",
    "none:": "none_of_these",
    "word:": "none_of_these",
    "unfit:": "not_my_question",
    "place:other": "other_place",
    "place:skip": "skip",
    "case:skip": "skip",
    "case:end": "case_end",
    "case:young": "case_young",
    "case:again": "case_again",
    "case:callback": "case_callback",
    "erase:yes": "erase_yes",
    "nav:mydata": "command_mydata",
    "nav:erase": "command_erase",
    "location": "share_location",
    "book:start": "book_new",
}
_PHRASES_BY_ACTION = {
    "original": "show_german",
    "unclear": "unclear",
    "book:yes": "appointment_confirm",
    "book:take": "proposal_take",
    "book:come": "reminder_come",
    "book:drop": "cancel_yes",
    "book:earlier": "waiting_earlier",
    "book:accept": "proposal_take",
    "book:refuse": "waiting_no",
    "book:leave": "waiting_leave",
    "book:speak": "appointment_only_language",
}

_MEETINGS = [f"appointment_by_{kind}" for kind in KINDS if kind != "visit"]


def label_of(talk: Talk, choice: str) -> str:
    """Return what a button says in the reader's language; a mark for one that means nothing any more."""
    if choice in _PHRASES:
        return talk.words(_PHRASES[choice])
    kind, _, argument = choice.partition(":")
    action = f"book:{argument.partition(':')[0]}" if kind == "book" else kind
    if action == "book:yes" and (by := f"appointment_by_{argument.rpartition(':')[2]}") in _MEETINGS:
        return talk.words(by)
    if action in _PHRASES_BY_ACTION:
        return talk.words(_PHRASES_BY_ACTION[action])
    match kind:
        case "lang" if argument in LANGUAGES:
            return LANGUAGES[argument].name
        case "case" if argument.startswith("new"):
            return talk.words("case_new")
        case "case" if argument.startswith("pass:"):
            return talk.words("case_pass_yes" if argument.startswith("pass:yes:") else "case_pass_no")
        case "consent" if argument.startswith("no:partner:"):
            agency = talk.content.network.agencies.get(argument.removeprefix("no:partner:"))
            return talk.words("consent_end_partner", agency=agency.name) if agency else _PRESSED
        case "felt" if (key := f"felt_{argument.partition(':')[0]}") in talk.content.phrases.keys():  # noqa: SIM118
            return talk.words(key)
        case "topic" | "case" if argument in talk.content.knowledge.topics:
            return answers.topic_label(talk, argument)
        case "article" if argument in talk.content.knowledge.articles:
            return talk.content.knowledge.articles[argument].wording(talk.language).title
        case "term" if (term := talk.content.knowledge.terms.get(argument.partition(":")[0])) is not None:
            return answers.term_choice(term).label
        case "f":
            return guide.option_label(talk, argument)
        case "place" if argument.count(":") == 1:
            return argument.split(":")[1]
        case "at" if argument in talk.content.network.sites:
            return talk.content.network.sites[argument].name
        case "nav" if talk.content.phrases.has(choice.replace(":", "_")):
            return talk.words(choice.replace(":", "_"))
        case "book":
            return _booking(talk, *argument.split(":"))
    return _PRESSED


def _booking(talk: Talk, action: str, about: str = "", moment: str = "") -> str:
    """Return the label of a step of booking: a topic, a site, a day, a time, or an appointment's own button."""
    if action == "topic" and about in talk.content.knowledge.topics:
        return answers.topic_label(talk, about)
    if action in ("move", "off"):
        return _appointment(talk, "move_it" if action == "move" else "cancel_it", about)
    if action == "wait" and about in talk.content.network.sites:
        return talk.words("waiting_join", site=talk.content.network.sites[about].name)
    start = diary.read_start(f"{moment}0000" if action == "day" else moment)
    if action == "day" and start:
        return locales.full_day(start.date(), talk.language)
    if action == "time" and start:
        return clock(start)
    site = talk.content.network.sites.get(about)
    return site.name if site else _PRESSED


def _appointment(talk: Talk, key: str, appointment_id: str) -> str:
    found = next((each for each in talk.situation.appointments() if each.id == appointment_id), None)
    return talk.words(key, day=locales.day(local(found.slot.start).date(), talk.language)) if found else _PRESSED
