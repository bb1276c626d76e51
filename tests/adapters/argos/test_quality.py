"""Figures of pairs beside the packages: kept, read again, and worth nothing for other packages."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.argos.packages import Package, PackageError
from bot.adapters.argos.quality import live, measured, quality, write
from bot.core.quality import Findings, judge

BAD = judge(Findings(), (30.0, 5.0), 200, ["de-en 1.0", "en-ar 1.0"], "2026-11-22")
GOOD = judge(Findings(), (60.0, 30.0), 200, ["de-en 1.0"], "2026-11-22")


def package(pair: str, version: str = "1.0", description: str = "") -> Package:
    source, target = pair.split("-")
    return Package(Path(pair), source, target, version, 1, "", description=description)


WAY = (package("de-en"), package("en-ar"))


def test_figures_are_read_as_they_were_written_and_others_stay(tmp_path: Path) -> None:
    write(tmp_path, {"de-ar": BAD})
    write(tmp_path, {"de-en": GOOD})
    assert quality(tmp_path) == {"de-ar": BAD, "de-en": GOOD}
    write(tmp_path, {"de-ar": replace(BAD, chrf=50.0, live=True)})
    assert quality(tmp_path)["de-ar"].live


def test_a_pair_that_was_measured_and_found_bad_is_off() -> None:
    assert not live({"de-ar": BAD}, WAY)
    assert live({"de-en": GOOD}, WAY[:1])


def test_what_nobody_measured_is_not_switched_off() -> None:
    assert measured({}, WAY) is None
    assert live({}, WAY)


def test_figures_of_another_version_or_another_way_count_as_not_measured() -> None:
    assert measured({"de-ar": BAD}, (package("de-en", "1.1"), package("en-ar"))) is None
    assert measured({"de-ar": BAD}, (package("de-ar"),)) is None
    assert measured({"de-ar": BAD}, WAY) is BAD


def test_models_for_tests_never_count_as_measured() -> None:
    rehearsed = package("de-en", description="Knows 300 sentences, never for users.")
    assert measured({"de-en": GOOD}, (rehearsed,)) is None


@pytest.mark.parametrize("text", ["no JSON", "[]", '{"de-ar": {"chrf": "good"}}'])
def test_figures_that_cannot_be_read_are_said_and_left_out(text: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "quality.json").write_text(text)
    assert quality(tmp_path) == {}
    assert "wegweiser models evaluate" in caplog.text


def test_an_entry_that_cannot_be_read_does_not_spoil_the_others(tmp_path: Path) -> None:
    write(tmp_path, {"de-en": GOOD})
    entries = json.loads((tmp_path / "quality.json").read_text())
    (tmp_path / "quality.json").write_text(json.dumps(entries | {"de-ar": {"chrf": 1}}))
    assert quality(tmp_path) == {"de-en": GOOD}


def test_a_folder_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="cannot be written"):
        write(tmp_path / "none", {"de-en": GOOD})
