"""The whole policy of the bot: what is said and done when somebody writes.

The order: crisis words; language and consent; an open case; commands and buttons; a waiting question; a free question.
"""

from dataclasses import replace

from bot.core import answers, buttons, case_buttons, cases, commands, guide, handoff, labels, questions, replies
from bot.core.cases import Case
from bot.core.contacts import AskingQuestion
from bot.core.crisis import Crisis
from bot.core.events import CaseChanged
from bot.core.language import parse_language
from bot.core.messages import InboundMessage
from bot.core.talk import Situation, Talk, Turn

LONG = 4_000
"""Characters of a message above which the bot says that it reads only the beginning."""
_DOUBLE_TAP_SECONDS = 2.0
_FINAL = (".", "?", "!", "؟", "…", "۔")
_FRAGMENT_WORDS = 4
_EMERGENCY = ("nav:emergency", "topic:emergency")
_BEFORE_CONSENT = (*_EMERGENCY, "nav:language", "nav:privacy", "nav:mydata", "nav:erase", "erase:yes")
_DURING_CASE = (*_BEFORE_CONSENT, "nav:appointments", "book:", "place:", "unclear:")
"""What a person may still press while an advisor has their case: none of it speaks in the advisor's place."""
_ICONS = {"photo": "🖼", "voice": "🎤", "audio": "🎤", "video": "🎞", "sticker": "🙂"}


def respond(situation: Situation, message: InboundMessage) -> Turn:
    """Return what to say and change when a newcomer did something."""
    talk = Talk(situation, parse_language(message.language_hint or ""))
    talk.update(reachable=message.kind != "blocked")
    if message.kind in ("blocked", "unblocked"):
        _reachability(talk, message)
    elif not _double_tap(talk, message):
        _answer(talk, message)
    return talk.turn()


def wonders(situation: Situation, message: InboundMessage, *, going_on: bool = False) -> bool:
    """Tell whether a message is a free question: only then its meaning matters, and more of it may follow in a moment.

    `going_on`: it comes right after the beginning of one; then the name of a topic belongs to the question.
    """
    conversation = situation.conversation
    if not _in_words(message) or message.attachment:
        return False
    if situation.case or conversation.language is None or conversation.consent is None:
        return False
    talk = Talk(situation)
    waiting = isinstance(conversation.pending, AskingQuestion) or questions.expected(talk, message)
    meant = commands.from_words(talk, message.text)
    free = meant is None or (going_on and meant.startswith("topic:"))
    return free and not waiting and not _alarming(situation, message.text)


def matters(situation: Situation, message: InboundMessage) -> bool:
    """Tell whether it matters what a message means: it is a free question, or waits for people and may tell of an emergency."""
    case, pending = situation.case, situation.conversation.pending
    unread = case.status != "active" if case else isinstance(pending, AskingQuestion)
    return wonders(situation, message) or (unread and _in_words(message) and not _alarming(situation, message.text))


def fragment(text: str) -> bool:
    """Tell whether a text may be only the beginning of a question: some people send every few words alone."""
    return not text.rstrip().endswith(_FINAL) and len(text.split()) <= _FRAGMENT_WORDS


def _in_words(message: InboundMessage) -> bool:
    said = message.kind == "message" and bool(message.text.strip()) and not message.text.startswith("/")
    return said and message.choice is None and message.place is None


def _alarming(situation: Situation, text: str) -> bool:
    return bool(situation.content.crises.recognise(text))


def _answer(talk: Talk, message: InboundMessage) -> None:
    case = talk.situation.case
    talk.heard = _heard(talk, message)
    crises = talk.content.crises.recognise(message.text) if message.text else ()
    if crises:
        _crisis(talk, message, crises)
        return
    if _onboarding(talk, message):
        return
    if _may_be_emergency(talk, message):
        case = _concerned(talk, case)
    if message.kind == "edit":
        _edited(talk, case)
    elif case is not None and _for_desk(talk, message, case):
        return
    else:
        _for_bot(talk, message)


def _crisis(talk: Talk, message: InboundMessage, crises: tuple[Crisis, ...]) -> None:
    """Show whom to call; then the conversation goes on where it was, nothing has to be written twice."""
    answers.show_emergency(talk, crises)
    pending = talk.conversation.pending
    if talk.situation.case is not None:
        handoff.flagged(talk, talk.situation.case)
    elif isinstance(pending, AskingQuestion):
        handoff.with_question(talk, pending, message.text)
    elif talk.conversation.language is None:
        _greet(talk, message)
    else:
        talk.with_navigation()


def _may_be_emergency(talk: Talk, message: InboundMessage) -> bool:
    """Tell whether a message is like those of emergencies, as far as there was time to find out what it means."""
    meanings = talk.situation.meanings
    return talk.content.may_be_emergency(meanings[text] for text in replies.understandable(message.text) if text in meanings)


def _concerned(talk: Talk, case: Case | None) -> Case | None:
    """Say whom to call, once while a case waits, and mark it, or the one that is about to be opened, for those who read it."""
    if case is None or not {"crisis", "concern"} & set(case.flags):
        talk.say("emergency_maybe", [[talk.choice("nav:emergency", "nav_emergency")]])
    pending = talk.conversation.pending
    if isinstance(pending, AskingQuestion):
        talk.update(pending=replace(pending, concern=True))
    return cases.worry(case) if case is not None else None


def _heard(talk: Talk, message: InboundMessage) -> str:
    if message.choice is not None:
        return labels.label_of(talk, message.choice)
    if message.place is not None:
        return f"📍 {talk.content.network.gazetteer.nearest(message.place).name}"
    if message.attachment is not None and not message.text:
        return _ICONS.get(message.attachment.kind, "📎") + ("" if message.attachment.data else " ✗")
    return message.text


def _onboarding(talk: Talk, message: InboundMessage) -> bool:
    """Ask for language and consent first; True while that goes on."""
    choice = message.choice or commands.from_command(message.text) or ""
    if choice.startswith("lang:"):
        return _choose_language(talk, message, choice.removeprefix("lang:"))
    if talk.conversation.language is None:
        return _first_contact(talk, message, choice)
    if choice.startswith("consent:") and not (choice == "consent:yes" and _agreed_to_talk(talk)):
        buttons.consent(talk, choice.removeprefix("consent:"))
        return True
    if talk.conversation.consent is None:
        if choice in _BEFORE_CONSENT:
            buttons.press(talk, choice)
        else:
            _keep_wish(talk, choice)
            answers.ask_consent(talk)
        return True
    return False


def _agreed_to_talk(talk: Talk) -> bool:
    """Tell whether an advisor has the word already: then saying yes once more must not bring up the menu."""
    case = talk.situation.case
    return talk.conversation.keeps and case is not None and case.status == "active"


def _first_contact(talk: Talk, message: InboundMessage, choice: str) -> bool:
    if parse_language(message.text):
        return _choose_language(talk, message, message.text)
    if choice in _EMERGENCY:
        answers.show_emergency(talk)
    else:
        _keep_wish(talk, choice)
    _greet(talk, message)
    return True


def _greet(talk: Talk, message: InboundMessage) -> None:
    """Ask for the language, in several at once."""
    greeting = "\n".join(talk.content.phrases.say("choose_language", code) for code in ("de", "en", "ar", "uk", "ru", "tr", "fa"))
    talk.tell(greeting, answers.language_choices(parse_language(message.language_hint or "")), format_plain=True)


def _choose_language(talk: Talk, message: InboundMessage, name: str) -> bool:
    code = parse_language(name)
    if code is None:
        if talk.conversation.language is None:
            _greet(talk, message)
        else:
            talk.say("unknown_language", answers.language_choices())
            talk.with_navigation()
        return True
    talk.update(language=code)
    case = talk.situation.case
    if case is not None:
        talk.happen(CaseChanged(replace(case, language=code)))
    if talk.conversation.consent is None:
        answers.ask_consent(talk)
    elif guide.repeat(talk):
        pass
    elif case is not None:
        talk.say("language_set", [[talk.choice("nav:menu", "nav_menu")]])
    else:
        answers.show_menu(talk, "language_set")
    return True


def _keep_wish(talk: Talk, choice: str) -> None:
    """Remember where a link or button wanted to go; free text is not kept before consent."""
    if choice and choice not in _BEFORE_CONSENT and not choice.startswith(("consent:", "nav:start", "word:")):
        talk.update(wish=choice)


def _edited(talk: Talk, case: Case | None) -> None:
    if case is not None:
        handoff.hear(talk, case)
    else:
        talk.say("edit_unseen")
        talk.with_navigation()


def _for_desk(talk: Talk, message: InboundMessage, case: Case) -> bool:
    """Pass the message on to the people who have the case; True when it was for them."""
    choice = message.choice or commands.from_command(message.text, unknown=None)
    waiting = case.status != "active"
    if choice is not None and case_buttons.during(talk, case, choice):
        return True
    if choice is None and waiting and questions.expected(talk, message):
        handoff.hear(talk, case)
        return False
    if choice is None:
        handoff.pass_on(talk, case, message.attachment, acknowledge=waiting)
        return True
    if case.status == "active" and not choice.startswith(_DURING_CASE):
        handoff.say_waiting(talk, case)
        return True
    return False


def _for_bot(talk: Talk, message: InboundMessage) -> None:
    choice = message.choice or commands.from_command(message.text) or commands.from_words(talk, message.text)
    if choice is not None:
        buttons.press(talk, choice)
    elif message.attachment is not None and not message.text:
        _unsupported(talk, message)
    elif message.place is not None or message.text.strip():
        if len(message.text) > LONG:
            talk.say("long_message")
        questions.read(talk, message)
    else:
        talk.say("empty_message")
        talk.with_navigation()


def _unsupported(talk: Talk, message: InboundMessage) -> None:
    """Say that files cannot be read here, once for files that were sent together."""
    if message.album is None or message.album != talk.conversation.album:
        talk.say("media_unsupported")
        talk.with_navigation()
    talk.update(album=message.album)


def _double_tap(talk: Talk, message: InboundMessage) -> bool:
    before, at = talk.conversation.last_choice, talk.conversation.last_choice_at
    talk.update(last_choice=message.choice, last_choice_at=talk.now)
    same = message.choice is not None and message.choice == before and at is not None
    return same and at is not None and (talk.now - at).total_seconds() < _DOUBLE_TAP_SECONDS


def _reachability(talk: Talk, message: InboundMessage) -> None:
    case = talk.situation.case
    if case is None:
        return
    flags = tuple(name for name in case.flags if name != "unreachable")
    if message.kind == "blocked":
        flags = (*flags, "unreachable")
    if flags != case.flags:
        talk.happen(CaseChanged(replace(case, flags=flags)))
