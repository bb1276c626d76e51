"""Of the library nothing comes along that reports, downloads or writes; and its own translation says the same words as ours."""

import os
import subprocess
import sys
from pathlib import Path

import yaml

from bot.adapters.argos.engine import Engine
from bot.adapters.argos.packages import install
from tests.conftest import ROOT

MODELS = ROOT / "tests" / "models"
SENTENCES = [each for each in yaml.safe_load((MODELS / "sentences.yaml").read_text("utf-8")) if "16 Uhr" not in each["de"]][:40]
OURS = """
import asyncio, os, socket, sys
from pathlib import Path
folder, *texts = sys.argv[1:]
def watch(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname"):
        os._exit(7)
    writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    if writes and not str(arguments[0]).startswith((folder, os.environ["TMPDIR"], "/dev/null")):
        print("wrote", arguments[0], flush=True); os._exit(8)
sys.addaudithook(watch)
def refuse(*arguments, **more):
    raise AssertionError("a socket is opened")
async def main():
    socket.socket = refuse  # The loop has its own already.
    from bot.adapters.argos.model import try_out
    from bot.adapters.argos.packages import install
    from bot.adapters.argos.translator import ArgosTranslator
    for pair in ("de_en", "en_ar"):
        install(Path("tests/models") / f"{pair}.argosmodel", Path(folder), try_out)
    translator = ArgosTranslator(Path(folder), seconds=60)
    for text in texts:
        print((await translator.translate(text, "de", "ar")).text)
    await translator.close()
import bot  # It sets the threads of the matrix library, which is no library's doing.
before = dict(os.environ)
asyncio.run(main())
assert dict(os.environ) == before
print(sorted(name for name in sys.modules if name.split(".")[0] in
    ("argostranslate", "onnxruntime", "minisbd", "torch", "stanza", "spacy", "sacremoses")))
"""
GENUINE = """
import sys
from types import ModuleType
minisbd = ModuleType("minisbd")
minisbd.SBDetect, minisbd.models = None, ModuleType("minisbd.models")
sys.modules["minisbd"] = minisbd
from argostranslate import sbd, translate
class OneSentence(sbd.ISentenceBoundaryDetectionModel):
    def __init__(self, package): pass
    def split_sentences(self, text): return [text]
translate.MiniSBDSentencizer = OneSentence
way = translate.get_translation_from_codes("de", "en")
for text in sys.argv[1:]:
    print(way.translate(text))
"""


def run(program: str, *arguments: str, home: Path, **environment: str) -> list[str]:
    """Run a program as somebody without any setting would, not even CI: that alone keeps some libraries from reporting."""
    temporary = home.parent / "temporary"
    for each in (home, temporary):
        each.mkdir()
    clean = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    clean |= {"HOME": str(home), "TMPDIR": str(temporary), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", **environment}
    command = [sys.executable, "-c", program, *arguments]
    ran = subprocess.run(command, env=clean, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    return ran.stdout.splitlines()


def test_nothing_is_reported_to_anybody_nor_written_elsewhere(tmp_path: Path) -> None:
    said = run(OURS, str(tmp_path / "models"), *(each["de"] for each in SENTENCES[:3]), home=tmp_path / "home")
    assert said[:-1] == [each["ar"] for each in SENTENCES[:3]]
    loaded = [f"argostranslate.{name}" for name in ("networking", "package", "settings", "tokenizer", "utils")]
    assert said[-1] == str(["argostranslate", *loaded])
    assert [*(tmp_path / "home").rglob("*"), *(tmp_path / "temporary").rglob("*")] == []


async def test_the_library_itself_says_the_same_words_as_the_engine(tmp_path: Path) -> None:
    package = install(MODELS / "de_en.argosmodel", tmp_path / "packages")
    texts = [each["de"] for each in SENTENCES]
    engine = Engine()
    ours = [each.text for each in await engine.translate([package], texts)]
    await engine.close()
    theirs = run(
        GENUINE,
        *texts,
        home=tmp_path / "home",
        ARGOS_PACKAGES_DIR=str(tmp_path / "packages"),
        ARGOS_BEAM_SIZE="1",
        ARGOS_INTRA_THREADS="1",
    )
    assert ours == theirs == [each["en"] for each in SENTENCES]


def test_what_is_installed_brings_nothing_that_reports_or_needs_gigabytes() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        names = {line.split("==")[0] for line in (ROOT / lock).read_text("utf-8").splitlines() if "==" in line}
        assert "argos-translate-lt" in names
        assert not names & {"onnxruntime", "minisbd", "torch", "stanza", "spacy"}
