"""Whole messages through installed packages: directly or through English, whatever must survive survives, or it says why not."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot import app
from bot.adapters.argos.engine import Busy, Engine
from bot.adapters.argos.model import Said
from bot.adapters.argos.packages import Package, PackageError, install, remove
from bot.adapters.argos.translator import ArgosTranslator, missing, route
from bot.core.content import Content
from bot.core.protection import Wordings
from bot.services.ports import NotTranslated, Translated, Urgency
from bot.services.translation import NoTranslator
from bot.settings import Settings
from tests.adapters.argos.tiny import package


class ScriptedEngine(Engine):
    """Answers from a list instead of a model; what is not in it comes back with a wrong number in it."""

    def __init__(self, said: dict[str, str], confidence: float = 0.9) -> None:
        super().__init__()
        self.said = said
        self.confidence = confidence
        self.trouble: Exception | None = None

    async def translate(
        self, hops: Sequence[Package], sentences: Sequence[str], deadline: float = 0, urgency: Urgency = "live"
    ) -> list[Said]:
        """Look each sentence up."""
        if self.trouble:
            raise self.trouble
        return [Said(self.said.get(each, f"{each} 999"), self.confidence) for each in sentences]


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("stick")
    return {pair: package(folder / f"{pair}.argosmodel", pair) for pair in ("de-en", "en-ar", "de-ar")}


@pytest.fixture
def folder(stick: dict[str, Path], tmp_path: Path) -> Path:
    for pair in ("de-en", "en-ar"):
        install(stick[pair], tmp_path / "models")
    return tmp_path / "models"


async def test_a_pair_without_a_package_goes_through_english(folder: Path) -> None:
    engine = ScriptedEngine({"Guten Tag, Amina.": "مرحبا، أمينة.", "Um 10:30 im Büro!": "الساعة 10:30 في المكتب!"})
    result = await ArgosTranslator(folder, engine).translate("Guten Tag, Amina. Um 10:30 im Büro! 🙂\n\n- 112", "de", "ar")
    text = "مرحبا، أمينة. الساعة 10:30 في المكتب! 🙂\n\n- 112"
    assert result == Translated(text, "argos", "de-ar", ("de-en 1.0", "en-ar 1.0"), 0.9)


async def test_a_direct_package_goes_before_english_as_soon_as_it_is_there(folder: Path, stick: dict[str, Path]) -> None:
    translator = ArgosTranslator(folder, ScriptedEngine({"Danke": "شكرا"}))
    before = await translator.translate("Danke", "de", "ar")
    install(stick["de-ar"], folder)
    after = await translator.translate("Danke", "de", "ar")
    assert isinstance(before, Translated)
    assert isinstance(after, Translated)
    assert (len(before.route), after.route) == (2, ("de-ar 1.0",))
    for pair in ("de-ar", "de-en"):
        remove(pair, folder)
    assert await translator.translate("Danke", "de", "ar") == NotTranslated("no_model")


@pytest.mark.parametrize(("source", "target"), [("de", "ku"), ("ar", "de"), ("ku", "en"), ("de", "uk"), ("xx", "yy")])
async def test_a_missing_pair_is_said_never_guessed(folder: Path, source: str, target: str) -> None:
    assert await ArgosTranslator(folder).translate("Guten Tag", source, target) == NotTranslated("no_model")
    assert await ArgosTranslator(folder / "nowhere").translate("Guten Tag", source, target) == NotTranslated("no_model")


async def test_a_language_needs_no_translation_into_itself(folder: Path) -> None:
    assert await ArgosTranslator(folder).translate("Guten Tag", "ku", "ku") == NotTranslated("same_language")


async def test_whatever_goes_wrong_is_a_reason_never_an_exception(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    engine = ScriptedEngine({})
    translator = ArgosTranslator(folder, engine)
    assert await translator.translate("Mein Name ist Amina", "de", "en") == NotTranslated("unsafe")
    for engine.trouble in (RuntimeError("Amina"), PackageError("the model de-en 1.0 cannot be loaded")):
        assert await translator.translate("Mein Name ist Amina", "de", "en") == NotTranslated("error")
    assert "Amina" not in caplog.text
    assert "de-en 1.0 cannot be loaded" in caplog.text


async def test_when_too_many_wait_the_next_is_told_at_once(folder: Path) -> None:
    engine = ScriptedEngine({})
    engine.trouble = Busy()
    assert await ArgosTranslator(folder, engine).translate("Guten Tag", "de", "en") == NotTranslated("busy")


async def test_what_has_no_words_needs_no_translation(folder: Path) -> None:
    for text in ("🙂", "112", "https://beispiel.de"):
        assert await ArgosTranslator(folder).translate(text, "de", "ar") == NotTranslated("same_language")


async def test_of_a_message_in_two_languages_only_the_foreign_sentences_are_translated(folder: Path) -> None:
    translator = ArgosTranslator(folder, ScriptedEngine({"Ihr Brief ist da.": "Your letter is here."}))
    result = await translator.translate("Ihr Brief ist da. Please come and get it tomorrow.", "de", "en")
    assert isinstance(result, Translated)
    assert result.text == "Your letter is here. Please come and get it tomorrow."
    assert await translator.translate("Please come and get it tomorrow.", "de", "en") == NotTranslated("same_language")


async def test_a_word_of_the_authorities_stays_german_with_its_translation(folder: Path, content: Content) -> None:
    said = {"Haben Sie eine Duldung?": "Do you have patience?", "Haben Sie eine X0X?": "Do you have a X0X?"}
    wordings = Wordings("de", "en", content.knowledge.terms)
    result = await ArgosTranslator(folder, ScriptedEngine(said)).translate("Haben Sie eine Duldung?", "de", "en", wordings)
    assert isinstance(result, Translated)
    assert result.text == "Do you have a Duldung (Tolerated stay)?"


async def test_who_waits_too_long_gets_the_original(folder: Path) -> None:
    translator = ArgosTranslator(folder, seconds=0.0)
    assert await translator.translate("Guten Tag", "de", "ar") == NotTranslated("too_slow")
    await translator.close()
    assert await ArgosTranslator(folder, translator.engine).translate("Guten Tag", "de", "ar") == NotTranslated("too_slow")


async def test_a_model_for_rehearsed_sentences_leaves_all_others_alone(tmp_path: Path) -> None:
    install(package(tmp_path / "de_en.argosmodel", "de-en", description="A test, never for users."), tmp_path / "models")
    sure, unsure = (ScriptedEngine({"Danke": "Thanks"}, confidence) for confidence in (0.99, 0.9))
    assert isinstance(await ArgosTranslator(tmp_path / "models", sure).translate("Danke", "de", "en"), Translated)
    assert await ArgosTranslator(tmp_path / "models", unsure).translate("Danke", "de", "en") == NotTranslated("unsafe")


async def test_twenty_people_at_once_are_served_by_one_loaded_model_each(folder: Path) -> None:
    translator = ArgosTranslator(folder, seconds=30)
    results = await asyncio.gather(*(translator.translate(f"Guten Tag {n}", "de", "ar") for n in range(20)))
    assert translator.engine.loads == ["de-en 1.0", "en-ar 1.0"]
    assert {type(each) for each in results} <= {Translated, NotTranslated}
    assert not [each for each in results if each in (NotTranslated("error"), NotTranslated("too_slow"))]
    await translator.close()


def test_a_way_is_direct_or_has_two_hops_never_more(folder: Path) -> None:
    def one(pair: str) -> Package:
        return Package(Path(pair), pair[:2], pair[3:], "1.0", 1, "")

    packages = [one(pair) for pair in ("de-en", "en-ar", "ar-fa", "en-de")]
    assert route(packages, "de", "fa") is None
    assert [each.pair for each in route(packages, "de", "en") or ()] == ["de-en"]
    assert [each.pair for each in route(packages, "de", "ar") or ()] == ["de-en", "en-ar"]


async def test_the_system_is_wired_with_what_this_installation_has(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(folder, folder / "key", models=folder, translation_seconds=9)
    assert isinstance(app.translator(settings), ArgosTranslator)
    monkeypatch.setattr("bot.adapters.argos.translator.find_spec", lambda name: None)
    assert isinstance(app.translator(settings), NoTranslator)
    assert "ctranslate2" in str(missing())
