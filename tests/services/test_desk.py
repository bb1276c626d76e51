"""An advisor sees the cases of their own agency, takes one, answers, notes and closes; the newcomer always knows who is there."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.core.cases import CaseError
from bot.core.language import LANGUAGES
from bot.services.desk import MAX_REPLY, Forbidden
from bot.services.ports import Advisor, NotTranslated, Source
from tests.services.fakes import AMINA, BEATE, CARL, COLLEAGUE, JENS, OKSANA, QUESTION, World


async def test_an_agency_has_its_own_cases_in_its_queue(world: World) -> None:
    aminas = await world.asks_for_a_person(AMINA, "ar", place="Elmshorn")
    oksanas = await world.asks_for_a_person(OKSANA, "pl", place="Tornesch")
    assert [case.id for case in world.parts.desk.queue(BEATE)] == [aminas.id]
    assert [case.id for case in world.parts.desk.queue(JENS)] == [oksanas.id]


async def test_a_case_comes_with_the_question_and_the_way_so_far(world: World) -> None:
    await world.arrives(AMINA, "ar")
    await world.presses(AMINA, "topic:papers", "nav:person")
    await world.writes(AMINA, QUESTION)
    await world.writes(AMINA, "Elmshorn")
    case = world.case(AMINA)
    assert (case.question, case.place, case.topic, case.trail[:1]) == (QUESTION, "Elmshorn", "papers", ("topic:papers",))


@pytest.mark.parametrize(
    "who", [JENS, CARL, replace(JENS, role="admin")], ids=["other agency", "disabled", "other agency's admin"]
)
async def test_who_has_no_access_can_do_nothing_with_a_case_and_learns_nothing_of_it(who: Advisor, world: World) -> None:
    case = await world.asks_for_a_person()
    desk = world.parts.desk
    acts: list[Callable[[str], object]] = [
        lambda id: desk.view(who, id),
        lambda id: desk.claim(who, id),
        lambda id: world.parts.sending.send_canned(who, id, "canned_coming"),
        lambda id: desk.note(who, id, "Notiz"),
        lambda id: desk.close(who, id),
    ]
    for id in (case.id, "no-such-case"):
        for act in acts:
            with pytest.raises(Forbidden):
                act(id)
        with pytest.raises(Forbidden):
            await desk.reply(who, id, "Hallo")
    assert world.case(AMINA) == case


def test_a_disabled_advisor_sees_no_queue(world: World) -> None:
    with pytest.raises(Forbidden):
        world.parts.desk.queue(CARL)


async def test_claiming_tells_the_newcomer_by_name_who_is_there_and_silences_the_bot(world: World) -> None:
    case = await world.asks_for_a_person()
    claimed = world.parts.desk.claim(BEATE, case.id)
    assert (claimed.status, claimed.advisor) == ("active", "beate")
    assert "Beate Petersen" in world.told(AMINA)[-1]
    assert await world.writes(AMINA, "شكرا") == []


async def test_of_two_who_claim_one_wins_and_the_other_learns_who(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    with pytest.raises(CaseError) as error:
        world.parts.desk.claim(COLLEAGUE, case.id)
    assert (error.value.reason, error.value.holder) == ("taken", "beate")


async def test_claiming_twice_changes_nothing_and_says_nothing(world: World) -> None:
    case = await world.asks_for_a_person()
    claimed = world.parts.desk.claim(BEATE, case.id)
    told = world.told(AMINA)
    assert world.parts.desk.claim(BEATE, case.id) == claimed == world.case(AMINA)
    assert world.told(AMINA) == told


async def test_a_reply_is_translated_labelled_and_keeps_the_german_original(world: World) -> None:
    case = await world.asks_for_a_person()
    await world.parts.desk.reply(BEATE, case.id, "  Bitte bringen Sie den Brief mit. ")
    reply = world.lines(AMINA)[-1].message
    assert reply is not None
    assert (reply.text, reply.original) == ("[de→ar] Bitte bringen Sie den Brief mit.", "Bitte bringen Sie den Brief mit.")
    assert (reply.author, reply.language, reply.label) == ("advisor", "ar", "machine")
    assert reply.note == world.phrase("note_machine", "ar")


async def test_a_reply_that_cannot_be_translated_arrives_in_german_with_an_apology(world: World) -> None:
    case = await world.asks_for_a_person()
    world.translator.failure = NotTranslated("too_slow")
    await world.parts.desk.reply(BEATE, case.id, "Guten Tag")
    reply = world.lines(AMINA)[-1].message
    assert reply is not None
    assert (reply.text, reply.language, reply.label) == ("Guten Tag", "de", "untranslated")
    assert reply.note == world.phrase("note_untranslated", "ar")


async def test_answering_a_case_that_nobody_has_claims_it(world: World) -> None:
    case = await world.asks_for_a_person()
    await world.parts.desk.reply(BEATE, case.id, "Guten Tag")
    assert (world.case(AMINA).status, world.case(AMINA).advisor) == ("active", "beate")
    assert "Beate Petersen" in world.told(AMINA)[-2]


async def test_a_reply_to_a_case_that_was_taken_during_the_translation_is_refused(world: World) -> None:
    case = await world.asks_for_a_person()
    world.translator.gate = asyncio.Event()
    late = asyncio.create_task(world.parts.desk.reply(BEATE, case.id, "Guten Tag"))
    await asyncio.sleep(0)
    world.parts.desk.claim(COLLEAGUE, case.id)
    world.translator.gate.set()
    with pytest.raises(CaseError, match="taken"):
        await late
    assert not any("Guten Tag" in text for text in world.told(AMINA))


@pytest.mark.parametrize("text", ["", "  \n", "x" * (MAX_REPLY + 1)])
async def test_an_empty_or_endless_reply_or_note_is_refused(text: str, world: World) -> None:
    case = await world.asks_for_a_person()
    with pytest.raises(ValueError, match="characters"):
        await world.parts.desk.reply(BEATE, case.id, text)
    with pytest.raises(ValueError, match="characters"):
        world.parts.desk.note(BEATE, case.id, text)
    assert world.case(AMINA) == case


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_canned_reply_arrives_in_the_newcomers_language(language: str, world: World) -> None:
    case = await world.asks_for_a_person(AMINA, language)
    for reply in world.parts.desk.canned(language):
        advisor = replace(BEATE, agency=case.agency)
        world.parts.sending.send_canned(advisor, case.id, reply.key)
        message = world.lines(AMINA)[-1].message
        assert message is not None
        assert (message.text, message.language, message.label) == (world.phrase(reply.key, language), language, "")
        assert message.original == (None if language == "de" else world.phrase(reply.key, "de"))


async def test_a_canned_reply_that_does_not_exist_is_refused(world: World) -> None:
    case = await world.asks_for_a_person()
    for key in ("canned_unknown", "menu"):
        with pytest.raises(ValueError, match="canned"):
            world.parts.sending.send_canned(BEATE, case.id, key)


async def test_a_note_is_for_the_agency_and_never_reaches_the_newcomer(world: World) -> None:
    case = await world.asks_for_a_person()
    told = world.told(AMINA)
    world.parts.desk.note(BEATE, case.id, " ruft Montag an ")
    assert [note.text for note in world.parts.desk.view(COLLEAGUE, case.id).notes] == ["ruft Montag an"]
    assert world.told(AMINA) == told
    await world.outbox().deliver_due("telegram")
    assert not any("Montag" in text for text in world.channel.texts(AMINA))


async def test_closing_gives_the_word_back_to_the_bot(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    world.parts.desk.close(BEATE, case.id)
    assert world.told(AMINA)[-2] == world.phrase("felt", "ar")
    assert world.told(AMINA)[-1].startswith(world.phrase("case_closed", "ar"))
    assert world.conversation(AMINA).owner == "bot"
    assert await world.writes(AMINA, "/menu")
    assert world.parts.desk.queue(BEATE) == []
    assert [each.id for each in world.parts.desk.queue(BEATE, closed=True)] == [case.id]


async def test_an_old_yes_to_keeping_the_chat_does_not_make_the_bot_speak_to_who_talks_to_a_human(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    said = await world.presses(AMINA, "consent:yes")
    assert said[0].text == world.phrase("case_active", "ar")


async def test_a_closed_case_takes_no_replies_and_is_not_closed_again(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.close(BEATE, case.id)
    with pytest.raises(CaseError, match="closed"):
        await world.parts.desk.reply(BEATE, case.id, "Noch etwas")
    with pytest.raises(CaseError, match="closed"):
        world.parts.desk.close(BEATE, case.id)


async def test_a_colleague_does_not_close_anothers_case(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    with pytest.raises(CaseError) as error:
        world.parts.desk.close(COLLEAGUE, case.id)
    assert (error.value.reason, error.value.holder) == ("not_yours", "beate")


async def test_the_history_tells_what_happened_by_whom(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    world.parts.desk.close(BEATE, case.id)
    history = [(line.what, line.advisor) for line in world.parts.desk.view(BEATE, case.id).history]
    assert history == [("opened", None), ("claimed", "beate"), ("closed", "beate")]


async def test_a_case_shows_only_what_was_said_since_it_was_opened(world: World) -> None:
    await world.arrives(AMINA, "ar")
    await world.writes(AMINA, "سؤال قديم لا يخص الحالة")
    await world.presses(AMINA, "nav:person", "case:papers")
    await world.writes(AMINA, QUESTION)
    await world.writes(AMINA, "Elmshorn")
    await world.writes(AMINA, "انتظر الجواب")
    texts = [line.text for line in world.parts.desk.view(BEATE, world.case(AMINA).id).lines]
    assert "انتظر الجواب" in texts
    assert "سؤال قديم لا يخص الحالة" not in texts


async def test_what_the_newcomer_writes_to_an_advisor_is_translated_beside_the_original(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    await world.writes(AMINA, "شكرا")
    line = world.parts.desk.view(BEATE, case.id).lines[-1]
    assert (line.text, line.translation) == ("شكرا", "[ar→de] شكرا")


async def test_a_newcomer_who_ends_the_conversation_is_with_the_bot_again_and_may_ask_anew(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    said = await world.presses(AMINA, "case:end")
    assert said[0].text.startswith(world.phrase("case_ended_by_you", "ar"))
    assert world.conversation(AMINA).owner == "bot"
    await world.presses(AMINA, "nav:person", "case:new", "case:papers")
    await world.writes(AMINA, "سؤال آخر")
    if world.conversation(AMINA).pending is not None:
        await world.writes(AMINA, "Elmshorn")
    assert world.case(AMINA).id != case.id


async def test_there_is_one_open_case_per_person_however_often_they_ask(world: World) -> None:
    case = await world.asks_for_a_person()
    await world.presses(AMINA, "nav:person", "case:work", "nav:person")
    assert world.case(AMINA).id == case.id


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_transition_of_a_case_has_words_in_the_newcomers_language(language: str, world: World) -> None:
    case = await world.asks_for_a_person(AMINA, language)
    advisor = replace(BEATE, agency=case.agency)

    def heard(key: str) -> None:
        """Check that the newest words are this phrase, in the newcomer's own language."""
        newest = [line.message for line in world.lines(AMINA)[-3:] if line.message]
        found = world.parts.content.phrases.find(key, language)
        assert found.language == language
        fixed = max(found.text.replace("}", "{").split("{")[::2], key=len).strip()
        assert any(fixed in message.text and message.language == language for message in newest), key

    heard("case_opened")
    heard("case_promise")
    world.clock.advance(minutes=11)
    await world.writes(AMINA, "?")
    heard("passed_on")
    await world.presses(AMINA, "nav:person")
    heard("case_waiting")
    world.clock.advance(days=30)
    await world.parts.timers.fire_due()
    heard("case_delayed")
    world.parts.desk.claim(advisor, case.id)
    heard("case_taken")
    await world.presses(AMINA, "nav:menu")
    heard("case_active")
    world.parts.desk.close(advisor, case.id)
    heard("case_closed")
    await world.presses(AMINA, "nav:person")
    heard("case_same")
    await world.presses(AMINA, "case:again")
    heard("case_reopened")
    await world.presses(AMINA, "case:end")
    heard("case_ended_by_you")


async def test_what_beate_writes_in_a_group_is_sent_and_noted_once_however_often_it_is_delivered(world: World) -> None:
    case = await world.asks_for_a_person()
    desk = world.parts.desk
    for _ in range(2):
        await desk.reply(BEATE, case.id, "Guten Tag", source=Source(-1001, 7, 3))
        desk.note(BEATE, case.id, "Ruft an", source=Source(-1001, 8, 3))
    assert sum("Guten Tag" in told for told in world.told(AMINA)) == 1
    assert [note.text for note in desk.view(BEATE, case.id).notes] == ["Ruft an"]
    line = world.lines(AMINA)[-1].n
    with world.parts.store.transaction() as tx:
        assert [tx.source(-1001, message) for message in (7, 8)] == [(case.id, f"line:{line}"), (case.id, "note:0")]


async def test_what_the_bot_says_in_a_case_can_be_read_in_german(world: World) -> None:
    case = await world.asks_for_a_person()
    await world.writes(AMINA, "زوجي يضربني")
    await world.parts.desk.reply(BEATE, case.id, "Guten Tag")
    world.parts.desk.close(BEATE, case.id)
    said = [line.message for line in world.parts.desk.view(BEATE, case.id).lines if line.author == "bot"]
    assert [each.language for each in said if each] == ["ar"] * len(said)
    german = "\n".join((each.german or "–") for each in said if each)
    for words in ("case_opened", "case_promise", "emergency_end", "case_taken", "felt", "case_closed"):
        assert world.phrase(words, "de") in german
    assert "\n–\n" not in german


async def test_read_in_german_it_is_the_same_site_and_the_same_hour_that_are_promised(world: World) -> None:
    """Whoever speaks Arabic is sent where that is spoken; that somebody reads along in German changes nothing about it."""
    sites = world.parts.content.network.sites
    arabic, german = replace(sites["example-elmshorn"], languages=("ar",)), replace(sites["example-wedel"], languages=("de",))
    two = {each.id: each for each in (arabic, german)}
    world.parts.content = replace(world.parts.content, network=world.parts.content.network.only(two))
    case = await world.asks_for_a_person()
    said = [line.message for line in world.parts.desk.view(BEATE, case.id).lines if line.message]
    assert case.site == "example-elmshorn"
    assert not any(german.name in (each.german or "") for each in said)
    assert any(arabic.name in (each.german or "") for each in said)
    for each in said:
        assert each.german is None or set(re.findall(r"\d\d:\d\d", each.text)) == set(re.findall(r"\d\d:\d\d", each.german))


async def test_who_reads_german_gets_no_second_text(world: World) -> None:
    await world.asks_for_a_person(language="de", question="Ich habe einen Brief.")
    assert [line.message.german for line in world.lines(AMINA) if line.message] == [None] * len(world.told(AMINA))


async def test_of_a_site_that_is_no_longer_listed_no_empty_name_is_said(world: World) -> None:
    case = await world.asks_for_a_person()
    id = await world.books()
    network = world.parts.content.network
    others = {site.id: site for site in network.sites.values() if site.agency != "example-a"}
    world.parts.content = replace(world.parts.content, network=network.only(others))
    promise = await world.presses(AMINA, "nav:person")
    world.parts.casework.release(BEATE, world.parts.desk.claim(BEATE, case.id).id)
    own = await world.presses(OKSANA, "nav:appointments")
    asked = await world.presses(OKSANA, f"book:off:{id}")
    assert world.phrase("site_unlisted", "uk") in own[0].text + asked[0].text
    for text in (*(said.text for said in (*promise, *own, *asked)), *world.told(AMINA)[-2:]):
        assert "example-" not in text
        assert not re.search(r"\. ?[.,]|, ?[.,]|\*\*\*\*", text), text
