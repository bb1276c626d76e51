"""Updates are confirmed only after they were committed, whatever goes wrong on the way, by polling and by webhook."""

import asyncio
import json
import logging
from typing import Any

import httpx
import pytest

from bot.adapters.telegram.receiver import LONGEST_PAUSE, PATIENCE, TAKEN_PAUSE, InvalidToken, Receiver
from tests.adapters.telegram.fakes import SECRET, Pauses, polling, pushed, receiving
from tests.botapi import Bot, BotApi, Person
from tests.botapi.clock import Signal
from tests.botapi.errors import too_many_requests

Json = dict[str, Any]
WAYS = ("polling", "webhook")


class Committed:
    """Remembers the texts it was given; fails with the planned errors first."""

    def __init__(self, *failures: Exception) -> None:
        self.texts: list[str] = []
        self.attempts = 0
        self.failures = list(failures)
        self.changed = Signal()

    async def __call__(self, update: Json) -> None:
        self.attempts += 1
        self.changed.notify()
        if self.failures:
            raise self.failures.pop(0)
        self.texts.append(update["message"]["text"])

    async def holds(self, *texts: str) -> None:
        await self.changed.wait(lambda: self.texts == list(texts), 5, lambda: f"{self.texts}")


@pytest.fixture
def committed() -> Committed:
    return Committed()


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def receiver(api: BotApi, newcomers: Bot, committed: Committed, pauses: Pauses) -> Receiver:
    return Receiver("newcomers", newcomers.token, api.url, committed, ["message"], pause=pauses)


@pytest.mark.parametrize("way", WAYS)
async def test_what_amina_and_oksana_write_arrives_in_order(
    way: str, receiver: Receiver, committed: Committed, amina: Person, oksana: Person, newcomers: Bot
) -> None:
    amina.text(newcomers, "1")
    async with receiving(receiver, way):
        await committed.holds("1")
        oksana.text(newcomers, "2")
        await committed.holds("1", "2")
        amina.text(newcomers, "3")
        await committed.holds("1", "2", "3")


@pytest.mark.parametrize("way", WAYS)
async def test_what_was_not_committed_comes_again(
    way: str, receiver: Receiver, committed: Committed, amina: Person, newcomers: Bot
) -> None:
    committed.failures = [RuntimeError("database is locked"), RuntimeError("database is locked")]
    async with receiving(receiver, way):
        amina.text(newcomers, "Hilfe")
        await committed.holds("Hilfe")
    assert committed.attempts == 3
    assert receiver.skipped == 0


async def test_an_update_is_confirmed_only_after_it_was_committed(
    api: BotApi, receiver: Receiver, committed: Committed, amina: Person, newcomers: Bot
) -> None:
    amina.text(newcomers, "Hilfe")
    async with polling(receiver):
        await committed.holds("Hilfe")
        assert len(newcomers.updates.pending) == 1
        await api.wait_calls("getUpdates", 1)
        await api.wait(lambda: newcomers.updates.polled)
        assert newcomers.updates.pending == []


async def test_a_message_that_was_not_confirmed_before_a_crash_is_delivered_again(
    api: BotApi, newcomers: Bot, amina: Person, committed: Committed
) -> None:
    stopped = asyncio.Event()

    async def commit_and_die(update: Json) -> None:
        await committed(update)
        stopped.set()

    amina.text(newcomers, "Hilfe")
    await Receiver("newcomers", newcomers.token, api.url, commit_and_die, ["message"]).run_polling(stopped)
    async with polling(Receiver("newcomers", newcomers.token, api.url, committed, ["message"])):
        await committed.holds("Hilfe", "Hilfe")


async def test_a_webhook_left_behind_is_removed_and_nothing_that_waits_is_lost(
    api: BotApi, receiver: Receiver, committed: Committed, amina: Person, newcomers: Bot
) -> None:
    async with pushed(receiver):
        pass
    amina.text(newcomers, "Hilfe")
    async with polling(receiver):
        await committed.holds("Hilfe")
    (call,) = api.calls("deleteWebhook")
    assert "drop_pending_updates" not in call.params


async def test_ids_that_start_anew_after_a_quiet_week_are_received(
    api: BotApi, committed: Committed, amina: Person, newcomers: Bot
) -> None:
    async def quiet_week(_: float) -> None:
        newcomers.updates.next_id = 7
        amina.text(newcomers, "2")

    async with polling(Receiver("newcomers", newcomers.token, api.url, committed, ["message"], pause=quiet_week)):
        amina.text(newcomers, "1")
        await committed.holds("1")
        await api.wait_polling(newcomers)
        newcomers.updates.end_poll()
        await api.wait_polling(newcomers)
        newcomers.updates.end_poll(too_many_requests(1))
        await committed.holds("1", "2")


async def test_an_update_that_never_succeeds_does_not_block_the_others(
    receiver: Receiver, committed: Committed, pauses: Pauses, amina: Person, newcomers: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    committed.failures = [ValueError("Aminas Geheimnis") for _ in range(len(PATIENCE) + 1)]
    async with polling(receiver):
        amina.text(newcomers, "Gift")
        amina.text(newcomers, "Hilfe")
        await committed.holds("Hilfe")
    assert receiver.skipped == 1
    assert pauses.seconds == list(PATIENCE)
    assert "update 1000 skipped" in caplog.text
    assert "ValueError" in caplog.text
    assert "Geheimnis" not in caplog.text
    assert "Gift" not in caplog.text


async def test_nothing_is_skipped_while_the_disk_is_full(
    receiver: Receiver, committed: Committed, pauses: Pauses, amina: Person, newcomers: Bot
) -> None:
    committed.failures = [OSError("disk full") for _ in range(10)]
    async with polling(receiver):
        amina.text(newcomers, "Hilfe")
        await committed.holds("Hilfe")
    assert receiver.skipped == 0
    assert pauses.seconds == [LONGEST_PAUSE] * 10


async def test_kinds_of_updates_nobody_asked_for_are_left_alone(receiver: Receiver, committed: Committed) -> None:
    await receiver.accept({"update_id": 1, "message_reaction": {}})
    assert committed.attempts == 0


async def test_polling_survives_errors_of_telegram(
    api: BotApi, receiver: Receiver, committed: Committed, pauses: Pauses, amina: Person, newcomers: Bot
) -> None:
    api.fault("deleteWebhook", status=502)
    api.fault("getUpdates", status=500)
    api.fault("getUpdates", status=502)
    api.fault("getUpdates", retry_after=17)
    api.fault("getUpdates", drop=True)
    amina.text(newcomers, "Hilfe")
    async with polling(receiver):
        await committed.holds("Hilfe")
    assert pauses.seconds == [2, 2, 4, 17, 16]


async def test_polling_survives_a_server_that_is_away(api: BotApi, newcomers: Bot, committed: Committed, amina: Person) -> None:
    away = Pauses()

    async def pause(seconds: float) -> None:
        await away(seconds)
        if len(away.seconds) == 8:
            await api.start()

    amina.text(newcomers, "Hilfe")
    await api.stop()
    async with polling(Receiver("newcomers", newcomers.token, api.url, committed, ["message"], pause=pause)):
        await committed.holds("Hilfe")
    assert away.seconds == [2, 4, 8, 16, 32, 60, 60, 60]


async def test_another_process_with_the_same_token_is_named(
    api: BotApi, receiver: Receiver, committed: Committed, pauses: Pauses, amina: Person, newcomers: Bot,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    api.fault("getUpdates", status=409, description="Conflict: terminated by other getUpdates request")
    amina.text(newcomers, "Hilfe")
    async with polling(receiver):
        await committed.holds("Hilfe")
    assert pauses.seconds == [TAKEN_PAUSE]
    assert "another process receives with this token" in caplog.text


@pytest.mark.parametrize("token", ["999:unknown", "999:with\nbreak"])
async def test_a_wrong_token_ends_with_a_clear_sentence(api: BotApi, token: str) -> None:
    wrong = Receiver("newcomers", token, api.url, Committed(), ["message"])
    with pytest.raises(InvalidToken, match="refuses the token of the bot 'newcomers'") as caught:
        await wrong.run_polling(asyncio.Event())
    assert "999" not in str(caught.value)
    assert caught.value.__context__ is None, "httpx errors carry the address and with it the token"
    with pytest.raises(InvalidToken):
        await wrong.set_webhook("https://example.org/telegram", SECRET)


async def test_stopping_ends_a_long_poll_at_once_and_finishes_what_is_being_handled(
    api: BotApi, newcomers: Bot, amina: Person
) -> None:
    begun, go_on, done = asyncio.Event(), asyncio.Event(), []

    async def slowly(update: Json) -> None:
        begun.set()
        await go_on.wait()
        done.append(update["message"]["text"])

    amina.text(newcomers, "1")
    amina.text(newcomers, "2")
    async with polling(Receiver("newcomers", newcomers.token, api.url, slowly, ["message"])) as stop:
        await begun.wait()
        stop.set()
        go_on.set()
    assert done == ["1"]
    async with polling(Receiver("newcomers", newcomers.token, api.url, Committed(), ["message"])):
        await api.wait_polling(newcomers)


async def test_a_wrong_secret_is_refused(receiver: Receiver, committed: Committed) -> None:
    update = json.dumps({"update_id": 1, "message": {"text": "gefälscht"}}).encode()
    assert await receiver.webhook({"X-Telegram-Bot-Api-Secret-Token": ""}, update) == 403, "before a secret is set, nobody has it"
    async with pushed(receiver) as url, httpx.AsyncClient() as stranger:
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}, {"X-Telegram-Bot-Api-Secret-Token": SECRET + "x"}):
            assert (await stranger.post(url, content=update, headers=headers)).status_code == 403
    assert await receiver.webhook({"x-telegram-bot-api-secret-token": "schlüssel"}, update) == 403
    assert committed.attempts == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"{}", b'{"update_id": "1"}', b"\xff"])
async def test_bad_json_is_refused(receiver: Receiver, committed: Committed, body: bytes) -> None:
    async with pushed(receiver):
        assert await receiver.webhook({"x-telegram-bot-api-secret-token": SECRET}, body) == 400
    assert committed.attempts == 0


@pytest.mark.parametrize("way", WAYS)
async def test_the_token_and_the_words_of_people_are_never_logged(
    way: str, api: BotApi, receiver: Receiver, committed: Committed, amina: Person, newcomers: Bot,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    api.fault("getUpdates", status=500)
    api.fault("setWebhook", drop=True)
    committed.failures = [RuntimeError("Meine Nummer ist 0176")]
    async with receiving(receiver, way):
        amina.text(newcomers, "Ich heiße Amina")
        await committed.holds("Ich heiße Amina")
    assert "HTTP Request: POST" in caplog.text, "httpx does log, which would show the token"
    assert newcomers.token not in caplog.text
    assert "the-newcomers-token" not in caplog.text
    assert "Amina" not in caplog.text
    assert "0176" not in caplog.text
