"""What sounds like an emergency without a crisis word brings the numbers beside the answer, and takes nothing away."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from bot.adapters.embeddings import E5, load_embedder
from bot.contents import understood
from bot.core.alarm import Alarm, learn
from bot.core.cases import Case
from bot.core.consents import Consent
from bot.core.contacts import AskingQuestion, Conversation
from bot.core.content import Content
from bot.core.dialogue import matters, respond, wonders
from bot.core.events import CaseOpened, PassedOn
from bot.core.language import LANGUAGES
from bot.core.messages import Address, InboundMessage
from bot.core.talk import Situation
from bot.core.variants import readable
from tests.clock import TUESDAY, Ids

ROOT = Path(__file__).parents[2]
AMINA = Address("web", "amina")
UNFORESEEN = yaml.load((Path(__file__).parent / "unforeseen.yaml").read_text("utf-8"), yaml.BaseLoader)
ALARMING, CALM = np.array([1.0, 0.0], np.float32), np.array([0.0, 1.0], np.float32)
WAITING = Case("k", 1, "c", "c", "example-a", "north-elmshorn", "health", "de", "Elmshorn", "?", (), TUESDAY, TUESDAY)
STRANGE = "er kam heim und jetzt hängt mein arm so komisch"


@pytest.fixture
def situation(content: Content) -> Situation:
    consent = Consent("keep", True, 1, "de", TUESDAY)
    alarmed = replace(content, alarm=Alarm(np.array([2.0, 0.0], np.float32), -1.0))
    return Situation(alarmed, Conversation("c", "c", AMINA, language="de", consents=(consent,)), TUESDAY, Ids())


def message(text: str) -> InboundMessage:
    return InboundMessage("web", "1", AMINA, TUESDAY, text=text)


def said(situation: Situation, text: str) -> list[str]:
    return [each.text for each in respond(situation, message(text)).messages]


def test_what_is_like_an_emergency_brings_the_numbers_and_then_the_answer(situation: Situation) -> None:
    question = "Wie melde ich meine Wohnung an?"
    first, *rest = respond(replace(situation, meanings={question: ALARMING}), message(question)).messages

    assert "[112](tel:112)" in first.text
    assert "[110](tel:110)" in first.text
    assert [choice.id for row in first.choices for choice in row] == ["nav:emergency"]
    assert [each.text for each in rest] == said(situation, question)


def test_an_ordinary_question_brings_no_numbers(situation: Situation) -> None:
    question = "Wie melde ich meine Wohnung an?"

    assert said(replace(situation, meanings={question: CALM}), question) == said(situation, question)


def test_one_part_of_a_long_message_is_enough(situation: Situation) -> None:
    text = f"Wie melde ich meine Wohnung an?\n{STRANGE} was soll ich tun?"
    parts = {readable(text): CALM, "Wie melde ich meine Wohnung an?": CALM, f"{STRANGE} was soll ich tun?": ALARMING}

    assert "[112](tel:112)" in said(replace(situation, meanings=parts), text)[0]


def test_what_somebody_writes_for_people_who_are_not_there_yet_is_heeded_too(situation: Situation) -> None:
    asking = replace(situation, conversation=replace(situation.conversation, pending=AskingQuestion("health")))

    assert not wonders(asking, message(STRANGE))
    assert matters(asking, message(STRANGE))
    assert "[112](tel:112)" in said(replace(asking, meanings={STRANGE: ALARMING}), STRANGE)[0]


def test_who_reads_what_may_be_an_emergency_sees_that_even_if_the_place_is_asked_first(situation: Situation) -> None:
    asking = replace(situation, conversation=replace(situation.conversation, pending=AskingQuestion("health")))
    asked = respond(replace(asking, meanings={STRANGE: ALARMING}), message(STRANGE)).conversation
    (opened,) = respond(replace(situation, conversation=asked), message("Elmshorn")).events

    assert isinstance(opened, CaseOpened)
    assert opened.case.flags == ("concern",)


def test_a_case_that_waits_is_marked_and_the_numbers_are_said_once(situation: Situation) -> None:
    waiting = replace(situation, case=WAITING, meanings={STRANGE: ALARMING})
    first = respond(waiting, message(STRANGE))
    (passed_on,) = first.events
    assert isinstance(passed_on, PassedOn)
    assert passed_on.case.flags == ("concern",)
    assert "[112](tel:112)" in first.messages[0].text

    for marked in (passed_on.case, replace(WAITING, flags=("crisis",))):
        again = respond(replace(waiting, case=marked), message(STRANGE))
        assert not any("112" in each.text for each in again.messages)
        assert [type(each) for each in again.events] == [PassedOn]


def test_a_press_or_a_command_means_nothing_more(situation: Situation) -> None:
    asking = replace(situation, conversation=replace(situation.conversation, pending=AskingQuestion("health")))

    assert not matters(asking, message("/menu"))
    assert not matters(asking, replace(message(""), choice="nav:menu"))


def test_learning_tells_emergencies_from_what_only_sounds_so() -> None:
    emergency = np.array([[1, 0.2, 0], [1, -0.2, 0.1]], np.float32)
    harmless = np.array([[0.2, 1, 0]], np.float32)
    ordinary = np.array([[0, 0, 1]] * 50, np.float32)
    alarm = learn(emergency, harmless, ordinary)

    assert all(alarm.goes_off(each) for each in emergency)
    assert not any(alarm.goes_off(each) for each in (*harmless, *ordinary))


def test_vectors_that_are_all_the_same_teach_nothing_and_raise_no_alarm() -> None:
    same = np.ones((3, 2), np.float32)

    assert not learn(same, same, same).goes_off(same[0])


def test_there_are_examples_in_every_language(content: Content) -> None:
    for language in LANGUAGES:
        file = yaml.load((ROOT / "knowledge" / "alarms" / f"{language}.yaml").read_text("utf-8"), yaml.BaseLoader)
        assert min(len(file["emergency"]), len(file["harmless"])) >= 200, language


def test_no_message_we_measure_with_was_learned_from(content: Content) -> None:
    assert not set(content.alarms.texts) & {text for kinds in UNFORESEEN.values() for texts in kinds.values() for text in texts}


@pytest.fixture(scope="module")
def embedder() -> E5:
    found = load_embedder()
    if found is None:
        pytest.skip("this machine cannot compare what texts mean")
    return found


def test_most_emergencies_are_noticed_in_words_nobody_foresaw(content: Content, embedder: E5) -> None:
    knowing, noticed = understood(content, embedder, ROOT), Counter[tuple[str, str]]()
    for language, kinds in UNFORESEEN.items():
        for kind, texts in kinds.items():
            for text in texts:
                meaning = embedder.question(readable(text))
                noticed[kind, language] += bool(knowing.crises.recognise(text)) or knowing.may_be_emergency([meaning])
    of_20 = {kind: [noticed[kind, language] for language in LANGUAGES] for kind in ("emergency", "harmless")}

    assert sum(of_20["emergency"]) >= 0.8 * 240
    assert min(of_20["emergency"]) >= 0.6 * 20
    assert sum(of_20["harmless"]) <= 0.1 * 240
