"""Amina writes on the web, Oksana on Telegram; Beate sits at the console, Birte reads in the group: they all see the same."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.core.content import Content
from bot.settings import Settings
from tests.adapters.telegram.chat import Chat
from tests.adapters.web.chromium import Windows, launched, needed
from tests.adapters.web.road import Member, Newcomer
from tests.botapi import Bot, BotApi, Group, Message, Person, Topic
from tests.services.fakes import PlannedTranslator
from tests.system import System, running

pytestmark = needed

HER_QUESTION, OKSANAS = "صاحب البيت لا يعيد التأمين", "Мені потрібна допомога з листом"
COME, CALL, THANKS = "Kommen Sie bitte am Dienstag.", "Bitte rufen Sie uns am Montag an.", "Дуже дякую за допомогу"


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.fixture
def newcomers(api: BotApi) -> Bot:
    return api.bot("100:the-newcomers-token", "wegweiser_bot")


@pytest.fixture
def birte(api: BotApi) -> Person:
    return api.person("Birte")


@pytest.fixture
def group(api: BotApi, birte: Person) -> Group:
    staff = api.bot("200:the-staff-token", "wegweiser_team_bot")
    return api.group("Team A", forum=True, members=[birte], bots=[staff])


@pytest.fixture
async def system(
    api: BotApi, newcomers: Bot, group: Group, birte: Person, tmp_path: Path, content: Content
) -> AsyncIterator[System]:
    settings = Settings(
        tmp_path,
        tmp_path / "key",
        telegram_token=newcomers.token,
        telegram_staff_token="200:the-staff-token",
        telegram_staff_groups={"example-a": group.id},
        telegram_staff_relay=("example-a",),
        telegram_api=api.url,
    )
    async with running(tmp_path, content, settings, translator=PlannedTranslator()) as system:
        system.hire("Beate", "example-a")
        system.hire("Birte", "example-a", birte.id)
        yield system


@pytest.fixture
async def windows(system: System) -> AsyncIterator[Windows]:
    async with launched() as browser:
        windows = Windows(browser, system.url)
        yield windows
    assert windows.complaints == []


async def amina_asks(windows: Windows) -> Newcomer:
    amina = Newcomer(await windows.open(locale="ar"))
    await amina.begin("ar")
    await amina.to_a_person_near("Elmshorn", HER_QUESTION)
    return amina


async def oksana_asks(api: BotApi, newcomers: Bot) -> Chat:
    oksana = api.person("Oksana", language_code="uk")
    chat = Chat(api, oksana, newcomers)
    oksana.start(newcomers)
    await chat.press("lang:uk", then="consent:yes")
    await chat.press("consent:yes", then="topic:housing")
    oksana.text(newcomers, "/person")
    await chat.press("case:papers", then="case:skip")
    oksana.text(newcomers, OKSANAS)
    await chat.sees("place:skip")
    oksana.text(newcomers, "Elmshorn")
    await chat.sees("case:end")
    return chat


async def topic(api: BotApi, group: Group, language: str) -> Topic:
    found = await api.wait(lambda: next((one for one in group.topics.values() if language in one.name), None), timeout=15)
    assert found is not None
    return found


async def shown(api: BotApi, group: Group, where: Topic, words: str) -> Message:
    return await api.wait_message(group, contains=words, topic=where.id, timeout=15)


async def test_console_and_topic_show_the_same_and_both_newcomers_get_their_answer(
    api: BotApi, newcomers: Bot, group: Group, birte: Person, windows: Windows, content: Content
) -> None:
    amina, oksana = await amina_asks(windows), await oksana_asks(api, newcomers)
    arabic, ukrainian = await topic(api, group, "Arabisch"), await topic(api, group, "Ukrainisch")
    beate = Member(await windows.open("/console", width=1100, height=800))
    await beate.sign_in("beate")
    await beate.open_waiting(HER_QUESTION)

    # Birte takes Amina's case in the group; the console knows, and what she answers there Amina reads on the web.
    birte.text(group, "/claim", topic=arabic)
    await expect(beate.page.locator("#answer")).to_contain_text("Birte bearbeitet diesen Fall.")
    await amina.reads("Birte")
    birte.text(group, COME, topic=arabic)
    await amina.reads(f"[de→ar] {COME}")
    await shown(api, group, arabic, f"→ [de→ar] {COME}")
    await expect(beate.page.locator("#log .advisor").last).to_contain_text(COME)

    # Beate takes Oksana's case in the console; the group knows, and what she answers there Oksana reads on Telegram.
    await beate.page.goto(f"{windows.address}/console")
    await beate.open_waiting(OKSANAS)
    await beate.claim()
    await shown(api, group, ukrainian, "Übernommen von Beate")
    await beate.answer(CALL)
    await oksana.sees(f"[de→uk] {CALL}")
    echo = await shown(api, group, ukrainian, f"💬 Beate: {CALL}")
    assert f"[de→uk] {CALL}" in echo.text
    oksana.person.text(newcomers, THANKS)
    await shown(api, group, ukrainian, f"[uk→de] {THANKS}")
    await expect(beate.page.locator("#log .newcomer").last).to_contain_text(f"[uk→de] {THANKS}")

    # Closed here or there, it is closed in both.
    await beate.close()
    await oksana.sees(content.phrases.say("case_closed", "uk"))
    await api.wait(lambda: ukrainian.closed, timeout=15)
    birte.text(group, "/close", topic=arabic)
    await amina.reads(content.phrases.say("case_closed", "ar"))
    await api.wait(lambda: arabic.closed, timeout=15)
    await beate.page.goto(f"{windows.address}/console?view=closed")
    await expect(beate.page.locator("#queue .case")).to_have_count(2)
