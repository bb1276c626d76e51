"""The local Telegram Bot API refuses what Telegram refuses, and both real libraries work with it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiogram
import pytest
import telegram
import telegram.ext
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNetworkError, TelegramRetryAfter
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup
from aiohttp import ClientSession, FormData, ServerDisconnectedError, web
from telegram.request import HTTPXRequest

from tests.botapi import PICTURE, Bot, BotApi, Group, ManualClock, Person

Json = dict[str, Any]
Ask = Callable[..., Awaitable[Json]]

BUTTON = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}, {"text": "Page", "url": "https://example.org"}]]}
PLACE = {"keyboard": [[{"text": "Where I am", "request_location": True}, "Skip"]], "one_time_keyboard": True}


class Waits:
    """Instead of sleeping, remembers how long the server would have waited."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
async def api(clock: ManualClock, waits: Waits) -> AsyncIterator[BotApi]:
    async with BotApi(clock=clock, sleep=waits, retry_delays=(1, 2, 4)) as server:
        yield server


@pytest.fixture
def bot(api: BotApi) -> Bot:
    return api.bot("100:NEWCOMERS", "wegweiser_bot")


@pytest.fixture
def staff(api: BotApi) -> Bot:
    return api.bot("200:STAFF", "team_bot")


@pytest.fixture
def amina(api: BotApi, bot: Bot) -> Person:
    person = api.person("Amina", language_code="ar")
    person.start(bot)
    return person


@pytest.fixture
def group(api: BotApi, staff: Bot) -> Group:
    return api.group("Team", forum=True, members=[api.person("Jonas")], bots=[staff])


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture
def ask(api: BotApi, http: ClientSession, bot: Bot) -> Ask:
    """Calls a method, by default as the newcomers' bot, and returns the whole answer."""

    async def call(method: str, by: Bot = bot, **params: object) -> Json:
        async with http.post(f"{api.url}/bot{by.token}/{method}", json=params) as answer:
            body: Json = await answer.json()
            assert answer.status == body.get("error_code", 200)
            return body

    return call


def jonas(group: Group) -> Person:
    return next(one.account for one in group.members.values() if isinstance(one.account, Person))


def refusal(body: Json) -> str:
    assert body["ok"] is False
    return str(body["description"])


# --- Parameters and access ---------------------------------------------------------------------


async def test_parameters_may_come_in_every_way_telegram_allows(
    api: BotApi, bot: Bot, amina: Person, http: ClientSession
) -> None:
    url, params = f"{api.url}/bot{bot.token}/SENDmessage", {"chat_id": str(amina.id), "text": "x"}
    form = FormData(params, default_to_multipart=True)
    for answer in (
        await http.get(url, params=params),
        await http.post(url, data=params),
        await http.post(url, data=form),
        await http.post(url, json={"chat_id": amina.id, "text": "x"}),
    ):
        assert (await answer.json())["result"]["text"] == "x"
    assert len(api.messages(amina)) == len(api.calls("sendMessage")) == 4


async def test_an_unknown_method_and_a_wrong_token_fail_loudly(api: BotApi, bot: Bot, ask: Ask, http: ClientSession) -> None:
    assert refusal(await ask("sendDice", chat_id=1)) == "Not Found: method not found"
    async with http.get(f"{api.url}/bot999:WRONG/getMe") as answer:
        assert answer.status == 401
        assert (await answer.json())["description"] == "Unauthorized"


async def test_set_up_methods_are_accepted_and_kept(bot: Bot, ask: Ask) -> None:
    commands = [{"command": "help", "description": "Hilfe"}]
    assert (await ask("setMyCommands", commands=commands, language_code="de"))["result"] is True
    assert (await ask("getMyCommands", language_code="de"))["result"] == commands
    await ask("setMyDescription", description="Long")
    await ask("setMyShortDescription", short_description="Short")
    assert bot.settings == {"commands de": commands, "description": "Long", "short_description": "Short"}
    assert (await ask("logOut"))["result"] is (await ask("close"))["result"] is True
    assert refusal(await ask("setMyCommands", commands=[{"command": "Ä", "description": "x"}])).endswith("COMMAND_INVALID")


# --- Receiving by polling ----------------------------------------------------------------------


async def test_an_update_comes_again_until_a_higher_offset_confirms_it(ask: Ask, bot: Bot, amina: Person) -> None:
    amina.text(bot, "Hallo")
    first = (await ask("getUpdates"))["result"]
    assert [update["message"]["text"] for update in first] == ["/start", "Hallo"]
    assert (await ask("getUpdates"))["result"] == first
    assert (await ask("getUpdates", limit=1))["result"] == first[:1]
    assert (await ask("getUpdates", offset=first[0]["update_id"] + 1))["result"] == first[1:]
    assert (await ask("getUpdates", offset=first[1]["update_id"] + 1))["result"] == []


async def test_a_negative_offset_drops_all_but_the_newest(ask: Ask, bot: Bot, amina: Person) -> None:
    amina.text(bot, "newest")
    assert [update["message"]["text"] for update in (await ask("getUpdates", offset=-1))["result"]] == ["newest"]
    assert len((await ask("getUpdates"))["result"]) == 1


async def test_a_long_poll_returns_when_somebody_writes(api: BotApi, ask: Ask, bot: Bot) -> None:
    poll = asyncio.ensure_future(ask("getUpdates", timeout=50))
    await api.wait_polling(bot)
    api.person("Oleh").start(bot, "token_1")
    assert (await poll)["result"][0]["message"]["text"] == "/start token_1"


async def test_of_two_pollers_the_older_one_is_ended(api: BotApi, ask: Ask, bot: Bot, amina: Person) -> None:
    await ask("getUpdates", offset=bot.updates.next_id)
    older = asyncio.ensure_future(ask("getUpdates", timeout=50))
    await api.wait_polling(bot)
    assert (await ask("getUpdates"))["result"] == []
    text = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    assert refusal(await older) == text


async def test_polling_is_refused_while_a_webhook_is_set(ask: Ask) -> None:
    await ask("setWebhook", url="http://127.0.0.1:9/")
    text = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    assert refusal(await ask("getUpdates")) == text
    await ask("deleteWebhook")
    assert (await ask("getUpdates"))["ok"]


async def test_messages_are_kept_for_a_day_and_presses_for_150_seconds(
    api: BotApi, ask: Ask, bot: Bot, amina: Person, clock: ManualClock
) -> None:
    await ask("sendMessage", chat_id=amina.id, text="?", reply_markup=BUTTON)
    amina.press(api.messages(amina)[0], "Yes")
    assert len((await ask("getUpdates"))["result"]) == 2
    clock.advance(150)
    assert len((await ask("getUpdates"))["result"]) == 1
    clock.advance(86_400 - 150)
    assert (await ask("getUpdates"))["result"] == []


async def test_reactions_and_member_changes_come_only_if_asked_for(ask: Ask, bot: Bot, amina: Person) -> None:
    message = amina.text(bot, "x")
    amina.react(message, "👍")
    kinds = [*(await ask("getUpdates", allowed_updates=["message_reaction"]))["result"]]
    assert all("message_reaction" not in update for update in kinds)
    amina.react(message, None)
    assert "message_reaction" in (await ask("getUpdates"))["result"][-1]
    amina.text(bot, "no longer asked for")
    assert "message_reaction" in (await ask("getUpdates", allowed_updates=[]))["result"][-1]


async def test_a_redelivered_update_comes_under_its_old_number_once_more(ask: Ask, api: BotApi, bot: Bot, amina: Person) -> None:
    update = (await ask("getUpdates"))["result"][0]
    following = update["update_id"] + 1
    assert (await ask("getUpdates", offset=following))["result"] == []
    api.redeliver(bot, update["update_id"])
    assert (await ask("getUpdates", offset=following))["result"] == [update]
    assert (await ask("getUpdates", offset=following))["result"] == []


# --- Receiving by webhook ----------------------------------------------------------------------


class Hook:
    """A bot's web server: answers as told, then with 200, and remembers what came."""

    def __init__(self) -> None:
        self.answers: list[web.Response] = []
        self.seen: list[tuple[str, Json]] = []
        self.refused = 0
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.seen.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""), await request.json()))
        if self.seen[-1][1]["message"]["chat"]["id"] == self.refused:
            return web.Response(status=500)
        return self.answers.pop(0) if self.answers else web.Response()

    def texts(self) -> list[str]:
        return [update["message"]["text"] for _, update in self.seen]


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/", hook.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield hook
    await runner.cleanup()


async def test_a_webhook_gets_the_secret_and_is_asked_again_with_growing_pauses(
    api: BotApi, ask: Ask, bot: Bot, amina: Person, hook: Hook, waits: Waits
) -> None:
    hook.answers = [web.Response(status=500) for _ in range(4)]
    await ask("setWebhook", url=hook.url, secret_token="s3cret")
    await api.wait_taken(bot)
    assert hook.texts() == ["/start"] * 5
    assert {secret for secret, _ in hook.seen} == {"s3cret"}
    assert waits.seconds == [1, 2, 4, 4]
    info = (await ask("getWebhookInfo"))["result"]
    assert info["url"] == hook.url
    assert info["pending_update_count"] == 0
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"


async def test_retry_after_of_the_bot_is_honoured_and_keeps_its_chat_in_order(
    api: BotApi, ask: Ask, bot: Bot, amina: Person, hook: Hook, waits: Waits
) -> None:
    hook.answers = [web.Response(status=503, headers={"Retry-After": "30"})]
    amina.text(bot, "second")
    await ask("setWebhook", url=hook.url)
    await api.wait_taken(bot)
    assert hook.texts() == ["/start", "/start", "second"]
    assert waits.seconds == [30]


@pytest.mark.parametrize("form", [False, True])
async def test_a_webhook_may_answer_with_a_method(api: BotApi, ask: Ask, bot: Bot, amina: Person, hook: Hook, form: bool) -> None:
    call = {"method": "sendMessage", "chat_id": str(amina.id), "text": "by return"}
    written = FormData(call, default_to_multipart=True)()
    hook.answers = [web.Response(body=written) if form else web.json_response(call)]
    await ask("setWebhook", url=hook.url)
    assert (await api.wait_message(amina, contains="return")).sender is bot


async def test_a_failing_chat_does_not_hold_up_another(api: BotApi, ask: Ask, bot: Bot, amina: Person, hook: Hook) -> None:
    hook.refused = amina.id
    api.person("Oleh").start(bot, "other")
    await ask("setWebhook", url=hook.url)
    await api.wait(lambda: len(bot.updates.alive()) == 1)
    assert bot.updates.pending[0].content["from"]["id"] == amina.id
    hook.refused = 0
    await api.wait_taken(bot)


async def test_a_redelivered_update_reaches_the_webhook_again(api: BotApi, ask: Ask, bot: Bot, amina: Person, hook: Hook) -> None:
    await ask("setWebhook", url=hook.url)
    await api.wait_taken(bot)
    api.redeliver(bot, hook.seen[0][1]["update_id"])
    await api.wait_taken(bot)
    assert hook.seen[0] == hook.seen[1]


async def test_a_webhook_survives_an_outage_of_telegram(api: BotApi, ask: Ask, bot: Bot, amina: Person, hook: Hook) -> None:
    await ask("setWebhook", url=hook.url)
    await api.stop()
    amina.text(bot, "written meanwhile")
    await api.start()
    await api.wait_taken(bot)
    assert hook.texts()[-1] == "written meanwhile"


async def test_a_webhook_needs_an_address_and_a_secret_telegram_accepts(ask: Ask) -> None:
    assert "HTTPS URL must be provided" in refusal(await ask("setWebhook", url="http://example.org/"))
    assert "ports 80, 88, 443 or 8443" in refusal(await ask("setWebhook", url="https://example.org:8080/"))
    assert "secret token" in refusal(await ask("setWebhook", url="https://example.org/", secret_token="ä"))


# --- Refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"chat_id": 404}, "Bad Request: chat not found"),
        ({"chat_id": "nobody"}, "Bad Request: chat not found"),
        ({"chat_id": ""}, "Bad Request: chat_id is empty"),
        ({"text": ""}, "Bad Request: message text is empty"),
        ({"text": " \n"}, "Bad Request: text must be non-empty"),
        ({"text": "x" * 4097}, "Bad Request: message is too long"),
        ({"text": "😀" * 2049}, "Bad Request: message is too long"),
        ({"parse_mode": "Markdown"}, "Bad Request: unsupported parse_mode"),
        ({"message_thread_id": 7}, "Bad Request: message thread not found"),
        ({"reply_parameters": {"message_id": 9999}}, "Bad Request: message to be replied not found"),
        ({"reply_markup": "[]"}, "Bad Request: object expected as reply markup"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "ä" * 33}]]}}, "Bad Request: BUTTON_DATA_INVALID"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "x", "url": "example"}]]}}, "Bad Request: BUTTON_URL_INVALID"),
    ],
)
async def test_a_wrong_message_is_refused_in_telegrams_words(ask: Ask, amina: Person, params: Json, text: str) -> None:
    assert refusal(await ask("sendMessage", **{"chat_id": amina.id, "text": "x"} | params)) == text


async def test_the_length_counts_after_the_markup_is_taken_out(ask: Ask, amina: Person) -> None:
    text = "<b>" + "&lt;" * 4096 + "</b>"
    sent = await ask("sendMessage", chat_id=amina.id, text=text, parse_mode="HTML")
    assert sent["result"]["text"] == "<" * 4096
    assert sent["result"]["entities"] == [{"type": "bold", "offset": 0, "length": 4096}]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("ä < b", 'Unsupported start tag "" at byte offset 3'),
        ("line<br/>", 'Unsupported start tag "br" at byte offset 4'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<a href=>x</a>", "Expected equal sign or quote in the tag at byte offset 0"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
async def test_html_that_telegram_does_not_know_is_refused(ask: Ask, amina: Person, html: str, text: str) -> None:
    body = await ask("sendMessage", chat_id=amina.id, text=html, parse_mode="HTML")
    assert refusal(body) == f"Bad Request: can't parse entities: {text}"


async def test_telegrams_html_becomes_entities_in_utf16_units(ask: Ask, amina: Person) -> None:
    html = (
        "😀 <a href='https://x.de/?a=1&amp;b'>l</a> <blockquote expandable>q</blockquote>"
        '<pre><code class="language-py">p</code></pre>'
    )
    result = (await ask("sendMessage", chat_id=amina.id, text=html, parse_mode="HTML"))["result"]
    assert result["text"] == "😀 l qp"
    assert result["entities"] == [
        {"type": "text_link", "offset": 3, "length": 1, "url": "https://x.de/?a=1&b"},
        {"type": "expandable_blockquote", "offset": 5, "length": 1},
        {"type": "pre", "offset": 6, "length": 1, "language": "py"},
    ]


async def test_a_bot_may_not_write_to_who_never_started_it_or_blocked_it(api: BotApi, ask: Ask, bot: Bot, amina: Person) -> None:
    stranger = api.person("Stranger")
    assert refusal(await ask("sendMessage", chat_id=stranger.id, text="x")) == (
        "Forbidden: bot can't initiate conversation with a user"
    )
    amina.block(bot)
    assert refusal(await ask("sendMessage", chat_id=amina.id, text="x")) == "Forbidden: bot was blocked by the user"
    amina.unblock(bot)
    assert (await ask("sendMessage", chat_id=amina.id, text="x"))["ok"]
    changes = [u["my_chat_member"]["new_chat_member"]["status"] for u in (await ask("getUpdates"))["result"][1:]]
    assert changes == ["kicked", "member"]


async def test_an_edit_replaces_text_and_buttons_and_must_change_something(api: BotApi, ask: Ask, amina: Person) -> None:
    sent = (await ask("sendMessage", chat_id=amina.id, text="one", reply_markup=BUTTON))["result"]
    edit = {"chat_id": amina.id, "message_id": sent["message_id"]}
    same = await ask("editMessageText", **edit, text="one", reply_markup=BUTTON)
    assert refusal(same).startswith("Bad Request: message is not modified: specified new message content")
    await ask("editMessageText", **edit, text="two")
    message = api.messages(amina)[0]
    assert (message.text, message.edits, message.buttons) == ("two", ["one"], [])
    await ask("editMessageReplyMarkup", **edit, reply_markup=BUTTON)
    assert message.labels == ["Yes", "Page"]
    await ask("deleteMessage", **edit)
    assert message.deleted
    assert refusal(await ask("editMessageText", **edit, text="3")) == "Bad Request: message to edit not found"
    assert refusal(await ask("deleteMessage", **edit)) == "Bad Request: message to delete not found"


async def test_a_message_with_a_reply_keyboard_cannot_be_edited(ask: Ask, amina: Person) -> None:
    sent = (await ask("sendMessage", chat_id=amina.id, text="Where?", reply_markup=PLACE))["result"]
    body = await ask("editMessageText", chat_id=amina.id, message_id=sent["message_id"], text="x")
    assert refusal(body) == "Bad Request: message can't be edited"


async def test_a_message_older_than_two_days_stays(ask: Ask, amina: Person, clock: ManualClock) -> None:
    sent = (await ask("sendMessage", chat_id=amina.id, text="x"))["result"]
    clock.advance(48 * 3600 + 1)
    body = await ask("deleteMessage", chat_id=amina.id, message_id=sent["message_id"])
    assert refusal(body) == "Bad Request: message can't be deleted for everyone"


async def test_a_press_is_answered_once_and_in_time(api: BotApi, ask: Ask, amina: Person, clock: ManualClock) -> None:
    await ask("sendMessage", chat_id=amina.id, text="?", reply_markup=BUTTON)
    press = amina.press(api.messages(amina)[0], "yes")
    late = amina.press(api.messages(amina)[0], "Yes")
    assert (await ask("answerCallbackQuery", callback_query_id=press.id, text="Done", show_alert=True))["ok"]
    assert (await press.answered()).text == "Done"
    clock.advance(151)
    gone = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert refusal(await ask("answerCallbackQuery", callback_query_id=press.id)) == gone
    assert refusal(await ask("answerCallbackQuery", callback_query_id=late.id)) == gone


async def test_reactions_and_pins_are_checked_and_kept(api: BotApi, ask: Ask, bot: Bot, amina: Person) -> None:
    question = amina.text(bot, "?")
    where = {"chat_id": amina.id, "message_id": question.id}
    assert (await ask("setMessageReaction", **where, reaction=[{"type": "emoji", "emoji": "👀"}]))["ok"]
    assert question.reactions == {bot.id: ["👀"]}
    body = await ask("setMessageReaction", **where, reaction=[{"type": "emoji", "emoji": "🧭"}])
    assert refusal(body) == "Bad Request: REACTION_INVALID"
    await ask("pinChatMessage", **where)
    assert (await ask("getChat", chat_id=amina.id))["result"]["pinned_message"]["text"] == "?"


# --- Files -------------------------------------------------------------------------------------


async def test_a_file_is_known_to_each_bot_under_its_own_id_for_an_hour(
    api: BotApi, ask: Ask, bot: Bot, staff: Bot, amina: Person, http: ClientSession, clock: ManualClock
) -> None:
    data = PICTURE + b"passport"
    amina.photo(bot, data, caption="My passport")
    photo = (await ask("getUpdates"))["result"][-1]["message"]["photo"][-1]
    path = (await ask("getFile", file_id=photo["file_id"]))["result"]["file_path"]
    async with http.get(f"{api.url}/file/bot{bot.token}/{path}") as answer:
        assert await answer.read() == data
    clock.advance(3601)
    async with http.get(f"{api.url}/file/bot{bot.token}/{path}") as answer:
        assert answer.status == 404
    assert refusal(await ask("getFile", by=staff, file_id=photo["file_id"])) == "Bad Request: invalid file_id"


async def test_a_photo_must_be_a_picture_and_a_file_not_empty(ask: Ask, amina: Person, http: ClientSession, api: BotApi) -> None:
    url = f"{api.url}/bot100:NEWCOMERS"
    for kind, data, text in (("photo", b"text", "IMAGE_PROCESS_FAILED"), ("document", b"", "file must be non-empty")):
        form = FormData({"chat_id": str(amina.id)})
        form.add_field(kind, data, filename="x.jpg")
        async with http.post(f"{url}/send{kind}", data=form) as answer:
            assert refusal(await answer.json()) == f"Bad Request: {text}"
    assert refusal(await ask("sendPhoto", chat_id=amina.id)) == "Bad Request: there is no photo in the request"


async def test_a_copy_carries_text_file_and_new_buttons(api: BotApi, ask: Ask, bot: Bot, amina: Person) -> None:
    letter = amina.document(bot, b"%PDF letter", caption="Letter")
    body = {"chat_id": amina.id, "from_chat_id": amina.id, "message_id": letter.id, "reply_markup": BUTTON}
    copied = (await ask("copyMessage", **body))["result"]["message_id"]
    message = api.messages(amina)[0]
    assert (message.id, message.text, message.labels) == (copied, "Letter", ["Yes", "Page"])
    assert message.attachment is not None
    assert (message.attachment.kind, message.attachment.data) == ("document", b"%PDF letter")


async def test_a_known_file_can_be_sent_again_by_its_id(api: BotApi, ask: Ask, bot: Bot, amina: Person) -> None:
    amina.voice(bot, b"OggS spoken")
    voice = (await ask("getUpdates"))["result"][-1]["message"]["voice"]["file_id"]
    assert (await ask("sendChatAction", chat_id=amina.id, action="upload_voice"))["result"] is True
    assert (await ask("sendVoice", chat_id=amina.id, voice=voice))["result"]["voice"]["duration"] == 0
    assert refusal(await ask("sendVoice", chat_id=amina.id, voice="x")).endswith("wrong file identifier/HTTP URL specified")
    assert refusal(await ask("sendChatAction", chat_id=amina.id, action="x")).endswith("wrong parameter action in request")


# --- Groups and topics -------------------------------------------------------------------------


async def test_a_topic_lives_from_opening_to_deletion(api: BotApi, ask: Ask, staff: Bot, group: Group) -> None:
    async def topic(method: str, **params: object) -> Json:
        return await ask(method, by=staff, chat_id=group.id, **params)

    number = (await topic("createForumTopic", name="Case 7"))["result"]["message_thread_id"]
    assert (await topic("sendMessage", text="in it", message_thread_id=number))["result"]["is_topic_message"]
    assert (await topic("editForumTopic", name="Case 7 ✓", message_thread_id=number))["ok"]
    assert (await topic("closeForumTopic", message_thread_id=number))["ok"]
    assert refusal(await topic("closeForumTopic", message_thread_id=number)) == "Bad Request: TOPIC_NOT_MODIFIED"
    assert refusal(await topic("sendMessage", text="x", message_thread_id=number)) == "Bad Request: TOPIC_CLOSED"
    assert (await topic("reopenForumTopic", message_thread_id=number))["ok"]
    assert (await topic("deleteForumTopic", message_thread_id=number))["ok"]
    body = await topic("sendMessage", text="x", message_thread_id=number)
    assert refusal(body) == "Bad Request: message thread not found"
    assert [message.deleted for message in api.messages(group, topic=number)] == [True]


async def test_people_write_and_press_in_topics(api: BotApi, ask: Ask, staff: Bot, group: Group) -> None:
    made = await ask("createForumTopic", by=staff, chat_id=group.id, name="Case 7")
    number = made["result"]["message_thread_id"]
    place = {"chat_id": group.id, "message_thread_id": number}
    await ask("sendMessage", by=staff, **place, text="New case", reply_markup=BUTTON)
    jonas(group).press(await api.wait_message(group, contains="case", topic=number), "Yes")
    jonas(group).text(group, "Ich übernehme", topic=group.topic("Case 7"))
    press, text = (await ask("getUpdates", by=staff))["result"]
    assert press["callback_query"]["message"]["message_thread_id"] == number
    assert text["message"]["message_thread_id"] == number
    assert text["message"]["reply_to_message"]["forum_topic_created"]["name"] == "Case 7"


async def test_a_bot_with_privacy_sees_only_what_is_meant_for_it(ask: Ask, bot: Bot, staff: Bot, group: Group) -> None:
    group.add(bot)
    for text in ("among us", "/help", "ask @wegweiser_bot"):
        jonas(group).text(group, text)
    updates = (await ask("getUpdates"))["result"]
    assert [update["message"]["text"] for update in updates if "message" in update] == ["/help", "ask @wegweiser_bot"]
    assert len((await ask("getUpdates", by=staff))["result"]) == 3


async def test_an_album_is_as_many_messages_with_one_number(api: BotApi, ask: Ask, bot: Bot, amina: Person) -> None:
    amina.album(bot, 2, caption="Der Brief")
    messages = [update["message"] for update in (await ask("getUpdates"))["result"] if "photo" in update["message"]]
    assert len({message["media_group_id"] for message in messages}) == 1
    assert [message.get("caption") for message in messages] == ["Der Brief", None]


async def test_a_group_that_became_a_supergroup_has_another_number(ask: Ask, api: BotApi, staff: Bot, group: Group) -> None:
    moved = api.migrate(group, forum=True)
    refused = await ask("sendMessage", by=staff, chat_id=group.id, text="Hallo?")
    assert (refused["error_code"], refused["parameters"]) == (400, {"migrate_to_chat_id": moved.id})
    assert (await ask("createForumTopic", by=staff, chat_id=moved.id, name="#1"))["ok"]
    updates = (await ask("getUpdates", by=staff))["result"]
    assert updates[-1]["message"]["migrate_to_chat_id"] == moved.id


async def test_nobody_is_told_of_a_topic_that_a_person_deleted(ask: Ask, staff: Bot, group: Group) -> None:
    number = (await ask("createForumTopic", by=staff, chat_id=group.id, name="#1"))["result"]["message_thread_id"]
    jonas(group).delete_topic(group, group.topics[number])
    assert refusal(await ask("sendMessage", by=staff, chat_id=group.id, message_thread_id=number, text="Hallo?")) == (
        "Bad Request: message thread not found"
    )


async def test_membership_decides_what_a_bot_may_do(ask: Ask, bot: Bot, staff: Bot, group: Group, amina: Person) -> None:
    assert refusal(await ask("sendMessage", chat_id=group.id, text="x")) == "Bad Request: chat not found"
    group.add(bot)
    assert "not enough rights" in refusal(await ask("createForumTopic", chat_id=group.id, name="x"))
    assert (await ask("getChatMember", chat_id=group.id, user_id=jonas(group).id))["result"]["status"] == "member"
    assert (await ask("getChatMember", chat_id=group.id, user_id=amina.id))["result"]["status"] == "left"
    group.remove(bot)
    body = await ask("sendMessage", chat_id=group.id, text="x")
    assert refusal(body) == "Forbidden: bot was kicked from the supergroup chat"


async def test_a_place_can_be_asked_for_in_private_chats_only(
    api: BotApi, ask: Ask, bot: Bot, staff: Bot, group: Group, amina: Person
) -> None:
    body = await ask("sendMessage", by=staff, chat_id=group.id, text="x", reply_markup=PLACE)
    assert refusal(body) == "Bad Request: location can be requested in private chats only"
    await ask("sendMessage", chat_id=amina.id, text="Where?", reply_markup=PLACE)
    assert amina.choose(api.messages(amina)[0], "Skip").text == "Skip"
    assert amina.location(bot, 54.3, 10.1).attachment is not None
    with pytest.raises(ValueError, match="use location"):
        amina.choose(api.messages(amina)[0], "Where I am")


# --- Trouble -----------------------------------------------------------------------------------


async def test_faults_are_used_up_one_by_one(api: BotApi, ask: Ask, amina: Person, waits: Waits) -> None:
    api.fault("sendMessage", retry_after=7)
    api.fault("sendMessage", status=502, count=2)
    api.fault("sendMessage", delay=3)
    answers = [await ask("sendMessage", chat_id=amina.id, text="x") for _ in range(5)]
    assert answers[0]["parameters"] == {"retry_after": 7}
    assert [answer.get("error_code") for answer in answers] == [429, 502, 502, None, None]
    assert waits.seconds == [3]
    assert len(api.messages(amina)) == 2
    assert [call.status for call in api.calls("sendMessage")] == [429, 502, 502, 200, 200]


async def test_a_dropped_call_was_performed_all_the_same(api: BotApi, ask: Ask, amina: Person) -> None:
    api.fault("sendMessage", drop=True)
    with pytest.raises(ServerDisconnectedError):
        await ask("sendMessage", chat_id=amina.id, text="Did it arrive?")
    assert [message.text for message in api.messages(amina)] == ["Did it arrive?"]


async def test_flood_limits_count_per_chat_per_group_and_per_bot(clock: ManualClock, http: ClientSession) -> None:
    async with BotApi(clock=clock, rate_limits=True) as api:
        staff = api.bot("200:STAFF", "team_bot")
        people = [api.person(f"P{number}") for number in range(31)]
        group = api.group("Team", bots=[staff])
        for person in people:
            person.start(staff)

        async def send(chat_id: int) -> tuple[int, str | None]:
            url = f"{api.url}/bot{staff.token}/sendMessage"
            async with http.post(url, json={"chat_id": chat_id, "text": "x"}) as answer:
                return answer.status, answer.headers.get("Retry-After")

        assert [await send(person.id) for person in people] == [(200, None)] * 30 + [(429, "1")]
        clock.advance(1)
        assert [await send(people[0].id), await send(people[0].id)] == [(200, None), (429, "1")]
        for _ in range(20):
            clock.advance(1)
            assert (await send(group.id))[0] == 200
        clock.advance(1)
        assert await send(group.id) == (429, "40")


async def test_waiting_in_vain_says_what_was_there_instead(api: BotApi, ask: Ask, amina: Person) -> None:
    await ask("sendMessage", chat_id=amina.id, text="something else")
    with pytest.raises(AssertionError, match="something else"):
        await api.wait_message(amina, contains="expected", timeout=0)


# --- Both libraries ----------------------------------------------------------------------------


def everything_a_person_can_do(api: BotApi, bot: Bot, group: Group, person: Person) -> None:
    """One update of every kind, in private and in a group."""
    own = person.text(bot, "Hallo https://example.org")
    person.edit(own, "Hello")
    for to in (bot, group):
        person.photo(to, caption="photo")
        person.album(to)
        person.document(to)
        person.voice(to)
        person.sticker(to)
        person.location(to, 54.3, 10.1)
        person.contact(to, "+4943112345")
    person.react(own, "👍")
    person.block(bot)
    person.start(bot, "again")
    group.add(person, admin=True)
    group.remove(person)
    group.remove(bot)


async def test_all_updates_and_messages_are_valid_for_both_libraries(
    api: BotApi, ask: Ask, bot: Bot, group: Group, amina: Person
) -> None:
    await ask("getUpdates", allowed_updates=[kind.value for kind in telegram.constants.UpdateType])
    group.add(bot, admin=True)
    group.add(amina)
    sent = [await ask("sendMessage", chat_id=chat, text="/a <b>", reply_markup=BUTTON) for chat in (amina.id, group.id)]
    for place in (amina, group):
        amina.press(api.messages(place)[-1], "Yes")
    sent.append(await ask("sendLocation", chat_id=amina.id, latitude=54.3, longitude=10.1))
    await ask("deleteMessage", chat_id=amina.id, message_id=sent[0]["result"]["message_id"])
    amina.press(api.messages(amina)[0], "yes", stale=True)
    everything_a_person_can_do(api, bot, group, amina)
    updates = (await ask("getUpdates"))["result"]
    assert len(updates) > 20
    for update in updates:
        aiogram.types.Update.model_validate(update)
        assert telegram.Update.de_json(json.loads(json.dumps(update)), None).update_id == update["update_id"]
    for body in sent:
        aiogram.types.Message.model_validate(body["result"])
        assert telegram.Message.de_json(body["result"], None)


async def test_all_other_answers_are_valid_for_both_libraries(api: BotApi, ask: Ask, staff: Bot, group: Group) -> None:
    user, full, member = aiogram.types.User, aiogram.types.ChatFullInfo, aiogram.types.ChatMemberMember
    user.model_validate((await ask("getMe"))["result"])
    full.model_validate(chat := (await ask("getChat", by=staff, chat_id=group.id))["result"])
    assert telegram.ChatFullInfo.de_json(chat, None).title == "Team"
    found = await ask("getChatMember", by=staff, chat_id=group.id, user_id=jonas(group).id)
    member.model_validate(found["result"])
    admins = (await ask("getChatAdministrators", by=staff, chat_id=group.id))["result"]
    aiogram.types.ChatMemberAdministrator.model_validate(admins[0])
    assert telegram.ChatMember.de_json(admins[0], None).status == "administrator"
    topic = (await ask("createForumTopic", by=staff, chat_id=group.id, name="x"))["result"]
    aiogram.types.ForumTopic.model_validate(topic)
    aiogram.types.WebhookInfo.model_validate((await ask("getWebhookInfo"))["result"])


@pytest.fixture
async def newcomers(api: BotApi, bot: Bot) -> AsyncIterator[aiogram.Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(api.url))
    yield aiogram.Bot(bot.token, session=session)
    await session.close()


async def test_aiogram_sends_files_and_understands_refusals(api: BotApi, newcomers: aiogram.Bot, bot: Bot, amina: Person) -> None:
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Ja", callback_data="ja")]])
    await newcomers.send_photo(amina.id, BufferedInputFile(PICTURE, "map.jpg"), caption="Karte", reply_markup=keyboard)
    message = await api.wait_message(amina, contains="Karte")
    assert message.attachment is not None
    assert (message.attachment.data, message.labels) == (PICTURE, ["Ja"])
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await newcomers.send_message(404, "x")
    api.fault("sendMessage", retry_after=7)
    with pytest.raises(TelegramRetryAfter) as flood:
        await newcomers.send_message(amina.id, "x")
    assert flood.value.retry_after == 7
    api.fault("sendMessage", drop=True)
    with pytest.raises(TelegramNetworkError):
        await newcomers.send_message(amina.id, "x")
    amina.block(bot)
    with pytest.raises(TelegramForbiddenError, match="blocked"):
        await newcomers.send_message(amina.id, "x")


async def test_a_case_passes_from_aiogram_through_the_group_to_ptb_and_back(
    api: BotApi, newcomers: aiogram.Bot, bot: Bot, staff: Bot, group: Group
) -> None:
    application = staff_application(api, staff)
    dispatcher = aiogram.Dispatcher()
    origin: dict[int, int] = {}

    @dispatcher.message()
    async def ask_team(message: aiogram.types.Message) -> None:
        file = await newcomers.download(message.photo[-1]) if message.photo else None
        topic = await application.bot.create_forum_topic(group.id, message.chat.first_name or "?")
        origin[topic.message_thread_id] = message.chat.id
        thread = {"message_thread_id": topic.message_thread_id}
        if file is not None:
            await application.bot.send_document(group.id, file.read(), filename="photo.jpg", **thread)
        await message.answer("Passed on")

    async def answer_newcomer(update: telegram.Update, _: object) -> None:
        assert update.effective_message is not None
        thread, text = update.effective_message.message_thread_id, update.effective_message.text
        await newcomers.send_message(origin[thread or 0], text or "")

    application.add_handler(telegram.ext.MessageHandler(telegram.ext.filters.TEXT, answer_newcomer))
    amina = api.person("Amina", language_code="ar")
    amina.start(bot)
    bot.updates.pending.clear()
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(timeout=50)
        polling = asyncio.create_task(dispatcher.start_polling(newcomers, handle_signals=False, close_bot_session=False))
        amina.photo(bot, PICTURE + b"letter")
        await api.wait_message(amina, contains="Passed on")
        document = api.messages(group)[0]
        assert document.attachment is not None
        assert document.attachment.data == PICTURE + b"letter"
        jonas(group).text(group, "Der Brief ist vom Jobcenter.", topic=group.topic("Amina"))
        assert (await api.wait_message(amina, contains="Jobcenter")).sender is bot
        await dispatcher.stop_polling()
        await polling
        await application.updater.stop()
        await application.stop()


def staff_application(api: BotApi, staff: Bot) -> "telegram.ext.Application[Any, Any, Any, Any, Any, Any]":
    builder = telegram.ext.ApplicationBuilder().token(staff.token)
    builder = builder.base_url(f"{api.url}/bot").base_file_url(f"{api.url}/file/bot")
    return builder.build()


async def test_ptb_downloads_files_and_understands_refusals(api: BotApi, staff: Bot) -> None:
    person = api.person("Oleh")
    person.document(staff, b"letter")
    request = HTTPXRequest()
    client = telegram.Bot(
        staff.token, f"{api.url}/bot", f"{api.url}/file/bot", request=request, get_updates_request=HTTPXRequest()
    )
    async with client:
        update = (await client.get_updates())[0]
        assert update.message is not None
        assert update.message.document is not None
        file = await update.message.document.get_file()
        assert await file.download_as_bytearray() == b"letter"
        with pytest.raises(telegram.error.BadRequest, match="Chat not found"):
            await client.send_message(404, "x")
        api.fault("sendMessage", status=502)
        with pytest.raises(telegram.error.NetworkError):
            await client.send_message(person.id, "x")
        person.block(staff)
        with pytest.raises(telegram.error.Forbidden, match="blocked"):
            await client.send_message(person.id, "x")
