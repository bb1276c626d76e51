"""In the group of an agency that wants it, every case has a topic where the conversation goes on, both ways."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.core.attachments import LARGEST
from bot.core.content import Content
from bot.core.messages import Attachment
from bot.services.ports import DeliveryError
from tests.adapters.telegram.staffroom import StaffRoom, make_room, open_world
from tests.botapi import PICTURE, Bot, BotApi, Message
from tests.services.fakes import AMINA, BEATE, BLOCKED, COLLEAGUE, JENS, QUESTION, World

PHOTO = Attachment("photo", "photo.jpg", "image/jpeg", PICTURE)
LETTER = Attachment("document", "brief.pdf", "application/pdf", b"%PDF-1.4 letter")


@pytest.fixture
def world(tmp_path: Path, content: Content) -> Iterator[World]:
    world = open_world(tmp_path, content)
    yield world
    world.parts.store.close()


@pytest.fixture
def room(api: BotApi, staff: Bot, world: World) -> StaffRoom:
    return make_room(api, staff, world)


def says(message: Message, words: str) -> bool:
    return words in message.text


# --- What a topic shows --------------------------------------------------------------------------


async def test_a_case_gets_a_topic_with_the_hand_over_card_and_nothing_personal_in_its_title(room: StaffRoom) -> None:
    async with room.working():
        case = await room.world.asks_for_a_person()
        topic = await room.topic(case)
        card = room.messages(topic)[0]
    assert topic.name == f"🔔 #{case.number} · Papiere und Aufenthalt · Arabisch"
    for words in ("wartet", "Arabisch", "Ort: Elmshorn", QUESTION, f"Frage: [ar→de] {QUESTION}", "/note"):
        assert words in card.text
    assert card.labels == ["Übernehmen", "In der Konsole öffnen"]
    assert room.api.messages(room.other) == []


async def test_what_the_newcomer_writes_stands_there_in_german_and_as_it_was_said_in_order(room: StaffRoom) -> None:
    async with room.working():
        case = await room.world.asks_for_a_person()
        topic = await room.topic(case)
        for text in ("أولا", "ثانيا", "ثالثا"):
            await room.world.writes(AMINA, text)
        last = await room.sees(topic, "ثالثا")
    heard = [text for text in room.shown(topic) if text.startswith("👤")]
    assert heard[-3:] == [f"👤 [ar→de] {text}\n\n{text}" for text in ("أولا", "ثانيا", "ثالثا")]
    assert [entity["type"] for entity in last.entities] == ["expandable_blockquote"]


async def test_an_edit_of_the_newcomers_changes_what_stands_there(room: StaffRoom) -> None:
    async with room.working():
        topic = await room.topic(await room.world.asks_for_a_person())
        await room.world.writes(AMINA, "الثلاثاء", external_id="m1")
        message = await room.sees(topic, "الثلاثاء")
        for text in ("الأربعاء", "الخميس"):
            await room.world.writes(AMINA, text, kind="edit", edits="m1", external_id=f"e-{text}")
            await room.api.wait(partial(says, message, text))
    assert message.text == "👤 ✏️ [ar→de] الخميس\n\nالخميس"


async def test_photos_and_documents_come_along_and_a_picture_that_telegram_refuses_comes_as_a_file(room: StaffRoom) -> None:
    broken = replace(PHOTO, data=b"\xff\xd8\xff no picture")
    async with room.working():
        topic = await room.topic(await room.world.asks_for_a_person())
        await room.world.writes(AMINA, "هذا", attachment=PHOTO)
        await room.world.writes(AMINA, "", attachment=LETTER)
        room.api.fault("sendPhoto")
        await room.sees(topic, "📎")
        room.api.fault("sendPhoto", status=400, description="Bad Request: PHOTO_INVALID_DIMENSIONS")
        await room.world.writes(AMINA, "صورة", attachment=broken)
        await room.sees(topic, "صورة")
    files = [message.attachment for message in room.messages(topic) if message.attachment]
    assert [(file.kind, file.data) for file in files] == [
        ("photo", PICTURE),
        ("document", LETTER.data),
        ("document", broken.data),
    ]
    assert room.messages(topic)[-1].text == "👤 [ar→de] صورة\n\nصورة"


async def album(room: StaffRoom, *files: Attachment) -> None:
    """Let Amina send files at once: Telegram brings them one by one, the caption with the first."""
    for n, file in enumerate(files):
        await room.world.writes(AMINA, "" if n else "رسالتان", attachment=file, album="an album")


async def test_an_album_comes_along_as_one_when_no_more_of_it_comes(room: StaffRoom) -> None:
    second = replace(PHOTO, data=PICTURE + b"2")
    async with room.working():
        topic = await room.topic(await room.world.asks_for_a_person())
        shown = len(room.messages(topic))
        await album(room, PHOTO, second)
        await room.world.writes(AMINA, "بعد ذلك")
        await room.later(0.01, lambda: any("بعد ذلك" in text for text in room.shown(topic)))
    first, last, after = room.messages(topic)[shown:]
    assert [each.attachment and each.attachment.data for each in (first, last)] == [PHOTO.data, second.data]
    assert first.album is not None
    assert (first.album, last.text) == (last.album, "")
    assert first.text == "👤 [ar→de] رسالتان\n\nرسالتان"
    assert after.text.startswith("👤 [ar→de] بعد ذلك")


@pytest.mark.parametrize("trouble", ["refused", "mixed"])
async def test_an_album_that_telegram_does_not_take_comes_file_by_file(room: StaffRoom, trouble: str) -> None:
    async with room.working():
        topic = await room.topic(await room.world.asks_for_a_person())
        shown = len(room.messages(topic))
        if trouble == "refused":
            room.api.fault("sendMediaGroup", status=400, description="Bad Request: group send failed")
        await album(room, PHOTO, LETTER)
        await room.later(0.01, lambda: len(room.messages(topic)) == shown + 2)
    kinds = [message.attachment and message.attachment.kind for message in room.messages(topic)[shown:]]
    assert kinds == (["photo", "document"] if trouble == "refused" else ["document", "document"])
    assert room.messages(topic)[shown].text == "👤 [ar→de] رسالتان\n\nرسالتان"


async def test_a_late_file_of_an_album_follows_it(room: StaffRoom) -> None:
    async with room.working():
        topic = await room.topic(await room.world.asks_for_a_person())
        shown = len(room.messages(topic))
        await album(room, PHOTO, PHOTO)
        await room.later(0.01, lambda: len(room.messages(topic)) == shown + 2)
        await room.world.writes(AMINA, "", attachment=LETTER, album="an album")
        await room.later(0.01, lambda: len(room.messages(topic)) == shown + 3)
    last = room.messages(topic)[-1]
    assert last.attachment is not None
    assert last.attachment.data == LETTER.data


async def test_a_long_text_becomes_several_messages_and_an_edit_of_it_fewer(room: StaffRoom) -> None:
    async with room.working():
        topic = await room.topic(await room.world.asks_for_a_person())
        before = len(room.messages(topic))
        await room.world.writes(AMINA, "ا" * 3500, external_id="m1")
        await room.api.wait(lambda: len(room.messages(topic)) == before + 2)
        await room.world.writes(AMINA, "قصير", kind="edit", edits="m1", external_id="e1")
        await room.api.wait(lambda: len(room.messages(topic)) == before + 1)
    assert room.messages(topic)[-1].text == "👤 ✏️ [ar→de] قصير\n\nقصير"


async def test_what_is_done_in_the_console_shows_in_the_topic(room: StaffRoom) -> None:
    desk, world = room.world.parts.desk, room.world
    async with room.working():
        case = await world.asks_for_a_person()
        topic = await room.topic(case)
        desk.claim(BEATE, case.id)
        await room.api.wait(lambda: topic.name.endswith("Arabisch · Beate Petersen"))
        await room.sees(topic, "Übernommen von Beate Petersen")
        await room.api.wait(lambda: room.messages(topic)[0].labels == ["In der Konsole öffnen"])
        desk.note(BEATE, case.id, "Ruft morgen zurück")
        await room.sees(topic, "📝 Beate Petersen: Ruft morgen zurück")
        await desk.reply(BEATE, case.id, "Guten Tag")
        said = await room.sees(topic, "💬 Beate Petersen: Guten Tag")
        assert said.text.endswith("\n\n[de→ar] Guten Tag")
        await world.deliver()
        desk.close(BEATE, case.id)
        world.parts.live.touch("delivered")
        await room.api.wait(lambda: topic.closed)
        assert topic.name.startswith("✅")
        assert "Abgeschlossen von Beate Petersen" in room.shown(topic)
        world.parts.casework.reopen(BEATE, case.id)
        await room.api.wait(lambda: not topic.closed and topic.name.startswith("💬"))
        await room.sees(topic, "Wieder aufgenommen von Beate Petersen")


async def test_a_crisis_changes_the_title_and_is_said(room: StaffRoom) -> None:
    async with room.working():
        topic = await room.topic(await room.world.asks_for_a_person())
        await room.world.writes(AMINA, "أريد أن أموت")
        await room.sees(topic, "🆘")
        await room.api.wait(lambda: topic.name.startswith("🆘"))


async def test_another_agency_sees_that_a_case_left_and_nothing_after_that(room: StaffRoom) -> None:
    world = room.world
    async with room.working():
        case = await world.asks_for_a_person()
        topic = await room.topic(case)
        world.parts.desk.claim(BEATE, case.id)
        world.parts.casework.transfer(BEATE, case.id, "example-tornesch", "Bitte auf Arabisch")
        await world.presses(AMINA, "case:pass:yes:example-tornesch")
        await room.api.wait(lambda: topic.closed)
        await world.writes(AMINA, "سر")
        world.parts.live.touch("staff")
        await world.parts.timers.fire_due()
        await room.api.wait_message(room.other, contains=f"#{case.number}")
    assert topic.name.startswith("↪️")
    assert room.shown(topic)[-1] == "Weitergegeben an: Beispiel-Träger B"
    assert not any("سر" in text for text in (*room.shown(topic), *(m.text for m in room.api.messages(room.other))))


async def test_the_topic_of_a_case_that_was_taken_back_is_deleted_though_it_was_closed(room: StaffRoom) -> None:
    world = room.world
    async with room.working():
        case = await world.asks_for_a_person()
        topic = await room.topic(case)
        for advisor, site in ((BEATE, "example-tornesch"), (JENS, case.site)):
            world.parts.casework.transfer(advisor, case.id, site, "Bitte auf Arabisch")
            await world.presses(AMINA, f"case:pass:yes:{site}")
        world.parts.desk.claim(BEATE, case.id)
        world.parts.desk.close(BEATE, case.id)
        await room.api.wait(lambda: topic.closed)
        await world.presses(AMINA, "consent:no:partner:example-a")
        world.parts.live.touch("staff")
        await room.api.wait(lambda: topic.deleted)


# --- What advisors write -------------------------------------------------------------------------


async def test_an_answer_in_the_topic_reaches_the_newcomer_in_their_language_and_is_marked_when_it_did(room: StaffRoom) -> None:
    async with room.working():
        case = await room.world.asks_for_a_person()
        topic = await room.topic(case)
        answer = await room.answers(topic, "Kommen Sie am Dienstag.")
        echo = await room.sees(topic, "→ [de→ar] Kommen Sie am Dienstag.")
        assert echo.reply_to is answer
        await room.world.parts.afterwards.work()
        await room.api.wait(lambda: echo.edits)
        assert echo.text.endswith("\n\nZurückübersetzt: [ar→de] [de→ar] Kommen Sie am Dienstag.")
        assert answer.reactions == {}
        await room.world.outbox().deliver_due("telegram")
        await room.api.wait(lambda: answer.reactions)
    assert room.world.channel.texts(AMINA)[-1] == "[de→ar] Kommen Sie am Dienstag."
    assert answer.reactions == {room.token.id: ["👍"]}
    assert room.world.case(AMINA).advisor == "beate"


async def test_who_reads_german_needs_no_echo(room: StaffRoom) -> None:
    async with room.working():
        topic = await room.topic(await room.world.asks_for_a_person(language="de", question="Mein Pass ist weg"))
        answer = await room.answers(topic, "Kommen Sie am Dienstag.")
        await room.world.outbox().deliver_due("telegram")
        await room.api.wait(lambda: answer.reactions)
    assert not any("Dienstag" in text for text in room.shown(topic))


async def test_an_edited_answer_is_edited_at_the_newcomers_too(room: StaffRoom) -> None:
    async with room.working():
        topic = await room.topic(await room.world.asks_for_a_person())
        answer = await room.answers(topic, "Kommen Sie am Dienstag.")
        echo = await room.sees(topic, "Dienstag")
        await room.world.deliver()
        number = room.world.lines(AMINA)[-1].n
        room.beate.edit(answer, "Kommen Sie am Mittwoch.")
        await room.api.wait(lambda: "Mittwoch" in echo.text)
        await room.world.outbox().deliver_due("telegram")
    (edited,) = room.world.channel.delivered
    assert (edited.n, edited.message.text, edited.sent_as) == (number, "[de→ar] Kommen Sie am Mittwoch.", (str(number),))
    assert room.world.lines(AMINA)[-1].edited


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (DeliveryError("Bad Request", permanent=True), "Die Person hat diese Nachricht nicht bekommen."),
        (BLOCKED, "Die Person hat den Bot blockiert."),
    ],
)
async def test_an_answer_that_does_not_arrive_is_said_under_it(room: StaffRoom, trouble: Exception, words: str) -> None:
    async with room.working():
        topic = await room.topic(await room.world.asks_for_a_person())
        await room.world.deliver()
        answer = await room.answers(topic, "Kommen Sie am Dienstag.")
        room.world.channel.troubles[AMINA] = [None, trouble]  # the first tells who has the case now
        await room.world.outbox().deliver_due("telegram")
        room.world.parts.live.touch("delivered")
        told = await room.sees(topic, f"⚠️ Nicht zugestellt: {words}")
    assert told.reply_to is answer
    assert answer.reactions == {}


async def test_an_answer_that_is_delivered_twice_is_sent_once(room: StaffRoom) -> None:
    async with room.working():
        topic = await room.topic(await room.world.asks_for_a_person())
        await room.answers(topic, "Kommen Sie am Dienstag.")
        await room.answers(topic, "/note Termin angeboten")
        await room.sees(topic, "Dienstag")
        for update in list(room.token.updates.history):
            room.api.redeliver(room.token, update)
        await room.api.wait_taken(room.token)
        case = room.world.case(AMINA)
    assert sum("Dienstag" in told for told in room.world.told(AMINA)) == 1
    assert len(room.world.parts.desk.view(BEATE, case.id).notes) == 1


async def test_an_album_goes_through_picture_by_picture_in_order(room: StaffRoom) -> None:
    async with room.working():
        topic = await room.topic(await room.world.asks_for_a_person())
        room.beate.album(room.group, 3, caption="So geht es", topic=topic)
        await room.api.wait_taken(room.token)
        room.beate.document(room.group, b"%PDF-1.7", topic=topic)
        await room.api.wait_taken(room.token)
    sent = [line.message for line in room.world.lines(AMINA) if line.author == "advisor" and line.message]
    assert [(one.text, one.attachment and one.attachment.data) for one in sent] == [
        ("[de→ar] So geht es", PICTURE + b"\0"),
        ("", PICTURE + b"\1"),
        ("", PICTURE + b"\2"),
        ("", b"%PDF-1.7"),
    ]


async def test_what_cannot_be_passed_on_is_said_and_nothing_is_sent(room: StaffRoom) -> None:
    async with room.working():
        topic = await room.topic(await room.world.asks_for_a_person())
        told = room.world.told(AMINA)
        room.beate.voice(room.group, topic=topic)
        await room.sees(topic, "nur Fotos (JPEG, PNG, WebP) und PDF")
        room.beate.location(room.group, 53.7, 9.6, topic=topic)
        await room.sees(topic, "nur Text, Fotos und PDF")
        room.beate.document(room.group, b"%PDF" + bytes(LARGEST), topic=topic)
        await room.sees(topic, "höchstens 10 MB")
        await room.answers(topic, "/clsoe")
        await room.sees(topic, "Es gibt: /claim, /note, /transfer, /close, /who")
        await room.answers(topic, "/note")
        await room.sees(topic, "Schreiben Sie die Notiz hinter den Befehl")
        await room.answers(topic, "/close@another_bot")
    assert room.world.told(AMINA) == told


async def test_a_note_stays_among_the_staff_and_is_marked(room: StaffRoom) -> None:
    async with room.working():
        case = await room.world.asks_for_a_person()
        topic = await room.topic(case)
        told = room.world.told(AMINA)
        note = await room.answers(topic, "/note Bringt den Bescheid mit")
        await room.api.wait(lambda: note.reactions)
        room.beate.edit(note, "/note Bringt nichts mit")
        await room.sees(topic, "bleibt, wie es ist")
    assert [each.text for each in room.world.parts.desk.view(BEATE, case.id).notes] == ["Bringt den Bescheid mit"]
    assert note.reactions == {room.token.id: ["✍"]}
    assert room.world.told(AMINA) == told


async def test_orders_claim_pass_on_and_close_the_case(room: StaffRoom) -> None:
    async with room.working():
        case = await room.world.asks_for_a_person()
        topic = await room.topic(case)
        await room.answers(topic, "/who")
        await room.sees(topic, f"#{case.number} · Papiere und Aufenthalt · Arabisch: wartet")
        await room.answers(topic, "/claim")
        await room.sees(topic, "Übernommen von Beate Petersen")
        await room.answers(topic, "/transfer nirgends")
        listed = await room.sees(topic, "Die Kürzel:")
        assert "example-uetersen – Beispielstelle Uetersen" in listed.text
        await room.answers(topic, "/transfer example-elmshorn Bitte")
        await room.sees(topic, "Die Anfrage ist schon bei dieser Stelle.")
        await room.answers(topic, "/transfer example-uetersen Wohnt dort")
        await room.sees(topic, "Weitergegeben an: Beispielstelle Uetersen")
        await room.sees(topic, "📝 Beate Petersen: Wohnt dort")
        await room.answers(topic, "/close")
        await room.world.deliver()
        room.world.parts.live.touch("delivered")
        await room.api.wait(lambda: topic.closed)
    with room.world.parts.store.transaction() as tx:
        closed = tx.case(case.id)
    assert closed is not None
    assert (closed.status, closed.site) == ("closed", "example-uetersen")


async def test_the_cards_button_claims(room: StaffRoom) -> None:
    async with room.working():
        topic = await room.topic(await room.world.asks_for_a_person())
        card = room.messages(topic)[0]
        answer = await room.beate.press(card, "Übernehmen").answered()
        await room.api.wait(lambda: "übernommen von Beate Petersen" in card.text)
    assert answer.text == "Sie haben die Anfrage übernommen."
    assert "Ort: Elmshorn" in card.text


async def test_a_colleague_cannot_answer_in_a_case_that_beate_has(room: StaffRoom) -> None:
    async with room.working():
        case = await room.world.asks_for_a_person()
        topic = await room.topic(case)
        room.world.parts.desk.claim(BEATE, case.id)
        told = room.world.told(AMINA)
        room.birte.text(room.group, "Ich mache das", topic=topic)
        await room.sees(topic, "Diese Anfrage hat schon Beate Petersen. Ihre Nachricht ging nicht an die Person.")
        room.jens.text(room.group, "Und ich?", topic=topic)
        await room.sees(topic, "Diese Anfrage gibt es hier nicht mehr.")
    assert room.world.told(AMINA) == told
    assert COLLEAGUE.agency != JENS.agency


async def test_carl_is_told_once_that_his_words_go_nowhere(room: StaffRoom) -> None:
    carl = room.api.person("Carl")
    room.group.add(carl)
    async with room.working():
        topic = await room.topic(await room.world.asks_for_a_person())
        told = room.world.told(AMINA)
        for text in ("Hallo", "/close", "Hört mich jemand?"):
            carl.text(room.group, text, topic=topic)
        room.beate.text(room.group, "Unter uns: Kaffee?")  # not in a case's topic
        await room.api.wait_taken(room.token)
        carl.text(room.group, "/id", topic=topic)
        await room.sees(topic, f"Ihre Telegram-Nummer: {carl.id}")
    assert sum("geht nicht an die Person" in text for text in room.shown(topic)) == 1
    assert room.world.told(AMINA) == told
    assert room.world.case(AMINA).status == "queued"


# --- Alerts in the other groups ------------------------------------------------------------------


async def test_an_alert_loses_its_button_when_the_case_is_claimed_in_the_console(room: StaffRoom) -> None:
    world = room.world
    async with room.working():
        case = await world.asks_for_a_person(language="pl", question="Dzień dobry", place="Tornesch")
        world.clock.time = case.queues_at or world.clock.time
        await world.parts.timers.fire_due()
        await world.parts.timers.fire_due()
        alert = await room.api.wait_message(room.other, contains=f"Neue Anfrage #{case.number}")
        assert alert.labels == ["Übernehmen", "In der Konsole öffnen"]
        world.parts.desk.claim(JENS, case.id)
        await room.api.wait(lambda: alert.labels == ["In der Konsole öffnen"])
    assert alert.text.endswith("übernommen von Jens Hansen")


async def test_words_of_a_crisis_in_a_case_that_somebody_has_alarm_the_group_without_them(room: StaffRoom) -> None:
    world = room.world
    async with room.working():
        case = await world.asks_for_a_person(language="pl", question="Dzień dobry", place="Tornesch")
        world.parts.desk.claim(JENS, case.id)
        await world.writes(AMINA, "mąż mnie bije")
        assert world.case(AMINA).flags == ("crisis",)
        await world.parts.timers.fire_due()
        alarm = await room.api.wait_message(room.other, contains=f"🆘 Notfallworte in Anfrage #{case.number}")
        world.parts.casework.settle(JENS, case.id, "crisis")
    assert alarm.labels == ["In der Konsole öffnen"]
    assert "bije" not in alarm.text
