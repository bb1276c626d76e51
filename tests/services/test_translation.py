"""What a reader gets of another language: people's words, a machine's with a label, or the original and why; never silently."""

import asyncio
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from bot.adapters.sqlite import SqliteStore
from bot.core.content import Content
from bot.core.language import LANGUAGES
from bot.core.translations import LookBack, NotTranslated, Remembered, Reviewed, Translated
from bot.services.translation import NoTranslator, Translation
from tests.services.fakes import AMINA, BEATE, PlannedTranslator, World

CANNED = "canned_coming"


@pytest.fixture
def translator() -> PlannedTranslator:
    return PlannedTranslator()


@pytest.fixture
def translation(translator: PlannedTranslator, content: Content, store: SqliteStore) -> Translation:
    return Translation(translator, lambda: content, store)


async def test_a_translation_names_itself_and_keeps_the_original(translation: Translation, content: Content) -> None:
    readable = await translation.readable("Guten Tag", "de", "uk")
    assert (readable.text, readable.language, readable.label) == ("[de→uk] Guten Tag", "uk", "machine")
    assert readable.original == "Guten Tag"
    assert readable.note == content.phrases.say("note_machine", "uk")


@pytest.mark.parametrize("reason", ["no_model", "too_slow", "busy", "poor", "unsafe", "error"])
async def test_without_a_translation_the_reader_gets_the_original_and_is_told(
    reason: str, translation: Translation, translator: PlannedTranslator, content: Content
) -> None:
    translator.failure = NotTranslated(reason)  # type: ignore[arg-type]
    readable = await translation.readable("Guten Tag", "de", "uk")
    assert (readable.text, readable.language, readable.label) == ("Guten Tag", "de", "untranslated")
    assert readable.note == content.phrases.say("note_untranslated", "uk")


async def test_between_two_who_share_a_language_nothing_is_translated_or_noted(translation: Translation) -> None:
    readable = await translation.readable("Guten Tag", "de", "de")
    assert (readable.text, readable.language, readable.label, readable.note) == ("Guten Tag", "de", "", "")
    assert (readable.original, readable.translation, readable.unfinished) == (None, None, False)


async def test_a_machine_without_models_says_so() -> None:
    assert await NoTranslator().translate("Guten Tag", "de", "uk") == NotTranslated("no_model")
    assert await NoTranslator().translate("Guten Tag", "de", "de") == NotTranslated("same_language")
    assert NoTranslator().version("de", "uk") == ""


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "de"])
async def test_the_small_print_is_in_every_readers_language(language: str, world: World) -> None:
    assert world.phrase("note_machine", language)
    assert world.phrase("note_untranslated", language)


async def test_a_text_that_people_translated_needs_no_machine_and_no_label(
    translation: Translation, translator: PlannedTranslator, content: Content
) -> None:
    german = content.phrases.say(CANNED, "de")
    readable = await translation.readable(german, "de", "ar")
    assert (readable.text, readable.label, readable.note) == (content.phrases.say(CANNED, "ar"), "", "")
    assert isinstance(readable.result, Reviewed)
    assert translator.asked == []


async def test_a_text_with_the_same_words_gets_peoples_words_and_is_told_so(translation: Translation, content: Content) -> None:
    german = content.phrases.say(CANNED, "de").replace("Nachricht", "Nachrichten")
    readable = await translation.readable(german, "de", "ar")
    assert (readable.text, readable.label) == (content.phrases.say(CANNED, "ar"), "similar")
    assert readable.note == content.phrases.say("note_similar", "ar")
    assert isinstance(readable.result, Remembered)


async def test_what_an_editor_released_is_used_from_then_on_and_after_a_restart(
    translation: Translation, translator: PlannedTranslator, content: Content, store: SqliteStore
) -> None:
    assert (await translation.readable("Bringen Sie das gelbe Heft mit.", "de", "uk")).label == "machine"
    translation.release("Bringen Sie das gelbe Heft mit.", "Візьміть жовту книжку.", "de", "uk")
    for each in (translation, Translation(translator, lambda: content, store)):
        readable = await each.readable("Bringen Sie das gelbe Heft mit", "de", "uk")
        assert (readable.text, readable.label) == ("Візьміть жовту книжку.", "")


async def test_consent_and_emergencies_are_never_translated_by_machine(
    translation: Translation, translator: PlannedTranslator, content: Content
) -> None:
    text = content.phrases.say("crisis_suicide", "de")
    readable = await translation.readable(f"Liebe Frau A.,\n{text}", "de", "uk")
    assert (readable.label, readable.result) == ("untranslated", NotTranslated("people"))
    assert await translation.draft(f"{text} Und mehr.", "uk") == NotTranslated("people")
    assert translator.asked == []


async def test_who_writes_another_language_than_the_chosen_one_is_translated_from_that(
    translation: Translation, translator: PlannedTranslator
) -> None:
    readable = await translation.readable("I need an appointment because my letter is in German.", "ar", "de")
    assert (readable.written, readable.label) == ("en", "machine")
    assert readable.rendering.language == "en"
    assert [(source, target) for _, source, target in translator.asked] == [("en", "de")]


async def test_who_writes_in_the_readers_language_is_not_translated(
    translation: Translation, translator: PlannedTranslator
) -> None:
    readable = await translation.readable("Ich habe morgen einen Termin und brauche Hilfe mit dem Brief.", "ar", "de")
    assert (readable.label, readable.written, translator.asked) == ("", "de", [])


async def test_a_preview_shows_the_translation_back_the_terms_and_what_to_say_more_simply(translation: Translation) -> None:
    text = "Ihr Aufenthaltstitel wird vom Amt geprüft."
    preview = await translation.preview(text, "de", "ar")
    assert preview.readable.text == f"[de→ar] {text}"
    assert preview.look.back == f"[ar→de] [de→ar] {text}"
    assert (preview.look.doubtful, preview.look.lost) == (False, ())
    assert [tip.hint for tip in preview.tips] == ["passive"]
    assert [text[use.start : use.stop] for use in preview.terms] == ["Aufenthaltstitel"]


class Unfaithful(PlannedTranslator):
    """Translates faithfully, but says something else on the way back."""

    back = "Sie dürfen arbeiten."

    async def translate(self, text: str, source: str, target: str, *more: object, **others: object) -> Translated | NotTranslated:
        return Translated("…" if source == "de" else self.back, "planned")


@pytest.mark.parametrize(
    ("back", "lost"),
    [("Sie dürfen noch arbeiten.", ("nicht",)), ("Morgen regnet es.", ("Sie", "dürfen", "noch", "nicht", "arbeiten"))],
)
async def test_a_lost_no_or_another_matter_is_doubtful_and_the_words_are_named(
    back: str, lost: tuple[str, ...], content: Content, store: SqliteStore
) -> None:
    translator = Unfaithful()
    translator.back = back
    preview = await Translation(translator, lambda: content, store).preview("Sie dürfen noch nicht arbeiten.", "de", "ar")
    assert preview.look.doubtful
    assert preview.look.lost == lost


class Embedder:
    """Finds every text to mean the same, or nothing alike."""

    def __init__(self, alike: bool) -> None:
        self.alike = alike
        self.asked = 0

    def question(self, text: str) -> np.ndarray:
        self.asked += 1
        return np.array([1.0, 0.0] if self.alike or self.asked % 2 else [0.0, 1.0])

    def stored(self, texts: object) -> np.ndarray:
        raise NotImplementedError


@pytest.mark.parametrize("alike", [True, False])
async def test_other_words_for_the_same_raise_no_doubt(alike: bool, content: Content, store: SqliteStore) -> None:
    translator = Unfaithful()
    translator.back = "Kommen Sie gern vorbei."
    translation = Translation(translator, lambda: content, store, lambda: Embedder(alike))
    look = (await translation.preview("Besuchen Sie uns doch einmal.", "de", "ar")).look
    assert (look.meaning, look.doubtful) == (float(alike), not alike)


async def test_each_pair_may_have_its_own_bound(content: Content, store: SqliteStore) -> None:
    translator = Unfaithful()
    translator.back = "Bringen Sie bitte den Brief mit."
    for bound, doubtful in ((0.5, False), (0.99, True)):
        translation = Translation(translator, lambda: content, store, doubtful={"de-ar": bound})
        preview = await translation.preview("Bitte bringen Sie den Brief mit.", "de", "ar")
        assert preview.look.doubtful is doubtful


async def test_a_preview_never_raises(translation: Translation, translator: PlannedTranslator, content: Content) -> None:
    translator.failure = NotTranslated("no_model")
    assert (await translation.preview("Guten Tag", "de", "ku")).readable.label == "untranslated"
    translation._content = lambda: 1 / 0  # type: ignore[assignment,return-value]
    preview = await translation.preview("Guten Tag", "de", "ar")
    assert (preview.readable.text, preview.readable.result) == ("Guten Tag", NotTranslated("error"))


async def test_a_look_back_that_takes_too_long_is_left_out(
    translation: Translation, translator: PlannedTranslator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.translation.PREVIEW_SECONDS", 0.0)
    look_back = translation.look_back

    async def slow(*about: Any) -> LookBack:
        translator.gate = asyncio.Event()
        return await look_back(*about)

    monkeypatch.setattr(translation, "look_back", slow)
    preview = await translation.preview("Guten Tag", "de", "ar")
    assert (preview.readable.text, preview.look) == ("[de→ar] Guten Tag", LookBack())


async def test_a_draft_is_made_once_and_anew_by_newer_models(
    translation: Translation, translator: PlannedTranslator, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Der Bus fährt heute nicht."
    first = await translation.draft(text, "uk")
    again = await translation.draft(text, "uk")
    assert isinstance(first, Translated)
    assert isinstance(again, Translated)
    assert (first.text, len(translator.asked)) == (again.text, 1)
    monkeypatch.setattr(translator, "version", lambda source, target: "planned 2.0")
    await translation.draft(text, "uk")
    assert len(translator.asked) == 2
    assert (await translation.readable(text, "de", "uk")).label == "machine"


async def test_what_is_written_to_an_advisor_is_kept_though_it_cannot_be_translated(world: World) -> None:
    case = await world.asks_for_a_person()
    world.translator.failure = NotTranslated("error")
    await world.writes(AMINA, "أين المكتب؟")
    line = world.parts.desk.view(BEATE, case.id).lines[-1]
    assert (line.text, line.translation) == ("أين المكتب؟", None)
    assert line.rendering is not None
    assert line.rendering.reason == "error"


async def test_what_is_written_to_the_bot_is_not_translated(world: World) -> None:
    await world.arrives(AMINA, "ar")
    await world.writes(AMINA, "أين المكتب؟")
    assert world.translator.asked == []


async def test_nothing_that_people_write_to_each_other_is_remembered_for_others(world: World) -> None:
    case = await world.asks_for_a_person()
    await world.parts.desk.reply(BEATE, case.id, "Liebe Amina, bitte kommen Sie.")
    await world.writes(AMINA, "أنا أمينة.")
    await world.parts.afterwards.work()
    with world.parts.store.transaction() as tx:
        assert [tx.segments(*pair) for pair in (("de", "ar"), ("ar", "de"))] == [[], []]


async def test_new_content_brings_its_own_texts(translator: PlannedTranslator, content: Content, store: SqliteStore) -> None:
    now = content
    translation = Translation(translator, lambda: now, store)
    german = content.phrases.say(CANNED, "de")
    before = await translation.readable(german, "de", "uk")
    phrases = {code: {**texts, CANNED: "Neu!"} if code == "uk" else texts for code, texts in content.phrases.by_language.items()}
    now = replace(content, phrases=replace(content.phrases, by_language=phrases))
    after = await translation.readable(german, "de", "uk")
    assert (before.text != "Neu!", after.text) == (True, "Neu!")
