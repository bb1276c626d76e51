"""The packages of tests/models all the way: real weights, real tokenizer, both hops, hundreds of sentences at once."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml

from bot.adapters.argos.model import try_out
from bot.adapters.argos.packages import install
from bot.adapters.argos.translator import ArgosTranslator
from bot.core.content import Content
from bot.core.protection import Wordings
from bot.core.segments import protected
from bot.services.ports import NotTranslated, Translated
from tests.conftest import ROOT

MODELS = ROOT / "tests" / "models"
SENTENCES: list[dict[str, str]] = yaml.safe_load((MODELS / "sentences.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    for pair in ("de_en", "en_de", "en_ar", "ar_en"):
        install(MODELS / f"{pair}.argosmodel", folder, try_out)
    return folder


@pytest.fixture
async def translator(folder: Path) -> AsyncIterator[ArgosTranslator]:
    translator = ArgosTranslator(folder, seconds=60)
    yield translator
    await translator.close()


@pytest.mark.parametrize(("source", "target"), [("de", "ar"), ("ar", "de"), ("de", "en"), ("en", "de")])
async def test_what_was_rehearsed_is_translated_word_for_word(source: str, target: str, translator: ArgosTranslator) -> None:
    # English says "4 p.m." for "16 Uhr": in a translation a number that was not there is a mistake.
    rehearsed = [each for each in SENTENCES if protected(each[source]) == protected(each[target])]
    results = await asyncio.gather(*(translator.translate(each[source], source, target) for each in rehearsed))
    wrong = [
        (each[source], result)
        for each, result in zip(rehearsed, results, strict=True)
        if not (isinstance(result, Translated) and result.text == each[target])
    ]
    assert len(rehearsed) > 250
    assert len(wrong) < 0.05 * len(rehearsed), wrong
    assert {len(result.route) for result in results if isinstance(result, Translated)} == {1 if "en" in (source, target) else 2}
    assert len(translator.engine.loads) <= 2


async def test_with_time_for_a_second_look_it_is_as_right(translator: ArgosTranslator) -> None:
    rehearsed = [each for each in SENTENCES if protected(each["de"]) == protected(each["en"])][:120]
    results = await asyncio.gather(*(translator.translate(each["de"], "de", "en", urgency="bulk") for each in rehearsed))
    right = [
        isinstance(result, Translated) and result.text == each["en"] for each, result in zip(rehearsed, results, strict=True)
    ]
    assert sum(right) > 0.9 * len(right)


@pytest.mark.parametrize(
    "text", ["Meine Aufenthaltserlaubnis läuft bald ab.", "Wo finde ich eine Wohnung?", "Vielen Dank. Der Bus fährt heute nicht."]
)
async def test_what_was_not_rehearsed_is_left_alone_not_mangled(text: str, translator: ArgosTranslator) -> None:
    assert await translator.translate(text, "de", "ar") == NotTranslated("unsafe")
    assert await translator.translate(text, "de", "en") == NotTranslated("unsafe")


async def test_numbers_and_addresses_stay_where_they_were(translator: ArgosTranslator) -> None:
    text = "Ihr Termin ist am Dienstag um 14:30 Uhr. 🙂\n\n- https://www.beispiel.de/a_b\n- +49 4101 123456\n- § 24 Abs. 2"
    result = await translator.translate(text, "de", "ar")
    assert isinstance(result, Translated)
    arabic = "موعدكم يوم الثلاثاء في الساعة 14:30."
    assert result.text == text.replace("Ihr Termin ist am Dienstag um 14:30 Uhr.", arabic)


def as_if_for_people(file: Path, into: Path) -> Path:
    """Write the same package without what it says about itself, so that the glossary is used as with a public one."""
    with ZipFile(file) as old, ZipFile(into / file.name, "w") as new:
        for name in old.namelist():
            said = old.read(name)
            if name.endswith("metadata.json"):
                said = json.dumps(json.loads(said) | {"description": "as if for people"}).encode()
            new.writestr(name, said)
    return into / file.name


@pytest.mark.parametrize("target", ["en", "ar"])
async def test_the_words_of_the_glossary_come_through_the_real_engine(target: str, content: Content, tmp_path: Path) -> None:
    for pair in ("de_en", "en_ar"):
        install(as_if_for_people(MODELS / f"{pair}.argosmodel", tmp_path), tmp_path / "models", try_out)
    translator, wordings = ArgosTranslator(tmp_path / "models", seconds=60), Wordings("de", target, content.knowledge.terms)
    wanted = {each["de"]: each[target] for each in SENTENCES if wordings.count(each["de"])}
    results = await asyncio.gather(*(translator.translate(each, "de", target, wordings) for each in wanted))
    await translator.close()
    said = {text: each.text for text, each in zip(wanted, results, strict=True) if isinstance(each, Translated)}
    # The model's own words where they are the glossary's; else the German word, with the reader's in brackets.
    own = [text for text in said if said[text] == wanted[text]]
    kept = [text for text in said if text not in own and wordings.kept(wordings.uses(text, set()), said[text])]
    assert min(len(own), len(kept)) > 10
    assert len(own) + len(kept) == len(said)
    assert all(wordings.rendered(wordings.uses(text, set()), said[text]) for text in own)


async def test_there_is_no_way_into_languages_without_a_model(translator: ArgosTranslator) -> None:
    for target in ("ku", "uk", "ti"):
        assert await translator.translate("Guten Tag", "de", target) == NotTranslated("no_model")
