"""Papers of data protection at the command line."""

from dataclasses import replace
from pathlib import Path

from bot.commands.privacy import relayed
from bot.core.content import Content
from tests.adapters.content.folder import Folder
from tests.commands import wegweiser
from tests.conftest import ROOT


def test_the_record_of_processing_is_filled_for_an_agency() -> None:
    ran = wegweiser("privacy", "record", "--agency", "example-b")
    assert ran.status == 0, ran.err
    assert ran.out.startswith("# Verzeichnis von Verarbeitungstätigkeiten")
    assert "datenschutz@traeger-b.example" in ran.out
    assert "| 90 Tage nach dem Schließen |" in ran.out


def test_the_notice_is_the_operators_when_no_agency_is_named() -> None:
    ran = wegweiser("privacy", "page", "--language", "en")
    assert "Beispiel-Träger A (Beispiel, diese Stelle gibt es nicht)" in ran.out
    assert "48 hours after the last message" in ran.out


def test_the_periods_are_those_that_are_set(tmp_path: Path) -> None:
    ran = wegweiser("privacy", "record", data=tmp_path / "data", key_file=tmp_path / "key", keep_chats_hours="72")
    assert "72 Stunden nach der letzten Nachricht" in ran.out


def test_a_group_that_reads_along_has_to_stand_in_the_notice(content: Content) -> None:
    network, agency = content.network, content.network.agencies["example-a"]
    assert list(relayed(network, ())) == []
    [said] = relayed(network, ("example-a",))
    assert "conversations of example-a lie in a Telegram group" in said
    honest = replace(agency, privacy=replace(agency.privacy, processors="Telegram (Gruppe der Beratenden)"))
    assert list(relayed(replace(network, agencies={"example-a": honest}), ("example-a",))) == []


def test_an_agency_nobody_knows_is_named_with_those_there_are() -> None:
    ran = wegweiser("privacy", "record", "--agency", "nobody")
    assert (ran.status, "Give --agency with one of: example-a, example-b" in ran.err) == (2, True)


def test_gaps_are_told_when_a_paper_is_written(tmp_path: Path) -> None:
    folder, paper = Folder(tmp_path / "content"), tmp_path / "record.md"
    folder.write("knowledge/privacy/record.de.md", (ROOT / "knowledge/privacy/record.de.md").read_text("utf-8"))
    ran = wegweiser("privacy", "record", "--agency", "example-a", "--content", folder.root, "--out", paper)
    assert "It still has gaps: name, address, contact," in ran.out
    assert "[Anschrift: muss noch eingetragen werden]" in paper.read_text("utf-8")


def test_a_content_without_a_template_says_what_to_add(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    for paper, missing in (("record", "record.de.md"), ("page", "de.md")):
        ran = wegweiser("privacy", paper, "--agency", "example-a", "--content", folder.root)
        assert (ran.status, f"add knowledge/privacy/{missing}" in ran.err) == (2, True)
