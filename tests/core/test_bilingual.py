"""What the bot says in a case carries its German for advisors; nothing else about the turn changes by that."""

from dataclasses import replace
from itertools import count

import pytest

from bot.core.bilingual import with_german
from bot.core.contacts import Conversation
from bot.core.content import Content
from bot.core.messages import Address
from bot.core.talk import Situation, Talk, Turn
from tests.clock import TUESDAY


def situation(content: Content, language: str | None) -> Situation:
    conversation = Conversation("c", "c", Address("web", "amina"), language)
    return Situation(content, conversation, TUESDAY, lambda: "an-id", case_number=lambda: 7)


def promise(it: Situation) -> Turn:
    talk = Talk(it)
    talk.say("case_delayed", [[talk.choice("case:end", "case_cancel")]])
    return talk.turn()


def test_every_message_has_its_german_and_stays_as_it_was(content: Content) -> None:
    it = situation(content, "ar")
    turn = promise(it)
    (said,) = with_german(turn, it, promise).messages
    assert said.german == content.phrases.say("case_delayed", "de")
    assert replace(said, german=None) == turn.messages[0]


@pytest.mark.parametrize("language", ["de", None])
def test_who_reads_german_needs_no_second_text(content: Content, language: str | None) -> None:
    it = situation(content, language)
    assert with_german(promise(it), it, promise) == promise(it)


def test_a_message_that_would_not_be_said_in_german_has_none(content: Content) -> None:
    def only_abroad(it: Situation) -> Turn:
        return promise(it) if it.read_in is None else Talk(it).turn()

    it = situation(content, "ar")
    assert with_german(promise(it), it, only_abroad) == promise(it)


def test_what_has_other_buttons_in_german_is_another_message(content: Content) -> None:
    def other_buttons(it: Situation) -> Turn:
        talk = Talk(it)
        talk.say("case_delayed", [[talk.choice(f"case:{talk.language}", "case_cancel")]])
        return talk.turn()

    it = situation(content, "ar")
    assert with_german(other_buttons(it), it, other_buttons) == other_buttons(it)


def test_nothing_is_numbered_or_named_twice(content: Content) -> None:
    numbers, ids = count(), count()

    def counting(it: Situation) -> Turn:
        it.new_id()
        it.case_number()
        return promise(it)

    it = replace(situation(content, "ar"), new_id=lambda: str(next(ids)), case_number=lambda: next(numbers))
    with_german(counting(it), it, counting)
    assert (next(ids), next(numbers)) == (1, 1)
