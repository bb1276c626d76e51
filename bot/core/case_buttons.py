"""What pressing a button about a case does: on the way to a human, while they have the case, and afterwards."""

from dataclasses import replace

from bot.core import guide, handoff, where
from bot.core.cases import Case, flag
from bot.core.contacts import AskingPlace, AskingQuestion
from bot.core.events import Misunderstood, Rated
from bot.core.language import SOURCE
from bot.core.talk import Talk

_DIGITS = 18
"""Of a line's number; more is no number that was ever given."""
_ANSWERS = ("good", "half", "bad")


def press(talk: Talk, argument: str) -> bool:
    """Do what a button on the way to a human says; False when it means nothing any more."""
    action, _, topic = argument.partition(":")
    pending = talk.conversation.pending
    if action == "skip":
        _skip_question(talk)
    elif action == "young" and isinstance(pending, AskingQuestion):
        handoff.say_young(talk, pending)
    elif action == "again":
        handoff.come_back(talk)
    elif action == "new":
        handoff.begin(talk, topic if topic in talk.content.knowledge.topics else None, new=True)
    elif action in talk.content.knowledge.topics:
        handoff.begin(talk, action, new=isinstance(pending, AskingQuestion))
    else:
        return False
    return True


def during(talk: Talk, case: Case, choice: str) -> bool:
    """Do what a button says that belongs to an open case; False when it is another kind of button."""
    match choice:
        case "case:end":
            handoff.end_by_newcomer(talk, case)
        case "case:callback":
            handoff.ask_for_call(talk, case)
        case _ if choice.startswith("case:pass:"):
            answer, _, site = choice.removeprefix("case:pass:").partition(":")
            handoff.decide_passing(talk, case, site, agreed=answer == "yes")
        case _:
            return False
    return True


def rate(talk: Talk, argument: str) -> bool:
    """Count how a conversation with a human was, once for each; nobody learns who said what."""
    answer, _, agency = argument.partition(":")
    if answer not in _ANSWERS or agency not in talk.content.network.agencies:
        return False
    case = talk.situation.last_case()
    if case is not None and case.agency == agency and not case.rated:
        talk.happen(Rated(answer, replace(case, rated=True)))
    talk.say("felt_thanks")
    talk.with_navigation()
    return True


def unclear(talk: Talk, number: str) -> bool:
    """Show what an advisor wrote in German, and tell them that its translation was not understood, if they still listen."""
    n = int(number) if number.isdecimal() and len(number) < _DIGITS else 0
    said = talk.situation.said(n)
    if said is None or said.original is None:
        return False
    talk.happen(Misunderstood(talk.conversation.id, n))
    if talk.situation.case is not None:
        handoff.hear(talk, flag(talk.situation.case, "unclear"))
        talk.say("unclear_told")
        talk.tell(said.original, language=SOURCE, format_plain=True)
    else:
        talk.tell(said.original, [[talk.choice("case:again", "case_more")]], language=SOURCE, format_plain=True)
    return True


def _skip_question(talk: Talk) -> None:
    """Go on without a question; the button may be an old one or pressed twice."""
    match talk.conversation.pending:
        case AskingQuestion(str()) as asking:
            handoff.with_question(talk, asking, "")
        case AskingPlace("handoff") as place:
            where.ask_place(talk, place, "person_place")
        case _:
            handoff.begin(talk, guide.current_topic(talk))
