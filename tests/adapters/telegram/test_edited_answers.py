"""An advisor's edited answer replaces what the newcomer has on Telegram."""

from collections.abc import AsyncIterator

import pytest

from bot.adapters.telegram.newcomers import NewcomersBot
from bot.core.messages import Address, Attachment, OutboundMessage
from bot.services.ports import OutboxItem
from tests.adapters.telegram.fakes import CONTENT, FixedClock, MemoryInbox
from tests.botapi import PICTURE, Bot, BotApi, Person

PHOTO = Attachment("photo", "photo.jpg", "image/jpeg", PICTURE)


@pytest.fixture
async def bot(api: BotApi, newcomers: Bot, amina: Person, inbox: MemoryInbox) -> AsyncIterator[NewcomersBot]:
    amina.start(newcomers)
    bot = NewcomersBot(newcomers.token, inbox, lambda: CONTENT, FixedClock(), api.url)
    yield bot
    await bot.close()


def answer(person: Person, text: str, sent_as: tuple[str, ...] = (), file: Attachment | None = None) -> OutboxItem:
    message = OutboundMessage(text, "de", "advisor", "plain", attachment=file)
    return OutboxItem(1, "conversation", Address("telegram", str(person.id)), message, 1, "sending", sent_as)


async def test_the_message_gets_the_other_words_and_its_file_stays(api: BotApi, bot: NewcomersBot, amina: Person) -> None:
    first = await bot.deliver(answer(amina, "Am Dienstag", file=PHOTO))
    for text in ("Am Mittwoch", "Am Mittwoch"):  # the second time it says so already
        assert await bot.deliver(answer(amina, text, first.platform_ids, PHOTO)) == first
    words, photo = api.messages(amina)
    assert (words.text, words.edits) == ("Am Mittwoch", ["Am Dienstag"])
    assert photo.attachment is not None


async def test_what_the_person_deleted_is_sent_again_and_what_does_not_fit_any_more_too(
    api: BotApi, bot: NewcomersBot, amina: Person
) -> None:
    first = await bot.deliver(answer(amina, "Am Dienstag"))
    api.messages(amina)[0].deleted = True
    again = await bot.deliver(answer(amina, "Am Mittwoch", first.platform_ids))
    longer = await bot.deliver(answer(amina, "Am Mittwoch.\n" + "x" * 4095, again.platform_ids))
    assert again.platform_ids != first.platform_ids
    assert longer.platform_ids[0] == again.platform_ids[0]
    assert [message.text[:11] for message in api.messages(amina) if not message.deleted] == ["Am Mittwoch", "x" * 11]
