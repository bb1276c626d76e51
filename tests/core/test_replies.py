"""Follow-ups stay in their subject, several questions are answered one after the other, and honesty leaves a trace."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.consents import Consent
from bot.core.contacts import Asked, Conversation
from bot.core.content import Content
from bot.core.dialogue import fragment, respond, wonders
from bot.core.events import Unanswered
from bot.core.messages import Address, Attachment, InboundMessage
from bot.core.replies import RECENT, several, understandable
from bot.core.talk import Situation, Turn
from tests.clock import TUESDAY, Ids

AMINA = Address("web", "amina")


@pytest.fixture
def situation(content: Content) -> Situation:
    consent = Consent("keep", True, 1, "de", TUESDAY)
    return Situation(content, Conversation("c", "c", AMINA, language="de", consents=(consent,)), TUESDAY, Ids())


def message(text: str = "", **more: object) -> InboundMessage:
    return InboundMessage("web", "1", AMINA, TUESDAY, text=text, **more)  # type: ignore[arg-type]


def shown(turn: Turn, content: Content) -> list[str]:
    """Return the articles that were shown, in order."""
    titles = {article.wording("de").title: article.id for article in content.knowledge.articles.values()}
    headings = [line[2:] for each in turn.messages for line in each.text.split("\n") if line.startswith("# ")]
    return [titles[heading] for heading in headings]


def buttons(turn: Turn) -> list[str]:
    return [choice.id for each in turn.messages for row in each.choices for choice in row]


def phrasing(content: Content, article: str) -> str:
    return content.knowledge.articles[article].wording("de").phrasings[0]


def test_several_questions_in_one_message_are_answered_one_after_the_other(situation: Situation, content: Content) -> None:
    both = f"{phrasing(content, 'rental-deposit')} {phrasing(content, 'kita-place')}"
    turn = respond(situation, message(both))
    assert shown(turn, content) == ["rental-deposit", "kita-place"]
    assert {"nav:menu", "nav:person"} <= set(buttons(turn))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Was ist eine Duldung?"),
        ("de", "was bedeutet duldung"),
        ("en", "What does Duldung mean?"),
        ("ar", "ما معنى Duldung؟"),
        ("uk", "Що таке Duldung?"),
        ("tr", "Duldung ne demek?"),
        ("fa", "Duldung یعنی چه؟"),
        ("ku", "Duldung çi ye?"),
        ("fr", "Qu'est-ce que Duldung ?"),
    ],
)
def test_who_asks_what_a_word_means_gets_it_explained(situation: Situation, language: str, text: str) -> None:
    person = replace(situation.conversation, language=language)
    said = respond(replace(situation, conversation=person), message(text)).messages[0].text
    assert said.startswith("📖")
    assert "Duldung" in said


@pytest.mark.parametrize("text", ["Was ist mit meiner Duldung passiert, sie ist weg", "Duldung verlängern", "Was ist los?"])
def test_another_question_with_such_a_word_is_no_question_for_its_meaning(situation: Situation, text: str) -> None:
    assert not respond(situation, message(text)).messages[0].text.startswith("📖")


def test_a_story_with_one_question_is_one_question() -> None:
    assert several("Ich bin neu hier. Ich habe zwei Kinder. Wo finde ich eine Kita?") == []
    assert several("Wo ist die Kita? Und was kostet sie denn?") == ["Wo ist die Kita?", "Und was kostet sie denn?"]
    assert several("كيف أجد شقة؟ كم تكلف الروضة؟") == ["كيف أجد شقة؟", "كم تكلف الروضة؟"]
    assert len(several("Was ist das? " * 10)) == 3
    assert understandable("Was ist das? Was ist dies?")[1:] == ["Was ist das?", "Was ist dies?"]


def test_a_question_that_goes_on_stays_with_its_subject(situation: Situation, content: Content) -> None:
    asked = Asked("", "kita-fees", (), TUESDAY)
    later = replace(situation, conversation=replace(situation.conversation, asked=asked))
    offered = buttons(respond(later, message("und für mein zweites Kind?")))
    kita = [f"article:{article.id}" for article in content.knowledge.on("kita")]
    assert any(each in offered for each in kita)


def test_a_question_that_goes_on_after_articles_were_offered_stays_with_those(situation: Situation, content: Content) -> None:
    offered = ("rental-deposit", "kita-fees")
    later = replace(situation, conversation=replace(situation.conversation, asked=Asked("", None, offered, TUESDAY)))
    turn = respond(later, message("und qwertz?"))
    assert [each for each in buttons(turn) if each.startswith("article:")] == [f"article:{id}" for id in offered]
    assert turn.conversation.asked == Asked("und qwertz?", None, offered, TUESDAY), "and so does the next one"


def test_whoever_was_offered_an_article_that_is_no_more_is_answered_all_the_same(situation: Situation) -> None:
    later = replace(situation, conversation=replace(situation.conversation, asked=Asked("", None, ("gone",), TUESDAY)))
    assert buttons(respond(later, message("und qwertz?"))) == buttons(respond(situation, message("und qwertz?")))


def test_after_a_while_a_question_goes_on_from_nothing(situation: Situation, content: Content) -> None:
    asked = Asked("", "kita-fees", (), TUESDAY - RECENT - timedelta(seconds=1))
    later = replace(situation, conversation=replace(situation.conversation, asked=asked))
    assert buttons(respond(later, message("und qwertz?"))) == buttons(respond(situation, message("und qwertz?")))


def test_what_was_asked_is_remembered_with_words_only_if_the_chat_is_kept(situation: Situation, content: Content) -> None:
    question = phrasing(content, "rental-deposit")
    kept = respond(situation, message(question)).conversation.asked
    assert kept == Asked(question, "rental-deposit", (), TUESDAY)
    anonymous = replace(situation.conversation, consents=(Consent("keep", False, 1, "de", TUESDAY),))
    bare = respond(replace(situation, conversation=anonymous), message(question)).conversation.asked
    assert bare == Asked("", "rental-deposit", (), TUESDAY)


@pytest.mark.parametrize(("given", "text"), [(True, "qwertz uiop asdf"), (False, "")])
def test_a_question_without_answer_is_noted_with_its_words_only_after_a_yes(situation: Situation, given: bool, text: str) -> None:
    conversation = replace(situation.conversation, consents=(Consent("keep", given, 1, "de", TUESDAY),))
    turn = respond(replace(situation, conversation=conversation), message("qwertz uiop asdf"))
    assert turn.events == (Unanswered("de", text, "unanswered", None),)


def test_an_answer_to_another_question_is_noted(situation: Situation) -> None:
    asked = Asked("Was kostet das Mittagessen?", "kita-fees", ("kita-reduction",), TUESDAY)
    before = replace(situation, conversation=replace(situation.conversation, asked=asked))
    turn = respond(before, message(choice="unfit:"))
    assert turn.events == (Unanswered("de", asked.text, "not_helpful", "kita-fees"),)
    assert "article:kita-reduction" in buttons(turn)
    later = turn.conversation
    again = respond(replace(before, conversation=later, now=before.now + timedelta(minutes=1)), message(choice="unfit:"))
    assert again.events == (), "pressed twice it counts once"
    assert "article:kita-reduction" in buttons(again)


def test_none_of_these_is_noted_once(situation: Situation) -> None:
    asked = Asked("Was kostet das Mittagessen?", None, ("kita-fees",), TUESDAY)
    before = replace(situation, conversation=replace(situation.conversation, asked=asked))
    turn = respond(before, message(choice="none:"))
    assert turn.events == (Unanswered("de", asked.text, "none_of_these", "kita-fees"),)
    again = respond(
        replace(situation, conversation=turn.conversation, now=TUESDAY + timedelta(minutes=1)), message(choice="none:")
    )
    assert again.events == ()


def test_another_language_is_offered_once_and_never_forced(situation: Situation, content: Content) -> None:
    question = content.knowledge.articles["kita-place"].wording("ar").phrasings[0]
    turn = respond(replace(situation, wrote="ar"), message(question))
    assert shown(turn, content) == ["kita-place"]
    assert turn.messages[-1].language == "ar"
    assert next(choice.id for row in turn.messages[-1].choices for choice in row) == "lang:ar"
    assert {"nav:menu", "nav:person"} <= {choice.id for row in turn.messages[-1].choices for choice in row}
    assert turn.conversation.language == "de"
    again = respond(replace(situation, wrote="ar", conversation=turn.conversation), message(question))
    assert "lang:ar" not in buttons(again)


def test_only_a_free_question_needs_understanding(situation: Situation) -> None:
    assert wonders(situation, message("Wie finde ich eine Wohnung?"))
    not_free = [
        message("Menü"),
        message("Wohnung"),
        message("/start"),
        message("ich will sterben"),
        message(choice="nav:menu"),
        message("Foto", attachment=Attachment("photo", "a.jpg", "image/jpeg")),
        message("x", kind="edit"),
    ]
    assert not any(wonders(situation, each) for each in not_free)
    nameless = replace(situation, conversation=replace(situation.conversation, consents=()))
    assert not wonders(nameless, message("Wie finde ich eine Wohnung?"))


def test_a_few_words_without_an_end_may_go_on() -> None:
    assert fragment("ich suche")
    assert not fragment("Wo ist das?")
    assert not fragment("wo finde ich hier eine kita")


def test_what_may_be_an_emergency_has_the_numbers_one_tap_away(situation: Situation, content: Content) -> None:
    asked = Asked("", None, (), TUESDAY)
    before = replace(situation, conversation=replace(situation.conversation, asked=asked))
    question = phrasing(content, "violence-help")
    found = respond(before, message(question + " bitte sagen Sie es mir genau"))
    assert "nav:emergency" in buttons(found)


def test_who_takes_back_the_consent_leaves_no_words_behind(situation: Situation) -> None:
    asked = Asked("Was kostet das Mittagessen?", "kita-fees", (), TUESDAY)
    before = replace(situation, conversation=replace(situation.conversation, asked=asked))
    assert respond(before, message(choice="consent:no")).conversation.asked is None
