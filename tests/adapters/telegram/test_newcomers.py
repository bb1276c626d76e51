"""What newcomers do on Telegram reaches the inbox, and what is stored for them reaches Telegram, with the real aiogram."""

import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.adapters.telegram.newcomers import ALLOWED_UPDATES, COMMANDS, LARGEST_FILE, NewcomersBot
from bot.adapters.telegram.receiver import InvalidToken, Receiver
from bot.core.messages import Address, Attachment, Choice, Coordinates, InboundMessage, OutboundMessage
from bot.core.text import RLM
from bot.services.ports import DeliveryError, OutboxItem
from tests.adapters.telegram.fakes import CONTENT, NOW, PHRASES, FixedClock, MemoryInbox, Pauses, polling, receiving
from tests.botapi import PICTURE, Bot, BotApi, Group, Message, Person
from tests.botapi.calls import Call
from tests.botapi.chats import Membership
from tests.botapi.methods import METHODS, NAMES

WAYS = ("polling", "webhook")
SENT_AT = datetime.fromtimestamp(1_800_000_000, UTC)


@pytest.fixture
async def bot(api: BotApi, newcomers: Bot, inbox: MemoryInbox) -> AsyncIterator[NewcomersBot]:
    channel = NewcomersBot(newcomers.token, inbox, lambda: CONTENT, FixedClock(), api.url)
    yield channel
    await channel.close()


@pytest.fixture
def receiver(api: BotApi, newcomers: Bot, bot: NewcomersBot) -> Receiver:
    return Receiver("newcomers", newcomers.token, api.url, bot.accept, ALLOWED_UPDATES, pause=Pauses())


def to(person: Person, text: str = "Guten Tag", language: str = "de", n: int = 1, **rest: Any) -> OutboxItem:
    """Return a message on its way to a person."""
    said = OutboundMessage(text, language, **rest)
    return OutboxItem(n, "conversation", Address("telegram", str(person.id)), said, 0, "sending")


async def failure(bot: NewcomersBot, item: OutboxItem) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await bot.deliver(item)
    return caught.value


async def confirmed(api: BotApi, newcomers: Bot) -> None:
    """Wait until Telegram counts everything as received."""
    await api.wait(lambda: not newcomers.updates.pending)


async def shown(api: BotApi, bot: NewcomersBot, newcomers: Bot, person: Person, *rows: tuple[Choice, ...]) -> Message:
    """Return a message with buttons as the person sees it."""
    person.start(newcomers)
    await bot.deliver(to(person, choices=rows or ((Choice("topic:kita", "Kita"),),)))
    return api.messages(person)[-1]


# --- In ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
async def test_a_text_reaches_the_inbox(way: str, receiver: Receiver, inbox: MemoryInbox, amina: Person, newcomers: Bot) -> None:
    async with receiving(receiver, way):
        amina.text(newcomers, "أبحث عن سكن")
        message = await inbox.holds(1)
    assert message == InboundMessage(
        source="telegram:100",
        external_id=message.external_id,
        address=Address("telegram", str(amina.id)),
        sent_at=SENT_AT,
        text="أبحث عن سكن",
        language_hint="ar",
    )


@pytest.mark.parametrize("way", WAYS)
async def test_a_redelivered_text_has_the_same_id(
    way: str, api: BotApi, receiver: Receiver, inbox: MemoryInbox, amina: Person, newcomers: Bot
) -> None:
    async with receiving(receiver, way):
        amina.text(newcomers, "Hilfe")
        first = await inbox.holds(1)
        await confirmed(api, newcomers)
        api.redeliver(newcomers, 1000)
        assert await inbox.redeliveries(1) == [first.external_id]


@pytest.mark.parametrize("way", WAYS)
async def test_what_the_inbox_could_not_store_comes_again(
    way: str, receiver: Receiver, inbox: MemoryInbox, amina: Person, newcomers: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    inbox.failing = [RuntimeError("Aminas Geheimnis"), RuntimeError("Aminas Geheimnis")]
    async with receiving(receiver, way):
        amina.text(newcomers, "Hilfe")
        assert (await inbox.holds(1)).text == "Hilfe"
    assert "Geheimnis" not in caplog.text


async def test_ids_do_not_show_the_chat_and_differ(
    receiver: Receiver, inbox: MemoryInbox, amina: Person, oksana: Person, newcomers: Bot
) -> None:
    async with polling(receiver):
        for person in (amina, oksana, amina):
            person.text(newcomers, "Hilfe")
        await inbox.holds(3)
    ids = [message.external_id for message in inbox.messages]
    assert len(set(ids)) == 3
    assert all(len(one) == 33 and one[0] == "m" and str(amina.id) not in one for one in ids)


async def test_the_payload_of_a_link_stays_in_the_text(
    receiver: Receiver, inbox: MemoryInbox, oksana: Person, newcomers: Bot
) -> None:
    async with polling(receiver):
        oksana.start(newcomers, "topic-housing")
        assert (await inbox.holds(1)).text == "/start topic-housing"


async def test_an_edit_names_the_message_it_changes(
    receiver: Receiver, inbox: MemoryInbox, amina: Person, newcomers: Bot
) -> None:
    async with polling(receiver):
        message = amina.text(newcomers, "Kauzion")
        original = await inbox.holds(1)
        amina.edit(message, "Kaution")
        edit = await inbox.holds(2)
    assert (edit.kind, edit.text, edit.edits) == ("edit", "Kaution", original.external_id)
    assert edit.external_id not in (original.external_id, "")
    assert edit.sent_at == SENT_AT


async def test_a_place_that_moves_on_is_no_edit(bot: NewcomersBot, inbox: MemoryInbox, amina: Person) -> None:
    place = {"location": {"latitude": 53.75, "longitude": 9.65}}
    await bot.accept({"update_id": 1, "edited_message": raw(amina) | {"edit_date": 1_800_000_100} | place})
    assert inbox.messages == []


@pytest.mark.parametrize("way", WAYS)
async def test_a_pressed_button_becomes_a_choice_and_is_answered_once(
    way: str, api: BotApi, bot: NewcomersBot, receiver: Receiver, inbox: MemoryInbox, amina: Person, newcomers: Bot
) -> None:
    message = await shown(api, bot, newcomers, amina)
    async with receiving(receiver, way):
        press = amina.press(message, "Kita")
        choice = await inbox.holds(2)
        assert (await press.answered()).text == ""
    assert (choice.choice, choice.text, choice.sent_at) == ("topic:kita", "", NOW)
    assert choice.external_id[0] == "c"
    assert len(api.calls("answerCallbackQuery")) == 1


async def test_a_press_that_comes_too_late_to_be_answered_still_counts(
    api: BotApi, bot: NewcomersBot, receiver: Receiver, inbox: MemoryInbox, amina: Person, newcomers: Bot
) -> None:
    old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    api.fault("answerCallbackQuery", status=400, description=old)
    message = await shown(api, bot, newcomers, amina)
    async with polling(receiver):
        amina.press(message, "Kita")
        assert (await inbox.holds(2)).choice == "topic:kita"
        await api.wait_calls("answerCallbackQuery")
    assert receiver.skipped == 0


async def test_a_redelivered_press_has_the_same_id(
    api: BotApi, bot: NewcomersBot, receiver: Receiver, inbox: MemoryInbox, amina: Person, newcomers: Bot
) -> None:
    message = await shown(api, bot, newcomers, amina)
    async with polling(receiver):
        amina.press(message, "Kita")
        choice = await inbox.holds(2)
        await confirmed(api, newcomers)
        api.redeliver(newcomers, 1001)
        assert await inbox.redeliveries(1) == [choice.external_id]
        await api.wait_calls("answerCallbackQuery", 2)
    assert receiver.skipped == 0


async def test_a_place_is_passed_on(receiver: Receiver, inbox: MemoryInbox, amina: Person, newcomers: Bot) -> None:
    async with polling(receiver):
        amina.location(newcomers, 53.7533, 9.6514)
        message = await inbox.holds(1)
    assert (message.place, message.text) == (Coordinates(53.7533, 9.6514), "")


async def test_a_venue_is_a_place(bot: NewcomersBot, inbox: MemoryInbox, amina: Person) -> None:
    venue = {"venue": {"location": {"latitude": 53.75, "longitude": 9.65}, "title": "Rathaus", "address": "Markt 1"}}
    await bot.accept({"update_id": 1, "message": raw(amina) | venue})
    assert inbox.messages[0].place == Coordinates(53.75, 9.65)


async def test_files_of_an_album_have_the_same_mark_from_which_nobody_can_tell_the_chat(
    receiver: Receiver, inbox: MemoryInbox, amina: Person, newcomers: Bot
) -> None:
    async with polling(receiver):
        (number,) = {message.album for message in amina.album(newcomers, 2, caption="zwei Briefe")}
        amina.photo(newcomers)
        await inbox.holds(3)
    first, second, alone = (message.album for message in inbox.messages)
    assert first == second is not None
    assert alone is None
    assert str(number) not in str(first)


async def test_files_are_fetched_while_there_is_a_case(
    receiver: Receiver, inbox: MemoryInbox, amina: Person, newcomers: Bot
) -> None:
    inbox.keeping = True
    async with polling(receiver):
        amina.photo(newcomers, caption="der Brief")
        amina.document(newcomers, b"%PDF-1.4 Brief", name="Brief.pdf")
        amina.voice(newcomers, b"OggS voice")
        await inbox.holds(3)
    assert inbox.messages[0].text == "der Brief"
    assert [message.attachment for message in inbox.messages] == [
        Attachment("photo", "photo.jpg", "image/jpeg", PICTURE),
        Attachment("document", "Brief.pdf", "application/pdf", b"%PDF-1.4 Brief"),
        Attachment("voice", "voice.oga", "audio/ogg", b"OggS voice"),
    ]


async def test_files_are_not_fetched_without_a_case(
    api: BotApi, receiver: Receiver, inbox: MemoryInbox, amina: Person, newcomers: Bot
) -> None:
    async with polling(receiver):
        amina.document(newcomers, b"%PDF-1.4 Brief", name="Brief.pdf")
        message = await inbox.holds(1)
    assert message.attachment == Attachment("document", "Brief.pdf", "application/pdf", b"")
    assert api.calls("getFile") == []


async def test_very_large_files_are_not_fetched(
    api: BotApi, receiver: Receiver, inbox: MemoryInbox, amina: Person, newcomers: Bot
) -> None:
    inbox.keeping = True
    async with polling(receiver):
        amina.document(newcomers, b"x" * (LARGEST_FILE + 1))
        message = await inbox.holds(1)
    assert message.attachment is not None
    assert message.attachment.data == b""
    assert api.calls("getFile") == []


@pytest.mark.parametrize("fault", [{"status": 404}, {"drop": True, "count": 2}, {"status": 502}])
@pytest.mark.parametrize("method", ["getFile", "download"])
async def test_a_file_that_cannot_be_fetched_does_not_hold_up_the_message(
    method: str, fault: dict[str, Any], api: BotApi, receiver: Receiver, inbox: MemoryInbox, amina: Person, newcomers: Bot,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    inbox.keeping = True
    api.fault(method, **fault)
    async with polling(receiver):
        amina.photo(newcomers, caption="der Brief")
        message = await inbox.holds(1)
    assert (message.text, message.attachment) == ("der Brief", Attachment("photo", "photo.jpg", "image/jpeg", b""))
    assert "a file could not be fetched" in caplog.text
    assert "the-newcomers-token" not in caplog.text


async def test_of_a_contact_only_is_known_that_it_was_one(
    receiver: Receiver, inbox: MemoryInbox, amina: Person, newcomers: Bot
) -> None:
    inbox.keeping = True
    async with polling(receiver):
        amina.contact(newcomers, "+49 176 123456")
        message = await inbox.holds(1)
    assert message.attachment == Attachment("contact", "", "")
    assert "176" not in str(message)


async def test_a_sticker_is_passed_on_by_its_kind(receiver: Receiver, inbox: MemoryInbox, amina: Person, newcomers: Bot) -> None:
    async with polling(receiver):
        amina.sticker(newcomers)
        assert (await inbox.holds(1)).attachment == Attachment("sticker", "", "")


async def test_what_a_client_does_by_itself_is_no_message(bot: NewcomersBot, inbox: MemoryInbox, amina: Person) -> None:
    for service in ({"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}}, {"delete_chat_photo": True}):
        await bot.accept({"update_id": 1, "message": raw(amina) | service})
    assert inbox.messages == []


async def test_blocking_and_unblocking_are_told(receiver: Receiver, inbox: MemoryInbox, amina: Person, newcomers: Bot) -> None:
    async with polling(receiver):
        amina.block(newcomers)
        blocked = await inbox.holds(1)
        amina.unblock(newcomers)
        unblocked = await inbox.holds(2)
    assert (blocked.kind, unblocked.kind) == ("blocked", "unblocked")
    assert blocked.address == unblocked.address == Address("telegram", str(amina.id))
    assert blocked.external_id != unblocked.external_id


@pytest.fixture
def leaving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Teach the local Telegram a method it does not have: a bot goes out of a group."""

    def leave_chat(call: Call) -> bool:
        group = call.chat()
        assert isinstance(group, Group), "a bot cannot leave a private chat"
        group.world.change_membership(group, Membership(call.bot, "left"))
        return True

    monkeypatch.setitem(METHODS, "leaveChat", leave_chat)
    monkeypatch.setitem(NAMES, "leavechat", "leaveChat")


@pytest.mark.usefixtures("leaving")
async def test_groups_are_left_and_nothing_said_there_is_kept(
    api: BotApi, receiver: Receiver, inbox: MemoryInbox, amina: Person, newcomers: Bot
) -> None:
    group = api.group("Nachbarn", members=[amina])
    async with polling(receiver):
        group.add(newcomers)
        amina.text(group, "/start")
        await api.wait(lambda: not group.inside(newcomers))
        amina.text(newcomers, "Hilfe")
        assert (await inbox.holds(1)).text == "Hilfe"
    assert receiver.skipped == 0
    assert api.messages(group) == []


@pytest.mark.usefixtures("leaving")
async def test_a_group_the_bot_found_itself_in_is_left_at_the_first_word(
    api: BotApi, bot: NewcomersBot, inbox: MemoryInbox, amina: Person, newcomers: Bot
) -> None:
    group = api.group("Nachbarn", members=[amina], bots=[newcomers])
    await bot.accept({"update_id": 1, "message": raw(amina) | {"chat": group.json(), "text": "Hallo"}})
    await api.wait(lambda: not group.inside(newcomers))
    assert inbox.messages == []


def raw(person: Person) -> dict[str, Any]:
    """Return the beginning of a message as Telegram writes it."""
    chat = {"id": person.id, "type": "private", "first_name": person.first_name}
    return {"message_id": 7, "date": 1_800_000_000, "chat": chat, "from": person.user()}


# --- Out -----------------------------------------------------------------------------------------


async def test_a_message_arrives_with_its_buttons(api: BotApi, bot: NewcomersBot, newcomers: Bot, amina: Person) -> None:
    message = await shown(api, bot, newcomers, amina, (Choice("topic:kita", "Kita"), Choice("nav:menu", "Menü")))
    assert (message.text, message.labels) == ("Guten Tag", ["Kita", "Menü"])


async def test_the_ids_telegram_gave_are_returned(api: BotApi, bot: NewcomersBot, newcomers: Bot, amina: Person) -> None:
    amina.start(newcomers)
    delivered = await bot.deliver(to(amina, "a" * 5000))
    assert delivered.platform_ids == tuple(str(message.id) for message in api.messages(amina))
    assert [len(message.text) for message in api.messages(amina)] == [4096, 904]


async def test_formatting_note_and_original_arrive_as_meant(
    api: BotApi, bot: NewcomersBot, newcomers: Bot, amina: Person
) -> None:
    amina.start(newcomers)
    await bot.deliver(to(amina, "**مرحبا** <x>", "ar", note="ترجمة آلية", original="Guten Tag"))
    (message,) = api.messages(amina)
    assert message.text == f"{RLM}مرحبا <x>\n\nترجمة آلية\n\nGuten Tag"
    assert [entity["type"] for entity in message.entities] == ["bold", "italic", "expandable_blockquote"]


async def test_sharing_a_place_is_offered_by_a_keyboard(api: BotApi, bot: NewcomersBot, newcomers: Bot, amina: Person) -> None:
    amina.start(newcomers)
    await bot.deliver(to(amina, choices=((Choice("location", "📍 Standort senden"),), (Choice("nav:back", "Zurück"),))))
    text, place = api.messages(amina)
    assert text.labels == ["Zurück"]
    assert (place.text, place.labels, place.buttons[0].asks_location) == ("📍 Standort senden", ["📍 Standort senden"], True)
    assert place.reply_markup is not None
    assert place.reply_markup["one_time_keyboard"]
    assert place.reply_markup["resize_keyboard"]


async def test_a_calendar_file_follows_the_text(api: BotApi, bot: NewcomersBot, newcomers: Bot, amina: Person) -> None:
    amina.start(newcomers)
    file = Attachment("document", "Termin.ics", "text/calendar", b"BEGIN:VCALENDAR")
    await bot.deliver(to(amina, "Ihr Termin", attachment=file))
    text, document = api.messages(amina)
    assert text.text == "Ihr Termin"
    assert document.attachment is not None
    assert (document.attachment.name, document.attachment.data) == ("Termin.ics", b"BEGIN:VCALENDAR")


async def test_an_advisors_photo_is_shown_and_their_pdf_comes_as_a_file(
    api: BotApi, bot: NewcomersBot, newcomers: Bot, amina: Person
) -> None:
    amina.start(newcomers)
    photo, pdf = (
        Attachment("photo", "Plan.png", "image/png", PICTURE),
        Attachment("document", "Antrag.pdf", "application/pdf", b"%PDF-"),
    )
    for n, file in enumerate((photo, pdf), start=1):
        await bot.deliver(to(amina, "", n=n, author="advisor", format="plain", attachment=file))
    kinds = [message.attachment.kind for message in api.messages(amina) if message.attachment]
    assert kinds == ["photo", "document"]


async def test_a_picture_that_is_no_photo_for_telegram_comes_as_a_file(
    api: BotApi, bot: NewcomersBot, newcomers: Bot, amina: Person
) -> None:
    amina.start(newcomers)
    await bot.deliver(to(amina, "", attachment=Attachment("photo", "Plan.png", "image/png", b"as wide as a street")))
    (message,) = api.messages(amina)
    assert message.attachment is not None
    assert (message.attachment.kind, message.attachment.name) == ("document", "Plan.png")


async def test_who_waits_sees_that_an_answer_is_being_written(
    api: BotApi, bot: NewcomersBot, newcomers: Bot, amina: Person
) -> None:
    amina.start(newcomers)
    bot.typing(Address("telegram", str(amina.id)))
    (call,) = await api.wait_calls("sendChatAction", 1)
    assert (call.params["chat_id"], call.params["action"]) == (str(amina.id), "typing")


async def test_somebody_who_blocked_the_bot_is_unreachable(bot: NewcomersBot, newcomers: Bot, amina: Person) -> None:
    amina.start(newcomers)
    amina.block(newcomers)
    error = await failure(bot, to(amina))
    assert (error.permanent, error.unreachable, error.uncertain) == (True, True, False)
    amina.unblock(newcomers)
    await bot.deliver(to(amina))


async def test_somebody_whose_account_is_gone_is_unreachable(
    api: BotApi, bot: NewcomersBot, newcomers: Bot, amina: Person, oksana: Person
) -> None:
    amina.start(newcomers)
    amina.deactivated = True
    for item in (to(amina), to(oksana), replace(to(amina), address=Address("telegram", "42"))):
        error = await failure(bot, item)
        assert error.permanent
        assert error.unreachable


async def test_a_message_telegram_refuses_is_not_tried_again(
    api: BotApi, bot: NewcomersBot, newcomers: Bot, amina: Person
) -> None:
    amina.start(newcomers)
    api.fault("sendMessage", status=400, description="Bad Request: BUTTON_DATA_INVALID")
    for item in (to(amina), to(amina, choices=((Choice("x" * 65, "X"),),))):
        error = await failure(bot, item)
        assert (error.permanent, error.unreachable) == (True, False)


async def test_telegram_says_how_long_to_wait(api: BotApi, bot: NewcomersBot, newcomers: Bot, amina: Person) -> None:
    amina.start(newcomers)
    api.fault("sendMessage", retry_after=17)
    error = await failure(bot, to(amina))
    assert (error.permanent, error.uncertain, error.retry_after) == (False, False, 17)
    assert str(amina.id) not in str(error)


async def test_trouble_at_telegram_is_tried_again(api: BotApi, bot: NewcomersBot, newcomers: Bot, amina: Person) -> None:
    amina.start(newcomers)
    api.fault("sendMessage", status=502)
    error = await failure(bot, to(amina))
    assert (error.permanent, error.uncertain, error.retry_after) == (False, False, None)
    await bot.deliver(to(amina))
    assert len(api.messages(amina)) == 1


async def test_a_cut_after_sending_is_uncertain(api: BotApi, bot: NewcomersBot, newcomers: Bot, amina: Person) -> None:
    amina.start(newcomers)
    api.fault("sendMessage", drop=True)
    error = await failure(bot, to(amina))
    assert (error.permanent, error.uncertain) == (False, True)
    assert len(api.messages(amina)) == 1


async def test_a_server_that_cannot_be_reached_got_nothing(api: BotApi, bot: NewcomersBot, newcomers: Bot, amina: Person) -> None:
    amina.start(newcomers)
    await api.stop()
    error = await failure(bot, to(amina))
    assert (error.permanent, error.uncertain) == (False, False)
    await api.start()
    await bot.deliver(to(amina))


async def test_a_retry_goes_on_with_the_part_that_failed(api: BotApi, bot: NewcomersBot, newcomers: Bot, amina: Person) -> None:
    amina.start(newcomers)
    file = Attachment("document", "Termin.ics", "text/calendar", b"BEGIN:VCALENDAR")
    item = to(amina, "a" * 5000, attachment=file)
    api.fault("sendDocument", retry_after=3)
    assert (await failure(bot, item)).retry_after == 3
    api.fault("sendDocument", status=502)
    await failure(bot, item)
    delivered = await bot.deliver(item)
    assert delivered.platform_ids == tuple(str(message.id) for message in api.messages(amina))
    assert len(api.messages(amina)) == 3


# --- Start and silence ---------------------------------------------------------------------------


async def test_the_commands_are_offered_in_every_language_that_has_them(api: BotApi, bot: NewcomersBot, newcomers: Bot) -> None:
    await bot.start()
    calls = [call.params for call in api.calls("setMyCommands")]
    menus = {call.get("language_code", ""): json.loads(call["commands"]) for call in calls}
    assert set(menus) == {"", "de", "ar"}
    assert menus["de"] == [{"command": name, "description": PHRASES["de"][f"command_{name}"]} for name in COMMANDS]
    assert menus["ar"][0]["description"] == PHRASES["ar"]["command_menu"]


@pytest.mark.parametrize("token", ["999:unknown", "no token"])
async def test_a_wrong_token_ends_the_start_with_a_clear_sentence(api: BotApi, inbox: MemoryInbox, token: str) -> None:
    with pytest.raises(InvalidToken, match="refuses the token") as caught:
        await NewcomersBot(token, inbox, lambda: CONTENT, FixedClock(), api.url).start()
    assert token not in str(caught.value)


async def test_the_bot_starts_without_a_connection(api: BotApi, bot: NewcomersBot, newcomers: Bot, amina: Person) -> None:
    await api.stop()
    await bot.start()
    await api.start()
    amina.start(newcomers)
    await bot.deliver(to(amina))


async def test_neither_token_nor_people_are_logged(
    api: BotApi, bot: NewcomersBot, receiver: Receiver, inbox: MemoryInbox, amina: Person, newcomers: Bot,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    await bot.start()
    inbox.failing = [RuntimeError("Ich heiße Amina")]
    async with polling(receiver):
        amina.text(newcomers, "Ich heiße Amina")
        await inbox.holds(1)
    await bot.deliver(to(amina, "Guten Tag Amina"))
    api.fault("sendMessage", status=502)
    await failure(bot, to(amina, "Guten Tag Amina"))
    api.fault("sendMessage", retry_after=3)
    await failure(bot, to(amina, "Guten Tag Amina"))
    for secret in ("the-newcomers-token", "Amina", str(amina.id)):
        assert secret not in caplog.text
