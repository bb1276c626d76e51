"""Volunteers teach the bot to notice emergencies with messages in a file for each language."""

from pathlib import Path

from bot.adapters.content.alarms import read_alarms
from bot.adapters.content.reading import Reader


def written(root: Path, **files: str) -> Reader:
    folder = root / "knowledge" / "alarms"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return Reader(root)


def test_the_messages_of_all_languages_count_together(tmp_path: Path) -> None:
    reader = written(tmp_path, de="emergency: [es brennt]\nharmless: [wann fährt der bus]", tr="emergency: [yangın var]")

    assert read_alarms(reader).texts == ("es brennt", "yangın var", "wann fährt der bus")
    assert not reader.problems


def test_without_the_folder_nothing_is_learned(tmp_path: Path) -> None:
    assert not read_alarms(Reader(tmp_path))


def test_a_message_of_both_kinds_is_named_and_counts_as_an_emergency(tmp_path: Path) -> None:
    reader = written(tmp_path, de="emergency: [er ist weg]\nharmless: [er ist weg, danke]")

    assert read_alarms(reader).texts == ("er ist weg", "danke")
    assert [(each.file, each.place) for each in reader.problems] == [("knowledge/alarms/de.yaml", "er ist weg")]


def test_a_file_of_another_form_is_named(tmp_path: Path) -> None:
    reader = written(tmp_path, de="crisis: [es brennt]")

    assert not read_alarms(reader)
    assert [each.file for each in reader.problems] == ["knowledge/alarms/de.yaml"]
