"""Whole messages through installed packages: directly or through English, whatever must survive survives, or it says why not."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot import app
from bot.adapters.argos.engine import Engine, Said
from bot.adapters.argos.packages import Package, PackageError, install, remove
from bot.adapters.argos.translator import ArgosTranslator, missing, route
from bot.services.ports import NotTranslated, Translated
from bot.services.translation import NoTranslator
from tests.adapters.argos.tiny import package
from tests.conftest import ROOT


class ScriptedEngine(Engine):
    """Answers from a list instead of a model; what is not in it comes back with a wrong number in it."""

    def __init__(self, said: dict[str, str], confidence: float = 0.9) -> None:
        super().__init__()
        self.said = said
        self.confidence = confidence
        self.trouble: Exception | None = None

    async def translate(self, hops: Sequence[Package], sentences: Sequence[str], deadline: float = 0) -> list[Said]:
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
    assert isinstance(app.translator(folder), ArgosTranslator)
    monkeypatch.setattr("bot.adapters.argos.translator.find_spec", lambda name: None)
    assert isinstance(app.translator(folder), NoTranslator)
    assert "ctranslate2" in str(missing())


WATCHED = """
import asyncio, os, sys
allowed = sys.argv[2]
def watch(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname"):
        os._exit(7)
    writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    if writes and not str(arguments[0]).startswith((allowed, "/dev/null")):
        print("wrote", arguments[0]); os._exit(8)
sys.addaudithook(watch)
from pathlib import Path
from bot.adapters.argos.engine import try_out
from bot.adapters.argos.packages import install
from bot.adapters.argos.translator import ArgosTranslator
async def main():
    for file in sys.argv[3:]:
        install(Path(file), Path(sys.argv[1]), try_out)
    translator = ArgosTranslator(Path(sys.argv[1]), seconds=60)
    print(type(await translator.translate("Guten Tag. Wie kann ich Ihnen helfen?", "de", "ar")).__name__)
    await translator.close()
asyncio.run(main())
loaded = {name.split(".")[0] for name in sys.modules}
print(sorted(loaded & {"onnxruntime", "torch", "stanza", "spacy", "minisbd", "argostranslate"}))
"""


def test_nothing_is_reported_to_anybody_nor_written_elsewhere(stick: dict[str, Path], tmp_path: Path) -> None:
    """Also without CI in the environment, which alone keeps some libraries from reporting their use."""
    home = tmp_path / "home"
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("XDG_")}
    environment |= {"HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", WATCHED, str(tmp_path / "models"), str(tmp_path / "models"), *map(str, stick.values())]
    ran = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines()[0] in ("Translated", "NotTranslated")
    assert ran.stdout.splitlines()[1] == "[]"
    assert list(home.rglob("*")) == []
