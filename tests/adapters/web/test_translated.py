"""Amina reads and writes Arabic, Beate German: a whole conversation in two real browsers, through the real engine.

The models are those of `tests/models`: they know rehearsed sentences by heart and nothing else. They go through English.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.core.content import Content
from bot.core.protection import Wordings
from bot.core.segments import NO_WORDINGS
from bot.services.ports import NotTranslated, Translated, Translator, Urgency
from tests.adapters.web.chromium import PHONE, Windows, accessible, launched, needed, no_overflow
from tests.adapters.web.road import Member, Newcomer
from tests.system import running, trained

pytestmark = needed

HER_QUESTION, IN_GERMAN = "أنا في ألمانيا منذ أسبوعين.", "Ich bin seit zwei Wochen in Deutschland."
REPLY, IN_ARABIC = "Ihr Termin ist am Dienstag um 14:30 Uhr.", "موعدكم يوم الثلاثاء في الساعة 14:30."
UNKNOWN = "Der Löwe frisst heute keine Suppe."
DOUBTFUL, LESS_DOUBTFUL = "Der Bescheid wird nicht verschickt.", "Sie bekommen keinen Brief."


class Forgetful:
    """Loses every "nicht" and "kein" on the way."""

    async def translate(
        self, text: str, source: str, target: str, wordings: Wordings = NO_WORDINGS, urgency: Urgency = "live"
    ) -> Translated | NotTranslated:
        """Say a German sentence in Arabic, and say in German what of it is left."""
        return Translated(IN_ARABIC if target == "ar" else "Der Bescheid wird verschickt.", "forgetful", f"{source}-{target}")

    def usable(self, source: str, target: str) -> bool:
        """Always."""
        return True

    def version(self, source: str, target: str) -> str:
        """Name no models."""
        return ""

    async def close(self) -> None:
        """Hold nothing."""


@pytest.fixture
def translator(tmp_path: Path) -> Translator:
    return trained(tmp_path / "models")


@pytest.fixture
async def windows(tmp_path: Path, content: Content, translator: Translator) -> AsyncIterator[Windows]:
    async with running(tmp_path, content, translator=translator) as system, launched() as browser:
        system.hire("Beate", "example-a")
        windows = Windows(browser, system.url)
        yield windows
    assert windows.complaints == []


async def amina_asks(windows: Windows) -> Newcomer:
    amina = Newcomer(await windows.open(locale="ar", width=390, height=780))
    await amina.begin("ar")
    await amina.to_a_person_near("Elmshorn", HER_QUESTION)
    return amina


async def beate_takes_it(windows: Windows) -> Member:
    beate = Member(await windows.open("/console", width=1100, height=800))
    await beate.sign_in("beate")
    await beate.open_waiting(HER_QUESTION)
    await beate.claim()
    return beate


async def fits(*pages: Page) -> None:
    for page in pages:
        await no_overflow(page)
        await accessible(page)


async def reads_the_question_in_german_beside_the_original(desk: Page) -> None:
    for place in ("#card blockquote", "#log .newcomer"):
        await expect(desk.locator(place).first).to_contain_text(IN_GERMAN)
        await expect(desk.locator(place).first).to_contain_text(HER_QUESTION)
        await expect(desk.locator(place).first).to_contain_text("Maschinell übersetzt")


async def looks_before_sending(desk: Page) -> None:
    await desk.fill("#reply", REPLY)
    await desk.click("#answer button[formaction$='/preview']")
    preview = desk.locator("#preview")
    await expect(preview.locator("[lang=ar]")).to_have_text(IN_ARABIC)
    await expect(preview.locator("[lang=ar]")).to_have_attribute("dir", "rtl")
    await expect(preview).to_contain_text("So kommt es zurück")
    await expect(preview.locator("[lang=de]").first).to_have_text(REPLY)
    await expect(desk.locator("#reply")).to_have_value(REPLY)


async def says_that_she_does_not_understand(amina: Newcomer, content: Content) -> None:
    message = await amina.reads(IN_ARABIC)
    await expect(message.locator(".note")).to_have_text(content.phrases.say("note_machine", "ar"))
    await message.locator("summary").click()
    await expect(message.locator("details .text")).to_have_text(REPLY)
    await message.locator("button[value^='unclear:']").click()
    await amina.reads(content.phrases.say("unclear_told", "ar"))
    await expect(amina.page.locator(".message.bot").last).to_contain_text(REPLY)


async def test_amina_and_beate_understand_each_other_and_say_when_they_do_not(windows: Windows, content: Content) -> None:
    amina = await amina_asks(windows)
    beate = await beate_takes_it(windows)
    await reads_the_question_in_german_beside_the_original(beate.page)
    await looks_before_sending(beate.page)
    await fits(beate.page)
    await beate.page.click(".reply button.primary")
    await expect(beate.page.locator("#preview")).to_have_count(0)
    await says_that_she_does_not_understand(amina, content)
    said = beate.page.locator("#log .advisor").last
    await expect(said).to_contain_text("Die Person hat das nicht verstanden.")
    await expect(said.locator(".text").first).to_have_text(REPLY)
    await expect(said.locator("details", has_text="So kommt es zurück")).to_contain_text(REPLY)
    await expect(said.locator("details", has_text="So hat es die Person bekommen")).to_contain_text(IN_ARABIC)

    await beate.answer(UNKNOWN)
    untranslated = await amina.reads(UNKNOWN)
    await expect(untranslated.locator(".note")).to_have_text(content.phrases.say("note_untranslated", "ar"))
    await expect(untranslated.locator("button[value^='unclear:']")).to_have_count(0)
    await expect(beate.page.locator("#log .advisor").last).to_contain_text("Die Person liest Ihren deutschen Text.")
    await fits(amina.page, beate.page)
    await beate.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await no_overflow(beate.page)


@pytest.mark.parametrize("translator", [Forgetful()])
async def test_what_may_be_misunderstood_is_sent_only_when_beate_says_so_of_these_very_words(windows: Windows) -> None:
    amina = await amina_asks(windows)
    beate = await beate_takes_it(windows)
    await beate.page.fill("#reply", DOUBTFUL)
    await beate.page.click(".reply button.primary")
    warning = beate.page.locator("#preview.doubtful")
    await expect(warning).to_contain_text("Noch nicht gesendet. Kann missverstanden werden: nicht")
    await expect(warning.locator(".tips")).to_contain_text("Passiv: Schreiben Sie, wer es tut.")
    await amina.write("شكرا")
    await expect(beate.page.locator("#log")).to_contain_text("شكرا")
    await expect(warning).to_be_visible()
    await fits(beate.page)
    await beate.page.fill("#reply", LESS_DOUBTFUL)
    await beate.page.get_by_role("button", name="Trotzdem senden").click()
    await expect(warning).to_contain_text("keinen")
    await expect(amina.page.locator(".message.advisor")).to_have_count(0)
    await beate.page.get_by_role("button", name="Trotzdem senden").click()
    await amina.reads(IN_ARABIC)
    await expect(beate.page.locator("#reply")).to_have_value("")
    await expect(warning).to_have_count(0)
