"""What a reader gets of another language: translated and labelled, or the original and why; the original is always kept."""

import pytest

from bot.core.language import LANGUAGES
from bot.services.ports import NotTranslated
from bot.services.translation import NoTranslator, Translation
from tests.services.fakes import AMINA, BEATE, PlannedTranslator, World


async def test_a_translation_names_itself_and_keeps_the_original(world: World) -> None:
    readable = await Translation(PlannedTranslator()).readable("Guten Tag", "de", "uk", world.parts.content.phrases)
    assert (readable.text, readable.language, readable.label) == ("[de→uk] Guten Tag", "uk", "machine")
    assert readable.original == "Guten Tag"
    assert readable.note == world.phrase("note_machine", "uk")


@pytest.mark.parametrize("reason", ["no_model", "too_slow", "unsafe", "error"])
async def test_without_a_translation_the_reader_gets_the_original_and_is_told(reason: str, world: World) -> None:
    translator = PlannedTranslator()
    translator.failure = NotTranslated(reason)  # type: ignore[arg-type]
    readable = await Translation(translator).readable("Guten Tag", "de", "uk", world.parts.content.phrases)
    assert (readable.text, readable.language, readable.label) == ("Guten Tag", "de", "untranslated")
    assert readable.note == world.phrase("note_untranslated", "uk")


async def test_between_two_who_share_a_language_nothing_is_translated_or_noted(world: World) -> None:
    readable = await Translation(PlannedTranslator()).readable("Guten Tag", "de", "de", world.parts.content.phrases)
    assert (readable.text, readable.language, readable.label, readable.note, readable.original) == (
        "Guten Tag",
        "de",
        "",
        "",
        None,
    )


async def test_a_machine_without_models_says_so() -> None:
    assert await NoTranslator().translate("Guten Tag", "de", "uk") == NotTranslated("no_model")
    assert await NoTranslator().translate("Guten Tag", "de", "de") == NotTranslated("same_language")


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "de"])
async def test_the_small_print_is_in_every_readers_language(language: str, world: World) -> None:
    assert world.phrase("note_machine", language)
    assert world.phrase("note_untranslated", language)


async def test_what_is_written_to_an_advisor_is_kept_though_it_cannot_be_translated(world: World) -> None:
    case = await world.asks_for_a_person()
    world.translator.failure = NotTranslated("error")
    await world.writes(AMINA, "أين المكتب؟")
    line = world.parts.desk.view(BEATE, case.id).lines[-1]
    assert (line.text, line.translation) == ("أين المكتب؟", None)


async def test_what_is_written_to_the_bot_is_not_translated(world: World) -> None:
    await world.arrives(AMINA, "ar")
    await world.writes(AMINA, "أين المكتب؟")
    assert world.translator.asked == []
